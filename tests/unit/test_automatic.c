#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "forecast/automatic.h"

enum { STEPS = 120, SEASON = 12, HORIZON = 18 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(automatic, .fini = release);

/* A season of five parts in a hundred on a slope, with noise. */
static double *example(size_t n)
{
    static const double season[SEASON] = {5, 3, 0, -2, -4, -5, -3, 0, 1, 2, 2, 1};
    double *y = ARENA_ARRAY(&mem, double, n);
    struct rng rng;
    rng_seed(&rng, 42, "automatic");
    for (size_t t = 0; t < n; t++)
        y[t] = (100 + .5 * (double)t) * (1 + season[t % SEASON] / 100) + rng_real(&rng);
    return y;
}

static const double *ahead(const double *y, size_t n, size_t season, size_t horizon)
{
    const struct automatic_values v = {n, season, horizon, y, NULL};
    double *f = ARENA_ARRAY(&mem, double, horizon);
    automatic_forecast(automatic_fit(&v, &mem), &v, horizon, &mem, f, NULL);
    return f;
}

static const double *spread(const double *y, size_t n, size_t season, size_t horizon,
                            double *f)
{
    const struct automatic_values v = {n, season, horizon, y, NULL};
    double *s = ARENA_ARRAY(&mem, double, horizon);
    automatic_forecast(automatic_fit(&v, &mem), &v, horizon, &mem, f, s);
    return s;
}

Test(automatic, a_clear_season_comes_again_on_its_slope)
{
    const double *y = example(STEPS + HORIZON);
    const double *f = ahead(y, STEPS, SEASON, HORIZON);
    for (size_t h = 0; h < HORIZON; h++)
        cr_assert_float_eq(f[h], y[STEPS + h], 3, "step %zu: %g, came %g", h + 1, f[h],
                           y[STEPS + h]);
}

Test(automatic, values_below_zero_are_forecast_without_logarithms)
{
    double *y = example(STEPS);
    for (size_t t = 0; t < STEPS; t++)
        y[t] -= 130;
    const double *f = ahead(y, STEPS, SEASON, HORIZON);
    for (size_t h = 0; h < HORIZON; h++)
        cr_assert_float_eq(f[h], 30 + .5 * (double)h, 12, "step %zu: %g", h + 1, f[h]);
}

Test(automatic, what_is_never_below_zero_is_not_forecast_below_it)
{
    double y[24];
    for (size_t t = 0; t < 24; t++)
        y[t] = t < 20 ? 100 - 5 * (double)t : 0;
    const double *f = ahead(y, 24, 0, 12);
    for (size_t h = 0; h < 12; h++)
        cr_assert_geq(f[h], 0, "step %zu: %g", h + 1, f[h]);
}

Test(automatic, short_and_still_series_have_forecasts)
{
    static const double still[60] = {0};
    const double y[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4};
    for (size_t n = AUTOMATIC_LEAST; n <= 20; n++)
        for (size_t season = 0; season < 9; season++)
            for (size_t h = 1; h < 9; h += 3)
                cr_assert(isfinite(ahead(y, n, season, h)[h - 1]), "%zu, %zu, %zu", n,
                          season, h);
    for (size_t season = 0; season < 13; season += 6)
        for (size_t h = 0; h < 6; h++)
            cr_assert_float_eq(ahead(still, 60, season, 6)[h], 0, 1e-9);
}

Test(automatic, what_never_changes_is_forecast_to_the_bit)
{
    double y[60];
    for (size_t k = 1; k < 10; k++)
        for (size_t season = 0; season < 13; season += 6) {
            for (size_t t = 0; t < 60; t++)
                y[t] = .7 * (double)k;
            cr_assert_eq(ahead(y, 60, season, 6)[5], y[0], "%g, %zu", y[0], season);
        }
}

/* Beside changes that are rounding a first real one is beyond all measure. */
Test(automatic, what_moves_at_last_is_forecast_within_three_ranges)
{
    double y[105];
    struct rng rng;
    rng_seed(&rng, 7, "moves");
    for (size_t k = 0; k < 20; k++) {
        for (size_t t = 0; t < 105; t++)
            y[t] = t < 100 ? .1 : .1 + 4 * rng_real(&rng) - 2;
        for (size_t n = 101; n < 105; n++)
            cr_assert_leq(fabs(ahead(y, n, 12, 3)[2]), 14.1, "%zu, %zu", k, n);
    }
}

Test(automatic, short_and_still_series_have_spreads)
{
    static const double still[60] = {0};
    const double y[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4};
    double f[6];
    for (size_t n = AUTOMATIC_LEAST; n <= 20; n++)
        for (size_t season = 0; season < 9; season++) {
            const double *s = spread(y, n, season, 6, f);
            for (size_t h = 0; h < 6; h++)
                cr_assert(isfinite(s[h]) && s[h] > 0, "%zu, %zu: %g", n, season, s[h]);
        }
    for (size_t season = 0; season < 13; season += 6)
        cr_assert_float_eq(spread(still, 60, season, 6, f)[5], 0, 1e-9);
}

/* Whether the value h + 1 steps behind a walk's end lies within 1.645 spreads. */
static bool covers(struct rng *rng, size_t season, size_t h)
{
    double y[STEPS + 6], f[6];
    for (size_t t = 0; t < STEPS + 6; t++)
        y[t] = (t > 0 ? y[t - 1] : 0) + rng_real(rng) + rng_real(rng) - 1;
    const double *s = spread(y, STEPS, season, 6, f);
    return fabs(y[STEPS + h] - f[h]) < 1.645 * s[h];
}

Test(automatic, nine_walks_of_ten_stay_within_their_spread)
{
    struct rng rng;
    rng_seed(&rng, 42, "walks");
    for (size_t season = 0; season < 13; season += 12)
        for (size_t h = 0; h < 6; h += 5) {
            size_t within = 0;
            for (size_t i = 0; i < 100; i++)
                within += covers(&rng, season, h);
            cr_assert(within >= 82 && within <= 98, "season %zu, step %zu: %zu", season,
                      h + 1, within);
        }
}

Test(automatic, hours_have_their_week)
{
    enum { HOURS = 24 * 7 * 5 };
    double y[HOURS + 168];
    for (size_t t = 0; t < HOURS + 168; t++)
        y[t] = 50 + 10 * (double)(t % 24 > 7) - 20 * (double)(t / 24 % 7 > 4) +
               (double)(t * 7 % 13) / 13;
    const double *f = ahead(y, HOURS, 24, 168);
    for (size_t h = 0; h < 168; h++)
        cr_assert_float_eq(f[h], y[HOURS + h], 4, "hour %zu: %g, came %g", h + 1, f[h],
                           y[HOURS + h]);
}

Test(automatic, values_that_were_not_seen_judge_no_member)
{
    double *y = example(STEPS), *seen = ARENA_ARRAY(&mem, double, STEPS);
    memcpy(seen, y, STEPS * sizeof *y);
    for (size_t t = STEPS - 9; t < STEPS - 3; t++)
        seen[t] = NAN;
    struct automatic_values v = {STEPS, SEASON, 6, y, seen};
    double with[6];
    automatic_forecast(automatic_fit(&v, &mem), &v, 6, &mem, with, NULL);
    v.seen = NULL;
    const double *without = ahead(y, STEPS, SEASON, 6);
    cr_assert_neq(with[5], without[5]);
    cr_assert_float_eq(with[5], without[5], 5);
}
