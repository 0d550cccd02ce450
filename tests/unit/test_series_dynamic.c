/* The series model dynamic_regression by its own calls: its forecasts are those of
 * scipy.optimize.least_squares, the last value of a column standing for those to come. */
#include <criterion/criterion.h>

#include <math.h>

#include "help/example.h"
#include "series/backtest.h"
#include "series/fitted.h"

extern const struct series_model series_dynamic_regression;

enum { N = 80, AHEAD = 4 };

struct dynamic_values { // as the model has them
    size_t order, lag, lags;
};

static const struct series_model *const m = &series_dynamic_regression;
static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(series_dynamic, .fini = release);

static double y[N], x0[N], x1[N];

/* The first column begins a step late, and the second has a gap. */
static struct series example(void)
{
    double u = 0;
    for (int t = 0; t < N; t++) {
        x0[t] = t == 0 ? NAN : (29 * t + 7 * t * t) % 53 / 53.0 + 0.02 * t;
        x1[t] = (17 * t * t + 3 * t) % 61 / 61.0 - 0.01 * t;
    }
    x1[40] = x1[41] = x1[39];
    for (size_t t = 0; t < N; t++) {
        u = 2 + 0.6 * u + ((double)((41 * t * t * t + 11 * t) % 71) / 71 - 0.5);
        y[t] = u + (t > 2 ? 1.5 * x0[t - 2] - 0.7 * x1[t - 2] : 0);
    }
    x1[40] = x1[41] = NAN;
    return (struct series){.n = N, .y = y, .p = 2, .x = {x0, x1}};
}

static void *fitted(const struct dynamic_values *v, const struct series *s)
{
    struct fit_context context = example_context(&mem, 1);
    const struct series_choice choice = {.model = m, .params = v};
    struct error err = {0};
    void *state;
    cr_assert_eq(m->fit(&choice, s, &context, &state, &err), STATUS_OK, "%s",
                 err.message);
    return state;
}

static void forecasts(const void *state, double *ret)
{
    struct error err = {0};
    cr_assert_eq(m->forecast(state, AHEAD, ret, &err), STATUS_OK);
}

static const struct {
    struct dynamic_values values;
    double forecast[AHEAD];
} peer[] = {
    {{1, 1, 1},
     {8.155500706018351, 8.332093242272215, 8.291403587560744, 8.300779114044822}},
    {{1, 2, 2},
     {8.089602392059476, 8.528940987333847, 8.460307122837595, 8.439028318509045}},
};

Test(series_dynamic, forecasts_are_those_of_scipy)
{
    for (size_t k = 0; k < sizeof peer / sizeof *peer; k++) {
        struct series s = example();
        double got[AHEAD];
        forecasts(fitted(&peer[k].values, &s), got);
        for (size_t h = 0; h < AHEAD; h++)
            cr_expect_float_eq(got[h], peer[k].forecast[h], 1e-6, "%zu: %.12f", k,
                               got[h]);
    }
}

/* The k steps behind the first n, with their columns. */
static void go_on(void *state, const struct series *s, size_t n, size_t k, bool learn)
{
    const double *x[] = {s->x[0] + n, s->x[1] + n};
    struct error err = {0};
    cr_assert_eq(m->see(state, 2, x, k, &mem, &err), STATUS_OK);
    cr_assert_eq(m->see(state, 1, x, k, &mem, &err), STATUS_INPUT);
    err = (struct error){0};
    cr_assert_eq((learn ? m->extend : m->follow)(state, s->y + n, k, &mem, &err),
                 STATUS_OK);
}

Test(series_dynamic, what_goes_on_is_a_fit_on_all_bit_for_bit)
{
    for (size_t n = 1; n < N; n += 13) {
        struct series s = example(), begin = s;
        double want[AHEAD], got[AHEAD];
        y[30] = NAN;
        begin.n = n;
        void *state = fitted(&peer[1].values, &begin);
        size_t half = n + (N - n) / 2;
        go_on(state, &s, n, half - n, false);
        go_on(state, &s, half, N - half, true);
        forecasts(state, got);
        forecasts(fitted(&peer[1].values, &s), want);
        cr_expect_arr_eq(got, want, sizeof got);
    }
}

Test(series_dynamic, following_leaves_the_estimates)
{
    struct series s = example(), begin = s;
    double learnt[AHEAD], followed[AHEAD];
    begin.n = 60;
    void *a = fitted(&peer[0].values, &begin), *b = fitted(&peer[0].values, &begin);
    go_on(a, &s, 60, 20, true);
    go_on(b, &s, 60, 20, false);
    forecasts(a, learnt);
    forecasts(b, followed);
    for (size_t h = 0; h < AHEAD; h++) {
        cr_expect_neq(learnt[h], followed[h]);
        cr_expect_float_eq(learnt[h], followed[h], 1);
    }
}

/* Whatever stands behind the last step, nothing of it is read. */
Test(series_dynamic, later_values_of_a_column_do_not_count)
{
    struct series s = example(), begin = s;
    double before[AHEAD], after[AHEAD];
    begin.n = 70;
    forecasts(fitted(&peer[0].values, &begin), before);
    for (size_t t = 70; t < N; t++)
        y[t] = x0[t] = x1[t] = 1e9;
    forecasts(fitted(&peer[0].values, &begin), after);
    cr_expect_arr_eq(before, after, sizeof before);
}

Test(series_dynamic, comes_back_from_json)
{
    struct series s = example(), begin = s;
    const struct series_choice choice = {.model = m, .params = &peer[1].values};
    struct error err = {0};
    double want[AHEAD], got[AHEAD];
    begin.n = 70;
    void *state = fitted(&peer[1].values, &begin), *back;
    json_t *saved = m->save(state);
    cr_assert_eq(m->load(saved, &choice, 0, "model.json", &mem, &back, &err), STATUS_OK,
                 "%s", err.message);
    json_decref(saved);
    go_on(state, &s, 70, 10, false);
    go_on(back, &s, 70, 10, false);
    forecasts(state, want);
    forecasts(back, got);
    cr_expect_arr_eq(got, want, sizeof got);
}

Test(series_dynamic, a_damaged_state_is_refused)
{
    static const char *const damaged[] = {
        "{}",
        "{\"columns\": [], \"values\": [1], \"constant\": 1, \"weights\": [], \"phi\": "
        "[1]}",
        "{\"columns\": [[1]], \"values\": [1, 2], \"constant\": 1, \"weights\": [1], "
        "\"phi\": [1]}",
        "{\"columns\": [[1, null]], \"values\": [1, 2], \"constant\": 1, \"weights\": "
        "[1], "
        "\"phi\": [1]}",
        "{\"columns\": [[1, 2]], \"values\": [1, null], \"constant\": 1, \"weights\": "
        "[1], "
        "\"phi\": [1]}",
        "{\"columns\": [1], \"values\": [1], \"constant\": 1, \"weights\": [1], "
        "\"phi\": [1]}",
        "{\"columns\": [[1]], \"values\": [1], \"constant\": 1, \"weights\": [null], "
        "\"phi\": [1]}",
        "{\"columns\": [[1]], \"values\": [1], \"constant\": 1, \"weights\": [1], "
        "\"phi\": []}",
    };
    const struct series_choice choice = {.model = m, .params = &peer[0].values};
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        struct error err = {0};
        void *state;
        json_t *saved = json_loads(damaged[i], 0, NULL);
        cr_assert_not_null(saved);
        cr_expect_eq(m->load(saved, &choice, 0, "model.json", &mem, &state, &err),
                     STATUS_INPUT, "%zu", i);
        json_decref(saved);
    }
}

Test(series_dynamic, too_few_steps_and_columns_without_values_forecast_nothing)
{
    struct series s = example();
    double got[AHEAD];
    s.n = m->least(&peer[0].values, 0) - 1;
    forecasts(fitted(&peer[0].values, &s), got);
    cr_expect(isnan(got[0]));
    s.n = N;
    for (size_t t = 0; t < N; t++)
        x1[t] = NAN;
    forecasts(fitted(&peer[0].values, &s), got);
    cr_expect(isnan(got[0]) && isnan(got[AHEAD - 1]));
}

static const struct transform scales[] = {
    {.transform = TRANSFORM_NONE},
    {.transform = TRANSFORM_LOG},
    {.transform = TRANSFORM_LOG, .difference = DIFFERENCE_FIRST},
};

Test(series_dynamic, the_wrappers_go_on_with_the_columns)
{
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
        struct series s = example(), begin = series_part(&s, 0, 60);
        const struct series more = series_part(&s, 60, N - 60);
        const struct series_choice choice = {m, &peer[1].values, scales[i]};
        struct fit_context context = example_context(&mem, 1);
        struct series_fitted f, all;
        struct error err = {0};
        double got[AHEAD], want[AHEAD];
        cr_assert_eq(series_fit(&choice, &begin, &context, &f, &err), STATUS_OK);
        cr_assert_eq(series_extend(&f, &more, &mem, &err), STATUS_OK);
        cr_assert_eq(series_fit(&choice, &s, &context, &all, &err), STATUS_OK);
        cr_assert_eq(series_forecast(&f, AHEAD, got, &err), STATUS_OK);
        cr_assert_eq(series_forecast(&all, AHEAD, want, &err), STATUS_OK);
        cr_expect_arr_eq(got, want, sizeof got);
        cr_expect(isfinite(got[AHEAD - 1]));
    }
}

/* What a column says from some step on changes no forecast from an origin before. */
Test(series_dynamic, a_backtest_hides_the_columns)
{
    enum { FIRST = 50, ORIGINS = N - FIRST + 1, SPOILT = 65 };
    const struct backtest_plan plan = {
        .first = FIRST, .step = 1, .horizon = AHEAD, .refit = 3};
    const struct series_choice choice = {.model = m, .params = &peer[0].values};
    struct arena states = {0};
    struct fit_context context = example_context(&states, 1);
    double clean[ORIGINS][AHEAD], spoilt[ORIGINS][AHEAD];
    struct error err = {0};
    struct series s = example();
    cr_assert_eq(backtest_series(&plan, &s, &choice, &context, &mem, *clean, NULL, &err),
                 STATUS_OK);
    for (size_t t = SPOILT; t < N; t++)
        x0[t] = x1[t] = 100;
    cr_assert_eq(backtest_series(&plan, &s, &choice, &context, &mem, *spoilt, NULL, &err),
                 STATUS_OK);
    size_t same = SPOILT - FIRST + 1;
    cr_expect_arr_eq(clean, spoilt, same * sizeof *clean);
    cr_expect_neq(clean[same][0], spoilt[same][0]);
    arena_release(&states);
}

Test(series_dynamic, a_series_without_columns_is_refused)
{
    struct series s = example();
    const struct series_choice choice = {.model = m, .params = &peer[0].values};
    struct error err = {0};
    s.p = 0;
    cr_expect_eq(series_check(&choice, &s, &err), STATUS_INPUT);
    cr_expect_str_eq(err.message, "the series has no outside columns, which "
                                  "'dynamic_regression' needs");
    s.p = 2;
    x1[4] = INFINITY;
    cr_expect_eq(series_check(&choice, &s, &err), STATUS_INPUT);
}
