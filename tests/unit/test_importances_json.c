#include <math.h>

#include "artifacts/importances_json.h"
#include "help/artifact.h"

TestSuite(importances_json, .fini = artifact_end);

static enum status put(const void *from, struct output *out, struct error *e)
{
    return importances_json_write(from, out, e);
}

static enum status get(const char *path, struct arena *m, void *ret, struct error *e)
{
    return importances_json_read(path, m, ret, e);
}

static struct importances_json_feature features[IMPORTANCES_LISTED + 1] = {
    {HOSTILE, .5, .1}, {"b", NAN, NAN}};
static struct importances_json_column columns[] = {{"a", .75}, {"b", .25}};
static struct importances_json_figure figures[] = {{"n_iter", 12}, {"oob_error", -.5}};
static const struct importances_json whole = {.score = "rmse",
                                              .rows = 40,
                                              .repeats = 5,
                                              .value = 1.5,
                                              .n_features = 2,
                                              .other_features = 3,
                                              .feature = features,
                                              .n_columns = 2,
                                              .column = columns,
                                              .n_figures = 2,
                                              .figure = figures,
                                              .model = "0123456789abcdef"};

Test(importances_json, comes_back_as_it_was)
{
    struct importances_json back;
    artifact_round(put, get, &whole, &back);
    cr_assert_str_eq(back.feature[0].name, HOSTILE);
    cr_assert(back.feature[0].mean == .5 && isnan(back.feature[1].mean));
    cr_assert(back.other_features == 3 && back.column[1].share == .25);
    cr_assert(back.figure[1].value == -.5);
}

Test(importances_json, more_than_are_listed_are_refused)
{
    struct importances_json many = whole, back;
    for (size_t i = 0; i <= IMPORTANCES_LISTED; i++)
        features[i] = (struct importances_json_feature){"x", 0, 0};
    many.n_features = IMPORTANCES_LISTED + 1;
    const char *path = artifact_put(put, &many);
    cr_assert_eq(importances_json_read(path, &mem, &back, &err), STATUS_INPUT);
}
