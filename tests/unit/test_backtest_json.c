#include <math.h>

#include "artifacts/backtest_json.h"
#include "help/artifact.h"

TestSuite(backtest_json, .fini = artifact_end);

static enum status put(const void *from, struct output *out, struct error *e)
{
    return backtest_json_write(from, out, e);
}

static enum status get(const char *path, struct arena *m, void *ret, struct error *e)
{
    return backtest_json_read(path, m, ret, e);
}

static struct backtest_json_figure figures[] = {{"rmse", 2.5}, {"r2", NAN}};
static struct backtest_json_bands bands = {3, 0.75, 4, 6.5};
static struct backtest_json_baseline baselines[] = {
    {"naive", {4, 2.5, 0.5, -2.25, 0.125, -2, 0.25, 2, figures}},
    {HOSTILE, {0, NAN, NAN, NAN, NAN, NAN, NAN, 2, figures}}};
static struct backtest_json_part parts[] = {
    {"all", "2020-01", "2020-04", 4, 2, figures, &bands, 2, baselines},
    {HOSTILE, NULL, NULL, 0, 2, figures, NULL, 0, NULL}};
static struct backtest_json_quantile quantiles[] = {{0.5, 2, figures}};
static struct backtest_json_groups groups = {3, 2, 1, parts, quantiles};
static struct backtest_json_plan plan = {"2019-12", "2020-03", 4, 1, 1, 0, 1, 0, 4, 1};
static struct leak leaks[] = {{HOSTILE, "target", "y", 1, NULL, 12, HOSTILE},
                              {"x", "scaled", NULL, 0, "2020-01", 40, NULL}};
static const struct backtest_json whole = {
    .task = "regression",
    .target = "y",
    .judge = "rmse",
    .step = "month",
    .season = 12,
    .plan = &plan,
    .rows = 5,
    .level = 0.9,
    .log = true,
    .all = parts,
    .n_spans = 1,
    .span = parts + 1,
    .n_horizons = 1,
    .horizon = parts,
    .n_years = 1,
    .year = parts,
    .groups = &groups,
    .leaks = {5, 3, 70, {"backtest", 3, 6, NULL}, 2, leaks},
    .model = "0123456789abcdef",
    .table = {"backtest.csv", 10, "fedcba9876543210", NULL}};

Test(backtest_json, comes_back_as_it_was)
{
    struct backtest_json back;
    artifact_round(put, get, &whole, &back);
    cr_assert(back.plan->origins == 4 && back.rows == 5 && back.level == 0.9 && back.log);
    cr_assert_eq(backtest_json_value(back.all, "rmse"), 2.5);
    cr_assert(isnan(backtest_json_value(back.all, "r2")));
    cr_assert(isnan(backtest_json_value(back.all, "mae")));
    cr_assert_eq(back.all->bands->coverage, 0.75);
    cr_assert_null(back.span->bands);
    cr_assert_eq(backtest_json_versus(back.all, "naive")->statistic, -2.25);
    cr_assert_null(backtest_json_versus(back.all, "drift"));
    cr_assert_str_eq(back.all->baseline[1].name, HOSTILE);
    cr_assert_eq(backtest_json_find(back.span, back.n_spans, HOSTILE), back.span);
    cr_assert_null(backtest_json_find(back.span, back.n_spans, "all"));
    cr_assert_eq(back.groups->quantile->figure->value, 2.5);
    cr_assert_eq(back.leaks.n, 2);
    cr_assert_str_eq(back.leaks.leak[0].of, "y");
    cr_assert_str_eq(back.leaks.leak[0].accepted, HOSTILE);
    cr_assert_null(back.leaks.leak[1].accepted);
}

Test(backtest_json, without_a_plan_it_says_why)
{
    struct backtest_json back, none = {.task = "regression",
                                       .target = "y",
                                       .judge = "rmse",
                                       .why = "rows have no time",
                                       .level = NAN,
                                       .leaks.proof.why = "a table of one row",
                                       .table = whole.table};
    artifact_round(put, get, &none, &back);
    cr_assert_str_eq(back.why, "rows have no time");
    cr_assert(!back.plan && !back.all && isnan(back.level));
}

/* clang-format off */
static const struct artifact_damage damage[] = {
    {"\"rows\": 5", "\"rows\": 3", "4 of 3 rows have no answer", "all"},
    {"\"rows\": 5", "\"rows\": -3", "expected a number from 0", "rows"},
    {"\"why\": null", "\"why\": \"\"", "or why there is none", "plan"},
    {"\"rmse\": 2.5", "\"rmse\": \"2.5\"", "expected a number", "all.rmse"},
    {"\"rmse\": 2.5", "\"rmsf\": 2.5", "expected the same figures in the same order", "all"},
    {"\"2020-04\"", "\"2019-04\"", "expected an end that is not before '2020-01'", "all"},
    {"\"coverage\": 0.75", "\"coverage\": true", "expected a number", "all.bands.coverage"},
    {"\"n\": 3,\n    \"worst\"", "\"n\": 1,\n    \"worst\"", "1 groups have no worst 2", "groups.worst"},
    {"\"scaled\"", "\"scalded\"", "'scalded' is no kind of leak", "leaks.found"},
    {"\"from\": \"backtest\"", "\"from\": null", "a proof, or why there is none", "leaks.proof"},
    {"\"kind\": \"target\"", "\"kind\": \"altered\"", "'altered' is a proof, which nobody accepts", "leaks.found"},
};
/* clang-format on */

Test(backtest_json, damage_is_named_with_its_place)
{
    struct backtest_json back;
    const char *path = artifact_put(put, &whole);
    for (size_t i = 0; i < COUNT_OF(damage); i++)
        artifact_refuses(get, path, &damage[i], &back);
}

static const struct {
    struct leak leak;
    const char *said;
} sayings[] = {
    {{"f", "unexplained", NULL, 0, NULL, 7, NULL},
     "column 'f' is made by no rule of features (7 rows)"},
    {{"f", "altered", NULL, 0, NULL, 1, NULL},
     "column 'f' is not what its rule makes of clean.arrow (1 row)"},
    {{"f", "cut", NULL, 0, NULL, 2, NULL},
     "column 'f' changes when later rows are cut (2 rows)"},
    {{"f", "target", "y", 0, NULL, 9, NULL},
     "column 'f' shows 'y' of its own row (9 rows)"},
    {{"f", "target", "y", 1, NULL, 9, NULL},
     "column 'f' shows 'y' 1 step behind its row (9 rows)"},
    {{"f", "ahead", "rain", 2, NULL, 9, "a forecast"},
     "column 'f' shows 'rain' 2 steps behind its row (9 rows), which is accepted: a "
     "forecast"},
    {{"f", "scaled", NULL, 0, NULL, 9, NULL},
     "column 'f' was scaled to mean 0 and deviation 1 over all rows (9 rows)"},
    {{"f", "encoded", "y", 0, NULL, 9, NULL},
     "column 'f' holds means of 'y' over all rows (9 rows)"},
    {{"ridge", "recipe", NULL, 0, NULL, 1, NULL},
     "the answers of 'ridge' change with rows that it may not know (1 answer)"},
};

Test(backtest_json, a_leak_is_told_in_words)
{
    for (size_t i = 0; i < COUNT_OF(sayings); i++) {
        struct text out = {.mem = &mem};
        leak_say(&sayings[i].leak, &out);
        cr_assert_str_eq(out.p, sayings[i].said);
    }
}
