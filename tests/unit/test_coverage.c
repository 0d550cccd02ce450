#include <criterion/criterion.h>

#include "base/date.h"
#include "data/coverage.h"
#include "help/help.h"
#include "help/sealed.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(coverage, .fini = release);

static int32_t month(int year, int number)
{
    return date_days((struct date){year, number, 1});
}

static enum status read_text(const char *text, struct coverage *ret, struct error *err)
{
    const char *path = help_path(help_folder(), "quality.json");
    help_write_sealed(path, text, strlen(text), "");
    return coverage_read(path, true, &mem, ret, err);
}

Test(coverage, names_source_and_months)
{
    struct coverage c;
    struct error err = {0};
    struct text out = {.mem = &mem};
    cr_assert_eq(read_text("{\"sources\": [{\"name\": \"rain\", \"complete\": "
                           "[[\"2019-01\", \"2019-11\"],"
                           "[\"2020-02\", \"2020-04\"]]}, {\"name\": \"bank\", "
                           "\"complete\": [[\"2014-01\", \"2020-09\"]]}]}",
                           &c, &err),
                 STATUS_OK, "%s", err.message);
    cr_assert(coverage_missing(&c, month(2019, 11), month(2020, 2), &out));
    cr_assert_str_eq(out.p, "'rain' lacks 2019-12, 2020-01");
    cr_assert_not(coverage_missing(&c, month(2020, 2), month(2020, 4), &out));
    struct text both = {.mem = &mem};
    cr_assert(coverage_missing(&c, month(2020, 9), month(2020, 10), &both));
    cr_assert_str_eq(both.p, "'rain' lacks 2020-09, 2020-10; 'bank' lacks 2020-10");
}

Test(coverage, many_months_are_named_as_runs)
{
    struct coverage c;
    struct error err = {0};
    struct text out = {.mem = &mem}, many = {.mem = &mem};
    cr_assert_eq(read_text("{\"sources\": [{\"name\": \"rain\", \"complete\": "
                           "[[\"2019-04\", \"2019-05\"], [\"2019-07\", \"2019-07\"],"
                           "[\"2019-09\", \"2019-09\"], [\"2019-11\", \"2019-11\"],"
                           "[\"2020-01\", \"2020-01\"], [\"2020-03\", \"2020-03\"],"
                           "[\"2020-05\", \"2020-05\"]]}]}",
                           &c, &err),
                 STATUS_OK, "%s", err.message);
    cr_assert(coverage_missing(&c, month(2019, 1), month(2019, 8), &out));
    cr_assert_str_eq(out.p,
                     "'rain' lacks 2019-01 to 2019-03 (3 months), 2019-06, 2019-08");
    cr_assert(coverage_missing(&c, month(2019, 1), month(2021, 1), &many));
    cr_assert_str_eq(many.p,
                     "'rain' lacks 2019-01 to 2019-03 (3 months), 2019-06, 2019-08, "
                     "2019-10, 2019-12, 2020-02 and others");
}

Test(coverage, a_damaged_report_is_refused)
{
    static const char *const bad[] = {
        "{}",
        "[]",
        "{\"sources\": [{\"name\": \"x\"}]}",
        "{\"sources\": [{\"name\": \"x\", \"complete\": [[1, 2]]}]}",
        "{\"sources\": [{\"name\": \"x\", \"complete\": [[\"2020-13\", \"2020-14\"]]}]}",
        "{\"sources\": [{\"name\": \"x\", \"complete\": [[\"2020-02\", \"2020-01\"]]}]}",
        ("{\"sources\": [{\"name\": \"x\", \"complete\": [[\"2020-01\", "
         "\"2020-03\"],[\"2020-03\", \"2020-04\"]]}]}"),
        "{\"sources\": [{\"name\": \"x\", \"complete\": [[]]}]}"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct coverage c;
        struct error err = {0};
        cr_assert_eq(read_text(bad[i], &c, &err), STATUS_INPUT, "%s", bad[i]);
        cr_assert(err.loc.path[0], "%s", bad[i]);
    }
}
