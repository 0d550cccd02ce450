#include <math.h>

#include "artifacts/residuals_json.h"
#include "help/artifact.h"

TestSuite(residuals_json, .fini = artifact_end);

static enum status put(const void *from, struct output *out, struct error *e)
{
    return residuals_json_write(from, out, e);
}

static enum status get(const char *path, struct arena *m, void *ret, struct error *e)
{
    return residuals_json_read(path, m, ret, e);
}

static struct residuals_json_row rows[] = {{"2020-01", 5, 4.5, "train"},
                                           {"2020-03", NAN, 4, "holdout"}};
static struct residuals_json_part parts[] = {{"train", 2, "2020-01", "2020-02", rows},
                                             {"holdout", 1, "2020-03", "2020-03", NULL}};
static struct residuals_json_baseline baselines[] = {{"holdout", HOSTILE, 1, 0.5, NAN}};
static const struct residuals_json whole = {
    .by = "month",
    .rows = 3,
    .every = 2,
    .largest = 5,
    .n_parts = 2,
    .part = parts,
    .n_points = 2,
    .point = rows,
    .n_last = 1,
    .last = rows + 1,
    .n_baselines = 1,
    .baseline = baselines,
    .model = "0123456789abcdef",
    .table = {"residuals.csv", 10, "fedcba9876543210", NULL}};

Test(residuals_json, comes_back_as_it_was)
{
    struct residuals_json back;
    artifact_round(put, get, &whole, &back);
    cr_assert(back.rows == 3 && back.part[0].worst->prediction == 4.5);
    cr_assert(!back.part[1].worst && isnan(back.last[0].actual));
    cr_assert_str_eq(back.point[1].key, "2020-03");
    cr_assert_str_eq(back.baseline[0].baseline, HOSTILE);
    cr_assert_str_eq(back.model, whole.model);
}

/* clang-format off */
static const struct artifact_damage damage[] = {
    {"\"every\": 2", "\"every\": 0", "one in 0 of 3 rows are not 2 points", "points"},
    {"\"every\": 2", "\"every\": 1", "one in 1 of 3 rows are not 2 points", "points"},
    {"\"rows\": 3", "\"rows\": -3", "expected a number from 0", "rows"},
    {"\"month\"", "7", "expected a string, found an integer", "by"},
    {"\"2020-01\"", "202001", "expected a string, found an integer", "parts[0].first"},
    {"4.5", "\"4.5\"", "expected a number", "parts[0].worst.prediction"},
};
/* clang-format on */

Test(residuals_json, damage_is_named_with_its_place)
{
    struct residuals_json back;
    const char *path = artifact_put(put, &whole);
    for (size_t i = 0; i < COUNT_OF(damage); i++)
        artifact_refuses(get, path, &damage[i], &back);
}
