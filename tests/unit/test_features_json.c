#include "artifacts/features_json.h"
#include "help/artifact.h"

TestSuite(features_json, .fini = artifact_end);

static enum status put(const void *from, struct output *out, struct error *e)
{
    return features_json_write(from, out, e);
}

static enum status get(const char *path, struct arena *m, void *ret, struct error *e)
{
    return features_json_read(path, m, ret, e);
}

static struct features_json_feature features[] = {
    {"price_lag1", "price", "last", 1, 1, 1, 0},
    {HOSTILE, HOSTILE, "mean", 1000000, 3, 1000000, 12},
};
static const char *const keys[] = {"2020-09", HOSTILE};
static const struct features_json whole = {.rows = 8,
                                           .target = HOSTILE,
                                           .first = "2020-01",
                                           .last = "2020-08",
                                           .dropped = 2,
                                           .n_features = 2,
                                           .feature = features,
                                           .upcoming = {2, keys},
                                           .options = {0, NULL}};

Test(features_json, comes_back_as_it_was)
{
    struct features_json back;
    artifact_round(put, get, &whole, &back);
    cr_assert_str_eq(back.target, HOSTILE);
    cr_assert_str_eq(back.feature[1].column, HOSTILE);
    cr_assert_eq(back.feature[1].lead, 12);
    cr_assert_str_eq(back.upcoming.v[1], HOSTILE);
    cr_assert_eq(back.options.n, 0);
}

Test(features_json, rows_without_time_and_target_come_back)
{
    struct features_json bare = whole, back;
    bare.target = bare.first = bare.last = NULL;
    bare.upcoming.n = 0;
    artifact_round(put, get, &bare, &back);
    cr_assert(!back.target && !back.first && !back.last);
}

/* clang-format off */
static const struct artifact_damage damage[] = {
    {"\"window\": 1,", "\"window\": 0,", "feature 'price_lag1' has a window", "features.window"},
    {"\"window\": 1,", "\"window\": 1.5,", "expected a whole number", "features[0].window"},
    {"\"window\": 1,", "\"window\": 9223372036854775807,", "has a window", "features.window"},
    {"\"min_periods\": 1", "\"min_periods\": 2", "has a window", "features.window"},
    {"\"shift\": 1,", "\"shift\": -1,", "expected a number from 0", "features[0].shift"},
    {"\"shift\": 1,", "\"shift\": 1000001,", "a shift or a lead that none can have", "features.window"},
    {"\"features\": [", "\"features\": [1, ", "expected an object, found an integer", "features[0]"},
    {"\"features\": [", "\"features\": [], \"f\": [", "unknown key 'f'", "f"},
    {"\"name\": \"price_lag1\"", "\"name\": 1", "expected a string", "features[0].name"},
    {"\"2020-08\"", "\"2019-08\"", "expected an end that is not before '2020-01'", "last"},
    {"\"2020-09\"", "202009", "expected a string, found an integer", "upcoming[0]"},
};
/* clang-format on */

Test(features_json, damage_is_named_with_its_place)
{
    struct features_json back;
    const char *path = artifact_put(put, &whole);
    for (size_t i = 0; i < COUNT_OF(damage); i++)
        artifact_refuses(get, path, &damage[i], &back);
}

Test(features_json, names_stand_once_and_there_may_be_none)
{
    struct features_json back, twice = whole, none = whole;
    struct features_json_feature same[2] = {features[0], features[0]};
    twice.feature = same;
    none.n_features = 0;
    cr_assert_eq(get(artifact_put(put, &twice), &mem, &back, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "'price_lag1' stands twice");
    cr_assert_eq(get(artifact_put(put, &none), &mem, &back, &err), STATUS_OK);
    cr_assert_eq(back.n_features, 0);
}
