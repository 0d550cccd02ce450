#include "artifacts/predictions_json.h"
#include "help/artifact.h"

TestSuite(predictions_json, .fini = artifact_end);

static enum status put(const void *from, struct output *out, struct error *e)
{
    return predictions_json_write(from, out, e);
}

static enum status get(const char *path, struct arena *m, void *ret, struct error *e)
{
    return predictions_json_read(path, m, ret, e);
}

static const char *const options[] = {HOSTILE};
static const struct predictions_json whole = {
    .pipeline = "toy",
    .target = HOSTILE,
    .rows = 12,
    .level = 0.9,
    .options = {1, options},
    .table = {"predictions.csv", 5, "0123456789abcdef", NULL}};

Test(predictions_json, comes_back_as_it_was)
{
    struct predictions_json back;
    artifact_round(put, get, &whole, &back);
    cr_assert_str_eq(back.target, HOSTILE);
    cr_assert_eq(back.rows, 12);
    cr_assert_eq(back.level, 0.9);
    cr_assert_null(back.model);
    cr_assert_str_eq(back.options.v[0], HOSTILE);
    cr_assert_str_eq(back.table.file, "predictions.csv");
}

Test(predictions_json, damage_is_named_with_its_place)
{
    static const struct artifact_damage damage[] = {
        {"\"rows\": 12", "\"rows\": 1e3", "expected a whole number", "rows"},
        {"\"target\"", "\"goal\"", "expected a string, found nothing", "target"},
        {"\"rows\"", "\"more\": 1, \"rows\"", "unknown key 'more'", "more"},
    };
    struct predictions_json back;
    const char *path = artifact_put(put, &whole);
    for (size_t i = 0; i < COUNT_OF(damage); i++)
        artifact_refuses(get, path, &damage[i], &back);
}
