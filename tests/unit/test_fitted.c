/* Models by way of a transform keep the contract of series/series.h, whatever the model:
 * what goes on is what a fit on all gives, and what is saved comes back. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <math.h>
#include <string.h>

#include "base/transcend.h"
#include "file/json.h"
#include "help/example.h"
#include "series/backtest.h"
#include "series/bridge.h"
#include "series/candidates.h"
#include "series/fitted.h"

enum { STEPS = 60, SEASON = 4, HORIZON = 9 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(fitted, .fini = release);

static struct series example(bool gaps)
{
    double *y = ARENA_ARRAY(&mem, double, STEPS);
    for (size_t t = 0; t < STEPS; t++)
        y[t] = gaps && (t < 2 || t % 7 == 3)
                   ? NAN
                   : (3 + (double)((37 * t + t * t) % 97) / 48) * (1 + (double)t * 0.1);
    return (struct series){
        .n = STEPS, .season = SEASON, .y = y, .p = 1, .x = {example_column(&mem, STEPS)}};
}

static const struct transform ways[] = {
    {.transform = TRANSFORM_LOG},
    {.transform = TRANSFORM_BOX_COX, .lambda = 0.4, .bias = BIAS_MEAN},
    {.transform = TRANSFORM_GUERRERO},
    {.difference = DIFFERENCE_FIRST},
    {.difference = DIFFERENCE_SEASONAL},
    {.transform = TRANSFORM_LOG, .difference = DIFFERENCE_BOTH, .bias = BIAS_MEAN},
    {.transform = TRANSFORM_GUERRERO,
     .difference = DIFFERENCE_SEASONAL,
     .bias = BIAS_MEAN},
};
enum { WAYS = sizeof ways / sizeof *ways };

static struct series_choice choice_at(size_t i)
{
    const struct series_model *m = series_all[i / WAYS];
    return (struct series_choice){m, m->defaults, ways[i % WAYS]};
}

/* Whether a pipeline's file may ask for it. */
static bool allowed(size_t i)
{
    const struct series_choice c = choice_at(i);
    struct error err = {0};
    return candidates_check(&c, &err) == STATUS_OK;
}

/* A worker a model and a way. */
#define EVERY_WAY(test)                                                                  \
    ParameterizedTestParameters(fitted, test)                                            \
    {                                                                                    \
        static size_t index[64 * WAYS];                                                  \
        size_t n = 0;                                                                    \
        for (size_t i = 0; i < series_count * WAYS; i++)                                 \
            if (allowed(i))                                                              \
                index[n++] = i;                                                          \
        return cr_make_param_array(size_t, index, n);                                    \
    }                                                                                    \
    ParameterizedTest(size_t *at, fitted, test, .fini = release)

static struct series_fitted fit(const struct series_choice *c, const struct series *s)
{
    struct error err = {0};
    struct fit_context context = example_context(&mem, 1);
    struct series_fitted f;
    cr_assert_eq(series_fit(c, s, &context, &f, &err), STATUS_OK, "%s: %s",
                 c->model->name, err.message);
    return f;
}

/* The k steps from `from` on become known. */
static void extend(struct series_fitted *f, const struct series *s, size_t from, size_t k)
{
    const struct series more = series_part(s, from, k);
    struct error err = {0};
    cr_assert_eq(series_extend(f, &more, &mem, &err), STATUS_OK, "%s", err.message);
}

static const char *saved(const struct series_fitted *f)
{
    json_t *json = series_save(f);
    char *dumped = json_dumps(json, JSON_REAL_PRECISION(17));
    const char *text = arena_string(&mem, dumped);
    free(dumped);
    json_decref(json);
    return text;
}

static void expect_same(const struct series_fitted *a, const struct series_fitted *b)
{
    struct error err = {0};
    double x[HORIZON], y[HORIZON];
    cr_assert_str_eq(saved(a), saved(b));
    cr_assert_eq(series_forecast(a, HORIZON, x, &err), STATUS_OK);
    cr_assert_eq(series_forecast(b, HORIZON, y, &err), STATUS_OK);
    for (size_t h = 0; h < HORIZON; h++)
        cr_assert((isnan(x[h]) && isnan(y[h])) || memcmp(&x[h], &y[h], sizeof *x) == 0,
                  "step %zu: %.17g and %.17g", h + 1, x[h], y[h]);
}

EVERY_WAY(what_goes_on_is_what_a_fit_on_all_gives)
{
    struct series_choice c = choice_at(*at);
    struct error err = {0};
    for (int gaps = 0; gaps < 2; gaps++) {
        struct series s = example(gaps), begin = s;
        begin.n = STEPS - 11;
        struct series_fitted whole = fit(&c, &s), f = fit(&c, &begin);
        for (size_t n = begin.n; n < STEPS; n++)
            extend(&f, &s, n, 1);
        expect_same(&f, &whole);
        f = fit(&c, &begin); // and where it followed before
        const struct series more = series_part(&s, begin.n, 6);
        cr_assert_eq(series_follow(&f, &more, &mem, &err), STATUS_OK);
        extend(&f, &s, begin.n + 6, 5);
        expect_same(&f, &whole);
    }
}

EVERY_WAY(what_is_saved_comes_back_and_goes_on)
{
    struct series_choice c = choice_at(*at);
    struct error err = {0};
    struct series s = example(true), begin = s;
    struct series_fitted whole = fit(&c, &s), back;
    begin.n = STEPS - 5;
    struct series_fitted f = fit(&c, &begin);
    json_t *json = json_loads(saved(&f), 0, NULL);
    cr_assert_eq(series_load(json, &c, SEASON, begin.n, "model.json", &mem, &back, &err),
                 STATUS_OK, "%s: %s", err.loc.field, err.message);
    json_decref(json);
    extend(&back, &s, begin.n, 5);
    expect_same(&back, &whole);
}

/* The way by hand: values on the scale to the model, its forecasts back. */
Test(fitted, a_model_learns_on_the_scale)
{
    struct series s = example(false), on_scale = s;
    double *x = ARENA_ARRAY(&mem, double, STEPS), got[HORIZON], want[HORIZON];
    struct error err = {0};
    for (size_t t = 0; t < STEPS; t++)
        x[t] = transcend_log(s.y[t]);
    on_scale.y = x;
    struct series_choice plain = {.model = series_find("seasonal_drift")}, c = plain;
    c.transform.transform = TRANSFORM_LOG;
    struct series_fitted f = fit(&plain, &on_scale), g = fit(&c, &s);
    cr_assert_eq(series_forecast(&f, HORIZON, want, &err), STATUS_OK);
    cr_assert_eq(series_forecast(&g, HORIZON, got, &err), STATUS_OK);
    for (size_t h = 0; h < HORIZON; h++)
        cr_assert_eq(got[h], transcend_exp(want[h]));
}

/* Naive on both differences is seasonal drift plus the last change, step after step. */
Test(fitted, differences_are_summed_up_again)
{
    struct series s = example(false);
    struct error err = {0};
    double got[3], x[SEASON + 4];
    struct series_choice c = {.model = series_find("naive")};
    c.transform.difference = DIFFERENCE_BOTH;
    struct series_fitted f = fit(&c, &s);
    cr_assert_eq(series_forecast(&f, 3, got, &err), STATUS_OK);
    const double *end = s.y + STEPS;
    double d = end[-1] - end[-2] - (end[-1 - SEASON] - end[-2 - SEASON]);
    memcpy(x, end - SEASON - 1, (SEASON + 1) * sizeof *x);
    for (size_t h = 0; h < 3; h++) {
        double *at = x + SEASON + 1 + h;
        *at = d + at[-1] + (at[-SEASON] - at[-SEASON - 1]);
        cr_assert_float_eq(got[h], *at, 1e-12);
    }
}

Test(fitted, bias_is_that_of_the_errors_so_far)
{
    double y[5], got[2], sum = 0;
    struct error err = {0};
    for (size_t t = 0; t < 5; t++)
        y[t] = exp((double)(t * t % 4));
    struct series s = {.n = 5, .y = y};
    struct series_choice c = {.model = series_find("naive")};
    c.transform = (struct transform){.transform = TRANSFORM_LOG, .bias = BIAS_MEAN};
    struct series_fitted f = fit(&c, &s);
    cr_assert_eq(series_forecast(&f, 2, got, &err), STATUS_OK);
    for (size_t t = 1; t < 5; t++)
        sum += pow(log(y[t]) - log(y[t - 1]), 2);
    cr_assert_float_eq(got[0], y[4] * exp(sum / 4 / 2), 1e-12);
    cr_assert_float_eq(got[1], y[4] * exp(sum / 4), 1e-12);
}

Test(fitted, a_value_that_has_no_logarithm_is_refused_with_its_step)
{
    double y[] = {3, 2, 0, 4, -1.5};
    struct series s = {.n = 5, .y = y, .group = "north"}, begin = s;
    struct series_choice c = {.model = series_find("naive")};
    struct fit_context context = example_context(&mem, 1);
    struct series_fitted f;
    struct error err = {0};
    c.transform.transform = TRANSFORM_LOG;
    cr_assert_eq(series_fit(&c, &s, &context, &f, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "series 'north' has the value 0 in step 3, 'log' takes "
                                  "only positive ones");
    y[2] = 1;
    begin.n = 4;
    f = fit(&c, &begin);
    cr_assert_eq(series_extend(&f, &(struct series){.n = 1, .y = y + 4}, &mem, &err),
                 STATUS_INPUT);
    cr_assert_str_eq(err.message, "series 'north' has the value -1.5 in step 5, 'log' "
                                  "takes only positive ones");
}

static const struct {
    const char *key, *value;
} damage[] = {
    {"lambda", "3"},        {"lambda", "null"}, {"values", "[1, 2]"}, {"values", "7"},
    {"tail", "[1]"},        {"tail", "{}"},     {"squares", "-1"},    {"errors", "-1"},
    {"squares", "\"one\""}, {"model", "[]"},
};

Test(fitted, what_is_damaged_is_refused_with_its_name)
{
    struct series s = example(false);
    struct series_choice c = {.model = series_find("naive"), .transform = ways[WAYS - 1]};
    struct series_fitted f = fit(&c, &s), back;
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        struct error err = {0};
        json_t *json = series_save(&f);
        json_object_set_new(json, damage[i].key,
                            json_loads(damage[i].value, JSON_DECODE_ANY, NULL));
        cr_assert_eq(
            series_load(json, &c, SEASON, STEPS, "model.json", &mem, &back, &err),
            STATUS_INPUT, "%s", damage[i].value);
        cr_assert_str_eq(err.loc.field, damage[i].key);
        json_decref(json);
    }
}

/* With a refit at each origin or not, in a window that grows or slides. */
EVERY_WAY(a_backtest_forecasts_what_a_fit_on_each_past_does)
{
    struct series_choice c = choice_at(*at);
    struct series s = example(false);
    struct arena states = {0}, scratch = {0};
    struct fit_context context = {.mem = &states, .threads = 1};
    struct backtest_plan plan = {.first = 40, .step = 3, .horizon = 2, .refit = 1};
    struct error err = {0};
    double got[20], want[2];
    cr_assert_eq(backtest_series(&plan, &s, &c, &context, &scratch, got, NULL, &err),
                 STATUS_OK);
    for (size_t i = 0; i < backtest_origins(&plan, STEPS); i++) {
        struct series known = s;
        known.n = plan.first + i * plan.step;
        known.horizon = 2;
        struct series_fitted f = fit(&c, &known);
        cr_assert_eq(series_forecast(&f, 2, want, &err), STATUS_OK);
        cr_assert_arr_eq(got + 2 * i, want, sizeof want);
    }
    arena_release(&states);
    arena_release(&scratch);
}

Test(fitted, gaps_are_bridged_by_what_came_before)
{
    double y[] = {NAN, 5, NAN, 9, 6, NAN, NAN, NAN, 2};
    bridge_gaps(y, 0, 9, 2);
    cr_assert(isnan(y[0]));
    cr_assert_eq(y[2], 5);
    cr_assert_eq(y[5], 6 + (9 - y[2]), "last season's change");
    cr_assert_eq(y[6], y[5] + (y[4] - y[3]));
    cr_assert_eq(y[8], 2);
}
