#include <math.h>

#include "artifacts/classification_json.h"
#include "help/artifact.h"

TestSuite(classification_json, .fini = artifact_end);

static enum status put(const void *from, struct output *out, struct error *e)
{
    return classification_json_write(from, out, e);
}

static enum status get(const char *path, struct arena *m, void *ret, struct error *e)
{
    return classification_json_read(path, m, ret, e);
}

static struct classification_json_bin bins[] = {{3, .05, .25}, {0, NAN, NAN}};
static struct classification_json_point points[] = {{.9, 0, .5, 1}, {.1, NAN, 1, .5}};
static struct classification_json_score score = {.75,   NAN, .5, .625, .125,
                                                 .0625, 2,   2,  bins, points};
static struct classification_json_class classes[] = {
    {HOSTILE, 4, 5, 3, .6, .75, .6666666666666666, &score},
    {"b", 2, 1, 0, 0, 0, 0, NULL}};
static struct classification_json_cell cells[] = {
    {HOSTILE, HOSTILE, 3}, {HOSTILE, "b", 1}, {"b", NULL, 2}};
static struct classification_json_confidence confidence = {.25, .5, 1, bins};
static struct classification_json_baseline baselines[] = {
    {"majority", 6, 2, 1, 0, 1, 1, .5}};
static const struct classification_json whole = {
    .task = "classes",
    .n = 6,
    .n_classes = 2,
    .other_classes = 1,
    .class_of = classes,
    .n_cells = 3,
    .cell = cells,
    .confidence = &confidence,
    .n_baselines = 1,
    .baseline = baselines,
    .model = "0123456789abcdef",
    .table = {"residuals.json", 10, "fedcba9876543210", NULL}};

Test(classification_json, comes_back_as_it_was)
{
    struct classification_json back;
    artifact_round(put, get, &whole, &back);
    cr_assert_str_eq(back.class_of[0].name, HOSTILE);
    cr_assert(back.class_of[0].score->point[1].precision == .5);
    cr_assert(isnan(back.class_of[0].score->auc_error));
    cr_assert(!back.class_of[1].score && !back.cell[2].foretold);
    cr_assert_eq(back.confidence->bin[0].positive, .25);
    cr_assert_eq(back.baseline[0].p_less, .5);
}

/* What evaluate writes of a regression. */
Test(classification_json, nothing_comes_back)
{
    static const struct classification_json none = {
        .task = "regression",
        .model = "0123456789abcdef",
        .table = {"residuals.json", 10, "fedcba9876543210", NULL}};
    struct classification_json back;
    artifact_round(put, get, &none, &back);
    cr_assert(back.n_classes == 0 && !back.confidence);
}

/* clang-format off */
static const struct artifact_damage damage[] = {
    {"\"b\",\n      null", "\"c\",\n      null", "'classes' has no 'c'", "confusion"},
    {"null,\n      2", "2", "an element a field", "confusion[2]"},
    {"\"right\": 3", "\"right\": -3", "expected a number from 0", "classes[0].right"},
    {"\"support\": 4", "\"support\": \"4\"", "expected a whole number, found a string", "classes[0].support"},
};
/* clang-format on */

Test(classification_json, damage_is_named_with_its_place)
{
    struct classification_json back;
    const char *path = artifact_put(put, &whole);
    for (size_t i = 0; i < COUNT_OF(damage); i++)
        artifact_refuses(get, path, &damage[i], &back);
}
