/* The rule drift, on the profiles of two versions. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "file/file.h"
#include "gate/gate.h"
#include "help/help.h"

enum { N = 4 };

static struct arena mem;
static const double low[N] = {1, 2, 3, 4}, high[N] = {11, 12, 13, 14};
static struct profile_json_level wet[] = {{"wet", 80}, {"dry", 20}},
                                 dry[] = {{"dry", 99}, {"hot", 1}};
static struct profile_json_column columns[] = {
    {"month", "int64", 100, 0, 0, 0, 1, 4, {N, low}, 0, NULL},
    {"price", "float64", 100, 0, 0, 0, 1, 4, {N, low}, 0, NULL},
    {"sky", "utf8", 100, 0, NAN, NAN, NAN, NAN, {0, NULL}, 2, wet},
    {"day", "date32", 100, 0, NAN, NAN, NAN, NAN, {0, NULL}, 0, NULL},
};
static const struct profile_json profile = {100, 100, COUNT_OF(columns), columns};
static const struct pipeline monthly = {.name = "toy", .time = {.column = "month"}};

static const struct registry *write_profiles(void (*change)(void))
{
    static struct registry r;
    r = registry_at(help_folder(), "toy");
    for (size_t v = 1; v <= 2; v++) {
        char *folder = registry_path(&r, arena_format(&mem, "versions/%zu", v), &mem);
        for (char *p = folder + 1; (p = strchr(p, '/')); *p++ = '/') {
            *p = '\0';
            (void)mkdir(folder, 0777);
        }
        (void)mkdir(folder, 0777);
        struct view text = profile_json_text(&profile, &mem);
        FILE *f = fopen(file_join(&mem, folder, PROFILE_FILE), "w");
        cr_assert(f && fwrite(text.p, text.n, 1, f) == 1 && fclose(f) == 0);
        change();
    }
    return &r;
}

/* The verdict of that rule, where version 2 is judged against version 1. */
static struct verdict_json judge(const struct registry *r, struct gate_drift limit)
{
    struct error err;
    struct gate_config config = {.drift = limit};
    struct verdict_json v = {0};
    struct gate_case c = {
        .pipeline = &monthly, .config = &config, .mem = &mem, .verdict = &v};
    struct registry_kept kept = {.name = PROFILE_FILE};
    struct candidacy s = {
        .registry = *r,
        .candidate = {.version = 2},
        .rival = {.version = 1, .manifest = {.n_files = 1, .file = &kept}}};
    cr_assert_eq(gate_drift(&c, &s, &err), STATUS_OK, "%s", err.message);
    return v;
}

static void nothing(void)
{
}

static void move_on(void)
{
    columns[0].quantiles.v = columns[1].quantiles.v = high;
    columns[0].min = columns[1].min = 11;
    columns[2].level = dry;
}

Test(gate_drift, what_stays_passes_with_the_largest_index)
{
    struct verdict_json v =
        judge(write_profiles(nothing), (struct gate_drift){0.25, 0.2});
    cr_assert_eq(v.n_rules, 1);
    cr_expect(v.rule[0].passed);
    cr_expect_str_eq(
        v.rule[0].says,
        "none of 2 columns has moved since version 1: the largest PSI is 0, of 'price'");
}

/* A column of the row's time moves by itself. */
Test(gate_drift, each_column_that_moved_is_named)
{
    struct verdict_json v =
        judge(write_profiles(move_on), (struct gate_drift){0.25, 0.2});
    cr_assert_eq(v.n_rules, 2);
    cr_expect_str_eq(v.rule[0].of, "price");
    cr_expect_str_eq(v.rule[1].of, "sky");
    cr_expect_not(v.rule[0].passed || v.rule[1].passed);
    cr_expect_not_null(strstr(v.rule[0].says, "KS 1; PSI at most 0.25 is asked for"));
    // numpy: a = [80, 20, .5] / 100, b = [.5, 99, 1] / 100, sum((b - a) log(b / a))
    cr_expect_float_eq(v.rule[1].found, 5.301745, 1e-6, "%.6f", v.rule[1].found);
}

Test(gate_drift, either_limit_is_enough)
{
    const struct registry *r = write_profiles(move_on);
    struct verdict_json v = judge(r, (struct gate_drift){0, 0.2});
    cr_assert_eq(v.n_rules, 1);
    cr_expect_eq(v.rule[0].found, 1);
    cr_expect_eq(v.rule[0].at_most, 0.2);
    cr_expect_eq(judge(r, (struct gate_drift){0}).n_rules, 0);
}

static void disorder(void)
{
    static const double wrong[N] = {1, 9, 3, 4};
    columns[1].quantiles.v = wrong;
}

Test(gate_drift, quantiles_that_do_not_ascend_are_refused)
{
    const struct registry *r = write_profiles(disorder);
    struct profile_json p;
    struct error err;
    const char *path = registry_file(r, 2, PROFILE_FILE, &mem);
    cr_assert_eq(profile_json_read(path, &mem, &p, &err), STATUS_INPUT);
    cr_expect_str_eq(err.loc.field, "price");
    cr_expect_not_null(strstr(err.message, "do not ascend"), "%s", err.message);
}
