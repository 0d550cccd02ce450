/* Models that take the season out by STL, and what all of them keep besides their forecasts;
 * the contract of every model is test_series.c's. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "forecast/smoothing.h"
#include "forecast/stl.h"
#include "help/example.h"
#include "series/fitted.h"

enum { N = 96, SEASON = 12, HORIZON = 24 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(adjusted, .fini = release);

static const char *const models[] = {"stl_ets", "stl_ridge", "stl_ar"};

/* A season that repeats exactly. */
static double regular(size_t t)
{
    static const double swing[SEASON] = {3, 1, 0, -1, -2, -3, -2, -1, 0, 1, 2, 2};
    return 50 + swing[t % SEASON];
}

/* The same with what nobody can know. */
static struct series example(size_t n)
{
    double *y = ARENA_ARRAY(&mem, double, n);
    for (size_t t = 0; t < n; t++)
        y[t] = regular(t) + 0.25 * (double)t + (double)((37 * t + t * t) % 97) / 40;
    return (struct series){.n = n, .season = SEASON, .y = y};
}

static struct series_choice choice_of(const char *name)
{
    const struct series_model *m = series_find(name);
    return (struct series_choice){.model = m, .params = m->defaults};
}

static enum status try_fit(const struct series_choice *choice, const struct series *s,
                           struct series_fitted *ret, struct error *err)
{
    struct fit_context context = example_context(&mem, 1);
    return series_fit(choice, s, &context, ret, err);
}

static struct series_fitted fit(const char *name, const struct series *s)
{
    struct series_choice choice = choice_of(name);
    struct series_fitted f;
    struct error err = {0};
    cr_assert_eq(try_fit(&choice, s, &f, &err), STATUS_OK, "%s", err.message);
    return f;
}

static const double *forecast(const struct series_fitted *f)
{
    double *ret = ARENA_ARRAY(&mem, double, HORIZON);
    struct error err = {0};
    cr_assert_eq(series_forecast(f, HORIZON, ret, &err), STATUS_OK);
    return ret;
}

Test(adjusted, a_season_goes_on)
{
    double y[N];
    for (size_t t = 0; t < N; t++)
        y[t] = regular(t);
    struct series s = {.n = N, .season = SEASON, .y = y};
    for (size_t i = 0; i < COUNT_OF(models); i++) {
        struct series_fitted f = fit(models[i], &s);
        const double *ahead = forecast(&f);
        for (size_t h = 0; h < HORIZON; h++)
            cr_expect_float_eq(ahead[h], regular(N + h), 1e-2, "%s, step %zu: %g",
                               models[i], h + 1, ahead[h] - regular(N + h));
    }
}

Test(adjusted, what_is_missing_at_the_begin_is_cut_off)
{
    struct series s = example(N), late = s;
    double y[N + 5];
    memcpy(y + 5, s.y, N * sizeof *y);
    for (size_t t = 0; t < 5; t++)
        y[t] = NAN;
    late.n = N + 5;
    late.y = y;
    for (size_t i = 0; i < COUNT_OF(models); i++) {
        struct series_fitted a = fit(models[i], &s), b = fit(models[i], &late);
        cr_expect_eq(memcmp(forecast(&a), forecast(&b), HORIZON * sizeof(double)), 0,
                     "%s", models[i]);
    }
}

/* Who follows keeps what was estimated, and takes the values in all the same. */
Test(adjusted, following_moves_the_forecasts_and_leaves_the_parameters)
{
    struct series s = example(N), begin = s;
    begin.n = N - 7;
    for (size_t i = 0; i < COUNT_OF(models); i++) {
        struct series_fitted f = fit(models[i], &begin), whole = fit(models[i], &s);
        struct error err = {0};
        json_t *before = series_save(&f);
        cr_assert_eq(
            series_follow(&f, &(struct series){.n = 7, .y = s.y + begin.n}, &mem, &err),
            STATUS_OK);
        json_t *after = series_save(&f);
        json_t *a = json_object_get(before, "estimates");
        json_t *b = json_object_get(after, "estimates");
        for (size_t k = 0; k < 2; k++)
            cr_expect_eq(json_number_value(json_array_get(a, k)),
                         json_number_value(json_array_get(b, k)), "%s", models[i]);
        const double *followed = forecast(&f), *learnt = forecast(&whole);
        cr_expect_neq(followed[0], learnt[0], "%s", models[i]);
        cr_expect_float_eq(followed[0], learnt[0], 1, "%s: %g, not %g", models[i],
                           followed[0], learnt[0]);
        json_decref(before);
        json_decref(after);
    }
}

static struct series_choice with(const char *name, const char *row, const char *value)
{
    struct series_choice choice = choice_of(name);
    const struct series_model *m = choice.model;
    void *params = arena_alloc(&mem, m->params_size);
    struct error err = {0};
    memcpy(params, m->defaults, m->params_size);
    const struct option_row *found =
        option_find(m->rows, m->n_rows, (struct view){row, strlen(row)});
    cr_assert_eq(option_parse(found, value, params, &mem, &err), STATUS_OK);
    choice.params = params;
    return choice;
}

/* ets with a season: its state is that of the kernel's own filter. */
Test(adjusted, ets_with_a_season_forecasts_what_its_kernel_does)
{
    struct series s = example(N);
    struct series_choice choice = with("ets", "model", "AAdA");
    struct series_fitted f, chosen = fit("ets", &s);
    struct error err = {0};
    double part[N], trend[N], want[HORIZON];
    cr_assert_eq(try_fit(&choice, &s, &f, &err), STATUS_OK);
    const struct stl_plan plan = {.season = SEASON,
                                  .seasonal = 11,
                                  .trend_degree = 1,
                                  .low_pass_degree = 1,
                                  .inner = 5};
    stl_run(stl_new(&plan, N, &mem), s.y, part, trend);
    struct smoothing_input input = {SMOOTHING_AADA, N, s.y, part};
    struct smoothing_fit kernel;
    smoothing_fit(&input, 1, SEASON, &mem, &kernel);
    smoothing_forecast(&kernel, &input, SEASON, HORIZON, &mem, want);
    for (size_t h = 0; h < HORIZON; h++)
        cr_expect_float_eq(forecast(&f)[h], want[h], 1e-9, "step %zu", h + 1);
    cr_expect_eq(memcmp(forecast(&chosen), forecast(&f), sizeof want), 0,
                 "the season is worth its states");
}

static const struct refused {
    const char *model, *row, *value, *message;
} refused[] = {
    {"stl_ets", "seasonal", "10",
     "'stl_ets' smooths over an odd number of seasons, not 10"},
    {"stl_ar", "trend", "22", "'stl_ar' smooths over an odd number of steps, not 22"},
    {"stl_ridge", "window", "29", "'stl_ridge' looks at no fewer than 30 values, not 29"},
};

Test(adjusted, windows_that_cannot_be_are_refused)
{
    struct series s = example(N);
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        const struct refused *r = &refused[i];
        struct series_choice choice = with(r->model, r->row, r->value);
        struct error err = {0};
        struct series_fitted f;
        cr_expect_eq(try_fit(&choice, &s, &f, &err), STATUS_INPUT);
        cr_expect_str_eq(err.message, r->message);
        cr_expect_str_eq(err.loc.field, r->row);
    }
}

Test(adjusted, a_series_without_a_season_is_refused)
{
    struct series s = example(N);
    s.season = 0;
    for (size_t i = 0; i < COUNT_OF(models); i++) {
        struct series_choice choice = choice_of(models[i]);
        struct series_fitted f;
        struct error err = {0};
        cr_expect_eq(try_fit(&choice, &s, &f, &err), STATUS_INPUT);
        cr_expect_str_eq(err.message, arena_format(&mem,
                                                   "the series has no season, which "
                                                   "'%s' needs",
                                                   models[i]));
    }
}

/* A place of a list in the state, and what must not stand there. */
static const struct damage {
    const char *model, *key;
    size_t at;
    double value;
} damages[] = {
    {"ets", "estimates", 0, 3},           {"ets", "estimates", 0, 0.5},
    {"ets", "estimates", 1, 1.5},         {"ets", "estimates", 6, 1.5},
    {"stl_ets", "estimates", 0, -1},      {"stl_ets", "estimates", 3, -0.25},
    {"stl_ar", "estimates", 0, 7},        {"stl_ar", "estimates", 0, 1.5},
    {"stl_ridge", "derived", N - 1, NAN}, {"stl_ridge", "estimates", 0, NAN},
    {"stl_ets", "values", 4, NAN},
};

Test(adjusted, numbers_that_cannot_be_are_refused)
{
    struct series s = example(N);
    for (size_t i = 0; i < COUNT_OF(damages); i++) {
        const struct damage *d = &damages[i];
        struct series_fitted f = fit(d->model, &s), back;
        struct series_choice choice = choice_of(d->model);
        struct error err = {0};
        json_t *saved = series_save(&f), *list = json_object_get(saved, d->key);
        json_array_set_new(list, d->at,
                           isnan(d->value) ? json_null() : json_real(d->value));
        cr_expect_eq(
            series_load(saved, &choice, SEASON, N, "model.json", &mem, &back, &err),
            STATUS_INPUT, "%zu", i);
        cr_expect_str_eq(err.loc.field, d->key);
        json_decref(saved);
    }
}

Test(adjusted, values_whose_sums_overflow_are_refused)
{
    double y[N];
    for (size_t t = 0; t < N; t++)
        y[t] = t % 2 ? 1e308 : -1e308;
    struct series s = {.n = N, .season = SEASON, .y = y};
    struct series_choice choice = choice_of("stl_ar");
    struct series_fitted f;
    struct error err = {0};
    cr_expect_eq(try_fit(&choice, &s, &f, &err), STATUS_INPUT);
    cr_expect_str_eq(err.message,
                     "the values are too large for 'stl_ar': its sums overflow");
}
