#include <criterion/criterion.h>

#include "base/date.h"
#include "data/coverage.h"

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

/* Two sources and their complete runs. */
static struct bounds rain[] = {{"2019-01", "2019-11"}, {"2020-02", "2020-04"}},
                     bank[] = {{"2014-01", "2020-09"}};
static struct quality_json_source sources[] = {
    {.name = "rain", .n_complete = 2, .complete = rain},
    {.name = "bank", .n_complete = 1, .complete = bank}};

static enum status cover(struct quality_json_source *source, size_t n,
                         struct coverage *ret, struct error *err)
{
    const struct quality_json quality = {.n_sources = n, .source = source};
    return coverage_of(&quality, "quality.json", &timestep_all[TIMESTEP_MONTH], &mem, ret,
                       err);
}

Test(coverage, names_source_and_months)
{
    struct coverage c;
    struct error err = {0};
    struct text out = {.mem = &mem}, both = {.mem = &mem};
    cr_assert_eq(cover(sources, 2, &c, &err), STATUS_OK, "%s", err.message);
    cr_assert(coverage_missing(&c, month(2019, 11), month(2020, 2), &out));
    cr_assert_str_eq(out.p, "'rain' lacks 2019-12, 2020-01");
    cr_assert_not(coverage_missing(&c, month(2020, 2), month(2020, 4), &out));
    cr_assert(coverage_missing(&c, month(2020, 9), month(2020, 10), &both));
    cr_assert_str_eq(both.p, "'rain' lacks 2020-09, 2020-10; 'bank' lacks 2020-10");
}

Test(coverage, many_months_are_named_as_runs)
{
    struct bounds runs[] = {{"2019-04", "2019-05"}, {"2019-07", "2019-07"},
                            {"2019-09", "2019-09"}, {"2019-11", "2019-11"},
                            {"2020-01", "2020-01"}, {"2020-03", "2020-03"},
                            {"2020-05", "2020-05"}};
    struct quality_json_source source = {
        .name = "rain", .n_complete = 7, .complete = runs};
    struct coverage c;
    struct error err = {0};
    struct text out = {.mem = &mem}, many = {.mem = &mem};
    cr_assert_eq(cover(&source, 1, &c, &err), STATUS_OK, "%s", err.message);
    cr_assert(coverage_missing(&c, month(2019, 1), month(2019, 8), &out));
    cr_assert_str_eq(out.p,
                     "'rain' lacks 2019-01 to 2019-03 (3 months), 2019-06, 2019-08");
    cr_assert(coverage_missing(&c, month(2019, 1), month(2021, 1), &many));
    cr_assert_str_eq(many.p,
                     "'rain' lacks 2019-01 to 2019-03 (3 months), 2019-06, 2019-08, "
                     "2019-10, 2019-12, 2020-02 and others");
}

Test(coverage, runs_that_are_no_months_are_refused)
{
    struct bounds bad[][2] = {{{"2020-13", "2020-14"}, {"2021-01", "2021-02"}},
                              {{"2020-02", "2020-01"}, {"2021-01", "2021-02"}},
                              {{"2020-01", "2020-03"}, {"2020-03", "2020-04"}},
                              {{"2020-01", "2020-03"}, {"", "2020-04"}}};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct quality_json_source source = {
            .name = "x", .n_complete = 2, .complete = bad[i]};
        struct coverage c;
        struct error err = {0};
        cr_assert_eq(cover(&source, 1, &c, &err), STATUS_INPUT, "%zu", i);
        cr_assert_str_eq(err.loc.path, "quality.json");
    }
}
