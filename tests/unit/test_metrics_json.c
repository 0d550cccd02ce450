#include <math.h>

#include "artifacts/metrics_json.h"
#include "help/artifact.h"

TestSuite(metrics_json, .fini = artifact_end);

static enum status put(const void *from, struct output *out, struct error *e)
{
    return metrics_json_write(from, out, e);
}

static enum status get(const char *path, struct arena *m, void *ret, struct error *e)
{
    return metrics_json_read(path, m, ret, e);
}

static struct metrics_json_figure good[] = {{"rmse", 12.5}, {HOSTILE, 5e-324}},
                                  none[] = {{"rmse", NAN}, {HOSTILE, NAN}},
                                  huge[] = {{"rmse", 1.7976931348623157e308},
                                            {HOSTILE, -0.0}};
static struct metrics_json_baseline naive[] = {{"naive", {3, 2, huge}},
                                               {HOSTILE, {0, 2, none}}};
static struct metrics_json_beats beats[] = {{"naive", true}, {"other", false}};
static struct metrics_json_arrived arrived = {{1, 2, none}, "2020-08", "2020-09"};
static const struct metrics_json whole = {
    .task = "regression",
    .target = HOSTILE,
    .holdout = {3, 2, good},
    .training = {4, 2, huge},
    .all = {7, 2, good},
    .arrived = &arrived,
    .n_baselines = 2,
    .baseline = naive,
    .n_arrived_baselines = 1,
    .arrived_baseline = naive,
    .n_beats = 2,
    .beats = beats,
    .model = "0123456789abcdef",
    .table = {"residuals.json", 10, "fedcba9876543210", NULL}};

Test(metrics_json, comes_back_as_it_was)
{
    struct metrics_json back;
    artifact_round(put, get, &whole, &back);
    cr_assert_eq(back.holdout.n, 3);
    cr_assert_eq(metrics_json_value(&back.holdout, HOSTILE), 5e-324);
    cr_assert_eq(metrics_json_value(&back.training, "rmse"), 1.7976931348623157e308);
    cr_assert(isnan(metrics_json_value(&back.arrived->score, "rmse")));
    cr_assert(isnan(metrics_json_value(&back.holdout, "mae")), "there is none");
    cr_assert_str_eq(back.arrived->last, "2020-09");
    cr_assert_str_eq(back.baseline[1].name, HOSTILE);
    cr_assert(back.beats[0].yes && !back.beats[1].yes);
    cr_assert_str_eq(back.model, "0123456789abcdef");
}

Test(metrics_json, nothing_arrived_comes_back)
{
    struct metrics_json bare = whole, back;
    bare.arrived = NULL;
    bare.n_arrived_baselines = bare.n_beats = 0;
    artifact_round(put, get, &bare, &back);
    cr_assert(!back.arrived && back.n_arrived_baselines == 0 && back.n_beats == 0);
}

/* clang-format off */
static const struct artifact_damage damage[] = {
    {"\"rmse\": 12.5", "\"rmse\": \"12.5\"", "expected a number, found a string", "holdout.rmse"},
    {"\"n\": 3", "\"n\": -3", "expected a number from 0", "holdout.n"},
    {"\"n\": 4,", "\"n\": 4, \"mae\": 1,", "expected the same metrics", "training"},
    {"\"n\": 4,", "", "expected a whole number, found nothing", "training.n"},
    {"\"first\": \"2020-08\"", "\"first\": \"2020-10\"", "not before '2020-10'", "arrived.last"},
    {"\"first\": \"2020-08\"", "\"first\": null", "expected a string", "arrived.first"},
    {"\"naive\": {", "\"naive\": 1, \"x\": {", "expected an object", "baselines.naive"},
    {"\"naive\": true", "\"naive\": 1", "expected true or false", "beats.naive"},
    {"\"holdout\": {", "\"holdout\": null, \"h\": {", "expected an object, found null", "holdout"},
    {"\"xxh64\"", "\"md5\"", "the checksum of an artifact", "model"},
};
/* clang-format on */

Test(metrics_json, damage_is_named_with_its_place)
{
    struct metrics_json back;
    const char *path = artifact_put(put, &whole);
    for (size_t i = 0; i < COUNT_OF(damage); i++)
        artifact_refuses(get, path, &damage[i], &back);
}
