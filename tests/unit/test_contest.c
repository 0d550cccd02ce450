/* Candidates read from a pipeline's file, and which of them wins. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "help/example.h"
#include "learn/contest_internal.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(contest, .fini = release);
TestSuite(candidates, .fini = release);

static enum status read_list(const char *yaml, struct candidates *ret, struct error *err)
{
    struct yaml_node *node;
    cr_assert_eq(yaml_parse("p.yaml", yaml, strlen(yaml), &mem, &node, err), STATUS_OK);
    return candidates_read(node, &mem, ret, err);
}

static struct candidates list_of(const char *yaml)
{
    struct candidates c;
    struct error err = {0};
    cr_assert_eq(read_list(yaml, &c, &err), STATUS_OK, "%s", err.message);
    return c;
}

Test(candidates, words_and_values_are_read_in_their_order)
{
    struct candidates c =
        list_of("[naive, {window_average: {window: 12}}, "
                "{mean: {}}, window_average, {combination: {power: 2, "
                "transform: log, of: [naive, {drift: {transform: log}}]}},"
                " {combination: {of: [mean]}}, combination]");
    static const char *const names[] = {
        "naive",
        "window_average(window=12)",
        "mean",
        "window_average",
        "combination(power=2, transform=log, of=[naive, drift(transform=log)])",
        "combination(of=[mean])",
        "combination"};
    cr_assert_eq(c.n, 7);
    for (size_t i = 0; i < 7; i++)
        cr_assert_str_eq(c.item[i].name, names[i]);
    const struct series_model *m = series_find("window_average");
    cr_assert_eq(c.item[1].choice.model, m);
    cr_assert_eq(m->least(c.item[1].choice.params, 0), 12);
    cr_assert_eq(m->least(c.item[3].choice.params, 0), 3, "the default");
}

static const struct {
    const char *yaml, *message, *hint;
} bad_lists[] = {
    {"naive", "expected a list of series models, found a text", ""},
    {"[]", "expected a list of series models, found an empty one", ""},
    {"[naiv]", "unknown series model 'naiv'", "did you mean 'naive'?"},
    {"[{naiv: {}}]", "unknown series model 'naiv'", "did you mean 'naive'?"},
    {"[naive, mean, naive]", "'naive' stands twice in the list", ""},
    {"[7]", "expected the name of a series model, found a whole number",
     "values are written `- window_average: {window: 12}`"},
    {"[{naive: {}, mean: {}}]", "expected the name of a series model, found a map",
     "values are written `- window_average: {window: 12}`"},
    {"[{window_average: {window: 0}}]",
     "expected a whole number from 1 to 100000, found '0'", ""},
    {"[{window_average: {width: 3}}]", "unknown key 'width'",
     "known keys: window, transform, lambda, difference, bias"},
    {"[{naive: {window: 3}}]", "unknown key 'window'", ""},
    {"[{naive: {transform: ln}}]",
     "expected one of none, log, box_cox, guerrero; found 'ln'", ""},
    {"[{naive: {transform: box_cox}}]", "'box_cox' needs a lambda",
     "`transform: guerrero` finds one"},
    {"[{naive: {transform: log, lambda: 0}}]", "'lambda' is for `transform: box_cox`",
     ""},
    {"[{naive: {bias: mean}}]", "without a transform there is no bias", ""},
    {"[{naive: {of: [drift]}}]", "unknown key 'of'", ""},
    {"[{combination: {of: drift}}]", "expected a list of series models, found a text",
     ""},
    {"[{combination: {of: [drift, {mean: {on: 3}}]}}]", "unknown key 'on'", ""},
    {"[{combination: {of: [drift, combination]}}]",
     "'combination' is made of series models itself", ""},
    {"[{combination: {of: [drift, {mean: {transform: guerrero}}]}}]",
     "'combination' goes on step by step, 'guerrero' would learn it anew at each",
     "`transform: box_cox` with its lambda is a scale that stays"},
    {"[{combination: {transform: guerrero}}]",
     "'combination' goes on step by step, 'guerrero' would learn it anew at each", ""},
};

Test(candidates, what_is_wrong_with_a_list_is_said_with_its_line)
{
    for (size_t i = 0; i < sizeof bad_lists / sizeof *bad_lists; i++) {
        struct candidates c;
        struct error err = {0};
        cr_assert_eq(read_list(bad_lists[i].yaml, &c, &err), STATUS_INPUT, "%s",
                     bad_lists[i].yaml);
        cr_assert_str_eq(err.message, bad_lists[i].message, "%s: %s", bad_lists[i].yaml,
                         err.message);
        if (bad_lists[i].hint[0])
            cr_assert_str_eq(err.hint, bad_lists[i].hint, "%s: %s", bad_lists[i].yaml,
                             err.hint);
        cr_assert_eq(err.loc.line, 1);
    }
}

Test(candidates, a_name_that_is_near_none_is_answered_with_all)
{
    struct candidates c;
    struct error err = {0};
    cr_assert_eq(read_list("[prophet]", &c, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "unknown series model 'prophet'");
    for (size_t i = 0; i < 6; i++)
        cr_assert_not_null(strstr(err.hint, series_names()[i]), "%s", err.hint);
}

/* A series that repeats every four steps, upon a slope. */
static struct series wave(size_t n)
{
    double *y = ARENA_ARRAY(&mem, double, n);
    for (size_t t = 0; t < n; t++)
        y[t] = 10 * (double)(t % 4) + (double)t / 4;
    return (struct series){.n = n, .season = 4, .y = y};
}

static enum status run(const char *list, const struct backtest_plan *given, size_t parts,
                       const struct series *s, size_t threads, struct search_result *ret,
                       struct error *err)
{
    struct candidates c = list_of(list);
    struct fit_context context = example_context(&mem, threads);
    struct contest_rule rule = {.candidates = &c,
                                .backtest = *given,
                                .folds = {.n = parts, .method = FOLDS_BLOCKS},
                                .score = metric_find("rmse")};
    struct model_series model;
    enum status status = contest_fit(&rule, s, &context, ret, &model, err);
    if (status == STATUS_OK) {
        cr_assert_eq(model.fitted.choice.model, c.item[ret->best].choice.model);
        cr_assert_eq(model.steps, s->n);
        cr_assert_eq(model.season, s->season);
        cr_assert_eq(model.horizon, given->gap + given->horizon);
    }
    return status;
}

Test(contest, the_best_score_wins_whatever_the_threads)
{
    struct series s = wave(40);
    for (size_t threads = 1; threads <= 3; threads++) {
        struct search_result r;
        struct error err = {0};
        cr_assert_eq(run("[naive, seasonal_naive, seasonal_drift, mean]",
                         &backtest_one_step, 3, &s, threads, &r, &err),
                     STATUS_OK, "%s", err.message);
        cr_assert_eq(r.n_cells, 4);
        cr_assert_eq(r.folds, 3);
        cr_assert_eq(r.best, 2);
        cr_assert_eq(r.rank[1], 2);
        cr_assert_float_eq(r.mean[2], 0, 1e-12);
        cr_assert_eq(r.mean[1], 1, "a season is one higher than the last");
    }
}

Test(contest, the_first_origin_is_the_middle_or_where_all_can_be_fitted)
{
    struct series s = wave(9);
    struct candidates c = list_of("[naive, {window_average: {window: 7}}]");
    cr_assert_eq(contest_plan(&backtest_one_step, &c, &s).first, 7);
    s.n = 20;
    cr_assert_eq(contest_plan(&backtest_one_step, &c, &s).first, 10);
    struct backtest_plan given = backtest_one_step;
    given.first = 3;
    cr_assert_eq(contest_plan(&given, &c, &s).first, 3);
}

/* Two origins half a horizon apart would not do for three folds. */
Test(contest, a_laborious_model_has_five_origins_in_a_short_series)
{
    struct candidates c = list_of("[auto]");
    struct backtest_plan given = backtest_one_step;
    given.horizon = 18;
    struct series s = wave(24);
    struct backtest_plan plan = contest_plan(&given, &c, &s);
    cr_assert_eq(plan.first, 12);
    cr_assert_eq(plan.step, 2);
    s = wave(100);
    plan = contest_plan(&given, &c, &s);
    cr_assert_eq(plan.first, 64);
    cr_assert_eq(plan.step, 8);
    given.step = 6;
    s.n = 24;
    cr_assert_eq(contest_plan(&given, &c, &s).step, 6);
}

/* naive would have two forecasts more, and bad ones. */
Test(contest, judged_are_the_steps_that_all_forecast)
{
    double y[] = {0, 100, 0, 100, 100, 100, 100, 100};
    struct series s = {.n = 8, .season = 4, .y = y};
    struct backtest_plan plan = {.first = 1, .step = 1, .horizon = 1, .refit = 1};
    struct search_result r;
    struct error err = {0};
    cr_assert_eq(run("[naive, {window_average: {window: 4}}]", &plan, 1, &s, 1, &r, &err),
                 STATUS_OK, "%s", err.message);
    cr_assert_eq(r.mean[0], 0);
    cr_assert_gt(r.mean[1], 0);
}

Test(contest, parts_are_consecutive_origins)
{
    double y[] = {0, 0, 1, 1, 1, 3, 3};
    struct series s = {.n = 7, .y = y};
    struct backtest_plan plan = {.first = 1, .step = 1, .horizon = 1, .refit = 1};
    struct search_result r;
    struct error err = {0};
    cr_assert_eq(run("[naive]", &plan, 2, &s, 1, &r, &err), STATUS_OK);
    cr_assert_eq(r.score[0], sqrt(1. / 3), "errors 0 1 0");
    cr_assert_eq(r.score[1], sqrt(4. / 3), "errors 0 2 0");
}

Test(contest, the_score_is_over_steps_with_value_and_forecast)
{
    struct series s = {.n = 5, .y = (double[]){1, 2, NAN, 6, 9}};
    const double forecasts[] = {NAN, 1, 2, NAN, 6, 9};
    double mae =
        contest_score(&backtest_one_step, &s, forecasts, 0, 6, metric_find("mae"), &mem);
    cr_assert_eq(mae, 2, "%.17g", mae);
    cr_assert(isnan(contest_score(&backtest_one_step, &s, forecasts, 2, 4,
                                  metric_find("mae"), &mem)));
}

static const struct {
    const char *list;
    size_t n, parts, window;
    const char *message, *field;
} refused[] = {
    {"[seasonal_naive]", 3, 2, 0, "the series has 3 steps, 'seasonal_naive' needs 4",
     "train.series"},
    {"[naive]", 9, 5, 0, "4 origins cannot be divided into 5 folds", "train.folds"},
    {"[naive, seasonal_drift]", 40, 2, 4,
     "a window of 4 steps is too short for 'seasonal_drift', which needs 5",
     "train.backtest.window"},
};

Test(contest, a_fold_without_a_common_step_is_told)
{
    static const struct {
        const char *list, *hint;
    } folds[] = {{"[naive, {window_average: {window: 4}}]",
                  "fold 1 has no step that all candidates forecast: "
                  "'window_average(window=4)' has "
                  "none for 8, as where values are missing"},
                 {"[naive]", "fold 2 has no step that is known"}};
    for (size_t i = 0; i < 2; i++) {
        struct series s = wave(16);
        for (size_t t = 0; t < 16; t++)
            if (i == 0 ? t % 3 == 1 : t > 11)
                ((double *)s.y)[t] = NAN;
        struct search_result r;
        struct error err = {0};
        cr_assert_eq(run(folds[i].list, &backtest_one_step, 2, &s, 1, &r, &err),
                     STATUS_INPUT);
        cr_assert_str_eq(err.hint, folds[i].hint, "%s", err.hint);
    }
}

Test(contest, what_cannot_be_judged_is_refused)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct backtest_plan plan = backtest_one_step;
        struct search_result r;
        struct error err = {0};
        struct series s = wave(refused[i].n);
        plan.window = refused[i].window;
        cr_assert_eq(run(refused[i].list, &plan, refused[i].parts, &s, 1, &r, &err),
                     STATUS_INPUT);
        cr_assert_str_eq(err.message, refused[i].message, "%s", err.message);
        cr_assert_str_eq(err.loc.field, refused[i].field);
    }
}

/* A wave, a longer one, two that are too short, and one without a value. */
static const struct series *many(size_t *ret)
{
    struct series *s = ARENA_ARRAY(&mem, struct series, 5);
    static const size_t length[] = {3, 40, 9, 57, 40};
    for (size_t i = 0; i < 5; i++)
        s[i] = wave(length[i]);
    s[4].y = ARENA_ARRAY(&mem, double, 40);
    for (size_t t = 0; t < 40; t++)
        ((double *)(uintptr_t)s[4].y)[t] = NAN;
    *ret = 5;
    return s;
}

static enum status run_many(const char *list, const struct series *s, size_t n,
                            size_t folds, size_t threads, struct search_result *ret,
                            struct model_series *model, struct error *err)
{
    struct candidates c = list_of(list);
    struct fit_context context = example_context(&mem, threads);
    struct contest_rule rule = {.candidates = &c,
                                .backtest = backtest_one_step,
                                .folds = {.n = folds, .method = FOLDS_BLOCKS},
                                .score = metric_find("rmse")};
    return contest_fit_groups(&rule, s, n, &context, ret, model, err);
}

Test(contest, many_series_are_judged_by_the_mean_of_what_each_would_be)
{
    size_t n;
    const struct series *s = many(&n);
    const char *list = "[naive, seasonal_naive, mean]";
    struct search_result one, other, r;
    struct error err = {0};
    cr_assert_eq(run(list, &backtest_one_step, 6, &s[1], 1, &one, &err), STATUS_OK);
    cr_assert_eq(run(list, &backtest_one_step, 6, &s[3], 1, &other, &err), STATUS_OK);
    for (size_t threads = 1; threads <= 3; threads++) {
        struct model_series m;
        cr_assert_eq(run_many(list, s, n, 6, threads, &r, &m, &err), STATUS_OK, "%s",
                     err.message);
        for (size_t k = 0; k < 3 * 6; k++)
            cr_assert_eq(r.score[k], (one.score[k] + other.score[k]) / 2);
        cr_assert_eq(r.best, 1);
        cr_assert_str_eq(m.fitted.choice.model->name, "seasonal_naive");
        cr_assert_eq(m.groups, 5);
        cr_assert_eq(m.judged, 2);
        cr_assert_eq(m.steps, 3 + 40 + 9 + 57 + 40);
        cr_assert_null(m.fitted.state);
    }
}

Test(contest, of_many_series_one_must_be_long_enough)
{
    size_t n;
    const struct series *s = many(&n);
    struct search_result r;
    struct model_series m;
    struct error err = {0};
    cr_assert_eq(run_many("[naive]", s, n, 60, 2, &r, &m, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "none of 5 series has an origin for each of 60 folds");
    cr_assert_eq(run_many("[{window_average: {window: 99}}]", s, n, 3, 2, &r, &m, &err),
                 STATUS_INPUT);
    cr_assert_str_eq(err.message, "the series has 57 steps, 'window_average' needs 99");
    cr_assert_eq(run_many("[naive]", s, 0, 3, 2, &r, &m, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "no series has a history");
}
