/* The contract that every row of models.def keeps, and what each model computes.
 *
 * The figures come from pandas and NumPy, by the formulas of R's forecast package:
 * tests/interop/series.py compares them on whole tables. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "file/json.h"
#include "help/example.h"
#include "series/fitted.h"

enum { STEPS = 50, SEASON = 4, HORIZON = 11 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(series, .fini = release);

/* A series of n steps by a formula; gaps: every seventh value is missing. */
static struct series example(size_t n, bool gaps)
{
    double *y = ARENA_ARRAY(&mem, double, n);
    for (size_t t = 0; t < n; t++)
        y[t] = gaps && t % 7 == 3 ? NAN : (double)((37 * t + t * t) % 97) / 8 + 0.1;
    double *x = example_column(&mem, n); // for who takes one
    for (size_t t = 0; gaps && t < n; t += 5)
        x[t] = NAN;
    return (struct series){.n = n, .season = SEASON, .y = y, .p = 1, .x = {x}};
}

/* The k steps from `from` on. */
static enum status go_on(const struct series_model *m, void *state,
                         const struct series *s, size_t from, size_t k, struct error *err)
{
    const struct series more = series_part(s, from, k);
    if (m->see)
        TRY(m->see(state, more.p, more.x, k, &mem, err));
    return m->extend(state, more.y, k, &mem, err);
}

static struct series_choice choice_of(const struct series_model *m)
{
    return (struct series_choice){.model = m, .params = m->defaults};
}

static void *fit(const struct series_model *m, const struct series *s)
{
    struct error err = {0};
    struct fit_context context = example_context(&mem, 1);
    struct series_choice choice = choice_of(m);
    struct series_fitted fitted;
    cr_assert_eq(series_fit(&choice, s, &context, &fitted, &err), STATUS_OK, "%s: %s",
                 m->name, err.message);
    cr_assert_eq(fitted.choice.model, m);
    return fitted.state;
}

static const double *forecast(const struct series_model *m, const void *state, size_t h)
{
    struct error err = {0};
    double *ret = ARENA_ARRAY(&mem, double, h);
    cr_assert_eq(m->forecast(state, h, ret, &err), STATUS_OK, "%s", err.message);
    return ret;
}

static const char *saved(const struct series_model *m, const void *state)
{
    json_t *json = m->save(state);
    cr_assert_not_null(json, "%s", m->name);
    char *dumped = json_dumps(json, JSON_REAL_PRECISION(17));
    const char *text = arena_string(&mem, dumped);
    free(dumped);
    json_decref(json);
    return text;
}

static enum status reload(const struct series_model *m, const char *text, void **ret,
                          struct error *err)
{
    struct series_choice choice = choice_of(m);
    json_t *json = json_loads(text, 0, NULL);
    cr_assert_not_null(json, "%s", text);
    enum status status = m->load(json, &choice, SEASON, "model.json", &mem, ret, err);
    json_decref(json);
    return status;
}

/* Missing forecasts may differ in what no comparison sees: the sign of their NaN. */
static void expect_same(const double *a, const double *b, size_t n, const char *what)
{
    for (size_t i = 0; i < n; i++)
        cr_assert((isnan(a[i]) && isnan(b[i])) || memcmp(&a[i], &b[i], sizeof *a) == 0,
                  "%s: step %zu, %.17g and %.17g", what, i + 1, a[i], b[i]);
}

static struct series part(const struct series *s, size_t n)
{
    struct series cut = *s;
    cut.n = n;
    return cut;
}

/* A parameterised test has one worker a row; the index is the row of models.def. */
#define EVERY_MODEL(test)                                                                \
    ParameterizedTestParameters(series, test)                                            \
    {                                                                                    \
        static size_t index[64];                                                         \
        for (size_t i = 0; i < series_count; i++)                                        \
            index[i] = i;                                                                \
        return cr_make_param_array(size_t, index, series_count);                         \
    }                                                                                    \
    ParameterizedTest(size_t *at, series, test, .fini = release)

EVERY_MODEL(the_descriptor_is_complete)
{
    const struct series_model *m = series_all[*at];
    cr_assert_eq(series_find(m->name), m);
    cr_assert_str_eq(series_names()[*at], m->name);
    cr_assert_gt(strlen(m->summary), 10);
    cr_assert_null(strchr(m->summary, '\n'));
    cr_assert(m->least && m->fit && m->extend && m->forecast && m->save && m->load);
    cr_assert_eq(m->n_rows > 0, m->params_size > 0);
    cr_assert_geq(m->least(m->defaults, SEASON), 1);
    for (size_t i = 0; i < m->n_rows; i++)
        cr_assert_lt(m->rows[i].kind, OPTION_REALS, "%s: a scalar", m->rows[i].name);
}

EVERY_MODEL(a_state_that_goes_on_is_that_of_a_fit_on_all)
{
    const struct series_model *m = series_all[*at];
    struct error err = {0};
    for (int gaps = 0; gaps < 2; gaps++) {
        struct series s = example(STEPS, gaps);
        size_t least = m->least(m->defaults, SEASON);
        for (size_t n = least < 4 ? 4 : least; n <= STEPS; n++) {
            struct series begin = part(&s, n);
            void *whole = fit(m, &s), *state = fit(m, &begin);
            size_t half = n + (STEPS - n) / 2;
            cr_assert_eq(go_on(m, state, &s, n, half - n, &err), STATUS_OK);
            cr_assert_eq(go_on(m, state, &s, half, STEPS - half, &err), STATUS_OK);
            cr_assert_str_eq(saved(m, state), saved(m, whole));
            expect_same(forecast(m, state, HORIZON), forecast(m, whole, HORIZON), HORIZON,
                        m->name);
        }
    }
}

EVERY_MODEL(a_saved_state_loads_to_the_same_bits_and_goes_on)
{
    const struct series_model *m = series_all[*at];
    for (int gaps = 0; gaps < 2; gaps++) {
        struct series s = example(STEPS, gaps), begin = part(&s, STEPS - 9);
        struct error err = {0};
        void *state = fit(m, &begin), *loaded;
        const char *text = saved(m, state);
        cr_assert_eq(reload(m, text, &loaded, &err), STATUS_OK, "%s", err.message);
        cr_assert_str_eq(saved(m, loaded), text);
        cr_assert_eq(go_on(m, state, &s, begin.n, 9, &err), STATUS_OK);
        cr_assert_eq(go_on(m, loaded, &s, begin.n, 9, &err), STATUS_OK);
        expect_same(forecast(m, loaded, HORIZON), forecast(m, state, HORIZON), HORIZON,
                    m->name);
    }
}

EVERY_MODEL(a_shorter_horizon_is_the_beginning_of_a_longer_one)
{
    const struct series_model *m = series_all[*at];
    struct series s = example(STEPS, false);
    void *state = fit(m, &s);
    const double *all = forecast(m, state, HORIZON);
    for (size_t h = 1; h <= HORIZON; h++)
        expect_same(forecast(m, state, h), all, h, m->name);
    for (size_t h = 0; h < HORIZON; h++)
        cr_assert(isfinite(all[h]), "%s: step %zu", m->name, h + 1);
}

/* What stands at or behind the origin is drawn anew, and no bit may follow. */
EVERY_MODEL(values_behind_the_origin_change_nothing)
{
    const struct series_model *m = series_all[*at];
    struct rng rng;
    rng_seed(&rng, 42, "series");
    struct series s = example(STEPS, true);
    double *y = ARENA_ARRAY(&mem, double, STEPS), *x = ARENA_ARRAY(&mem, double, STEPS);
    size_t least = m->least(m->defaults, SEASON);
    for (size_t n = least < SEASON + 2 ? SEASON + 2 : least; n < STEPS; n++) {
        memcpy(y, s.y, STEPS * sizeof *y);
        memcpy(x, s.x[0], STEPS * sizeof *x);
        struct series known = {.n = n, .season = SEASON, .y = y, .p = 1, .x = {x}};
        const double *before = forecast(m, fit(m, &known), HORIZON);
        for (size_t t = n; t < STEPS; t++)
            y[t] = x[t] = 1e6 * rng_real(&rng);
        expect_same(forecast(m, fit(m, &known), HORIZON), before, HORIZON, m->name);
    }
}

EVERY_MODEL(what_cannot_be_learnt_from_is_refused)
{
    const struct series_model *m = series_all[*at];
    struct series_choice choice = choice_of(m);
    struct fit_context context = example_context(&mem, 1);
    struct series_fitted fitted;
    struct series s = example(STEPS, false), bad = part(&s, 0);
    struct error err = {0};
    cr_assert_eq(series_fit(&choice, &bad, &context, &fitted, &err), STATUS_INPUT);
    size_t least = m->least(m->defaults, SEASON);
    cr_assert_str_eq(
        err.message,
        arena_format(&mem, "the series has 0 steps, '%s' needs %zu", m->name, least));
    double *y = ARENA_ARRAY(&mem, double, STEPS);
    memcpy(y, s.y, STEPS * sizeof *y);
    bad = (struct series){.n = STEPS, .season = SEASON, .y = y, .group = "north"};
    y[6] = -INFINITY;
    cr_assert_eq(series_fit(&choice, &bad, &context, &fitted, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "series 'north' has an infinite value in step 7");
    for (size_t t = 0; t < STEPS; t++)
        y[t] = NAN;
    cr_assert_eq(series_fit(&choice, &bad, &context, &fitted, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "series 'north' has no value in any of its 50 steps");
}

/* Each kind of damage in turn, at every member of the state. */
EVERY_MODEL(a_damaged_state_is_refused)
{
    static const char *const damage[] = {"\"x\"", "true", "[[]]", "{}", "-1", "[]"};
    const struct series_model *m = series_all[*at];
    struct series s = example(STEPS, false);
    json_t *good = m->save(fit(m, &s)), *value;
    const char *key;
    json_object_foreach(good, key, value) {
        for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
            bool number = json_is_real(value) && strcmp(damage[i], "-1") == 0;
            json_t *bad = json_deep_copy(good);
            struct error err = {0};
            struct series_choice choice = choice_of(m);
            void *state;
            json_object_set_new(bad, key, json_loads(damage[i], JSON_DECODE_ANY, NULL));
            enum status status =
                m->load(bad, &choice, SEASON, "model.json", &mem, &state, &err);
            cr_assert(status == STATUS_INPUT || (number && status == STATUS_OK),
                      "%s: %s is %s", m->name, key, damage[i]);
            if (status != STATUS_OK)
                cr_assert_str_eq(err.loc.path, "model.json");
            json_decref(bad);
        }
    }
    json_decref(good);
}

Test(series, who_repeats_a_season_needs_one)
{
    struct series s = example(STEPS, false);
    struct fit_context context = example_context(&mem, 1);
    struct series_choice choice = choice_of(series_find("seasonal_naive"));
    struct series_fitted fitted;
    struct error err = {0};
    s.season = 0;
    cr_assert_eq(series_fit(&choice, &s, &context, &fitted, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message,
                     "the series has no season, which 'seasonal_naive' needs");
    s.season = 60;
    cr_assert_eq(series_fit(&choice, &s, &context, &fitted, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "the series has 50 steps, 'seasonal_naive' needs 60");
    cr_assert_str_eq(err.hint, "a season has 60 steps");
    cr_assert_eq(series_find("seasonal_drift")->least(NULL, SIZE_MAX), SIZE_MAX);
}

Test(series, the_baselines_are_those_without_parameters)
{
    static const char *const names[] = {"naive", "seasonal_naive", "seasonal_drift"};
    cr_assert_eq(series_baselines, 3);
    for (size_t i = 0; i < series_baselines; i++) {
        cr_assert_str_eq(series_baseline[i]->name, names[i]);
        cr_assert_eq(series_baseline[i]->n_rows, 0);
    }
    cr_assert_null(series_find("clever"));
}

/* Values of two and a half seasons, and what is to come of them. */
static const double known[] = {10, 20, 30, 41, 12, 23, 33, 44, 14, 25};

static const struct {
    const char *name;
    double value[9];
} expected[] = {
    {"naive", {25, 25, 25, 25, 25, 25, 25, 25, 25}},
    {"seasonal_naive", {33, 44, 14, 25, 33, 44, 14, 25, 33}},
    {"seasonal_drift", {35, 46, 16, 27, 37, 48, 18, 29, 39}},
    {"drift", {25 + 15. / 9, 25 + 2 * (15. / 9), 25 + 3 * (15. / 9), 25 + 4 * (15. / 9)}},
    {"mean", {25.2, 25.2, 25.2, 25.2}},
    {"window_average", {83. / 3, 83. / 3, 83. / 3}},
};

Test(series, each_model_computes_its_formula)
{
    struct series s = {.n = 10, .season = 4, .y = known};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct series_model *m = series_find(expected[i].name);
        const double *got = forecast(m, fit(m, &s), 9);
        for (size_t h = 0; h < 9 && expected[i].value[h] != 0; h++)
            cr_assert_eq(got[h], expected[i].value[h], "%s: step %zu, %.17g", m->name,
                         h + 1, got[h]);
    }
}

Test(series, what_is_missing_is_not_bridged)
{
    double y[10];
    memcpy(y, known, sizeof y);
    y[9] = NAN;
    struct series s = {.n = 10, .season = 4, .y = y};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct series_model *m = series_find(expected[i].name);
        const double *got = forecast(m, fit(m, &s), 4);
        bool mean = strcmp(m->name, "mean") == 0;
        cr_assert_eq(isnan(got[3]), !mean, "%s", m->name);
        if (strcmp(m->name, "seasonal_naive") == 0)
            expect_same(got, (double[]){33, 44, 14, NAN}, 4, m->name);
        else
            cr_assert_eq(isnan(got[0]), !mean, "%s", m->name);
    }
}

Test(series, a_line_begins_at_the_first_value_that_is_known)
{
    struct series s = {.n = 5, .y = (double[]){NAN, 2, NAN, NAN, 8}};
    const struct series_model *m = series_find("drift");
    cr_assert_eq(forecast(m, fit(m, &s), 2)[1], 12);
    s = (struct series){.n = 3, .y = (double[]){NAN, NAN, 8}};
    cr_assert(isnan(forecast(m, fit(m, &s), 1)[0]), "one point has no slope");
}

Test(series, a_sum_that_overflows_is_refused)
{
    struct series s = {.n = 2, .y = (double[]){1.5e308, 1.5e308}};
    struct fit_context context = example_context(&mem, 1);
    struct series_choice choice = choice_of(series_find("mean"));
    struct series_fitted fitted;
    struct error err = {0};
    cr_assert_eq(series_fit(&choice, &s, &context, &fitted, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message,
                     "the values are too large to average: their sum overflows");
}

Test(series, explain_names_every_model_and_its_parameters)
{
    struct text out = {.mem = &mem};
    series_explain(&out);
    for (size_t i = 0; i < series_count; i++)
        cr_assert_not_null(strstr(out.p, series_all[i]->summary));
    cr_assert_not_null(strstr(out.p, "window_average.window"));
}
