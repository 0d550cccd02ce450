/* Beside forecast/ets.h, which searches one form of one series. */
#include <criterion/criterion.h>

#include <math.h>

#include "base/rng.h"
#include "forecast/ets.h"
#include "forecast/smoothing.h"

enum { SERIES = 5, STEPS = 80, FORMS = 3, HORIZON = 6 };

static struct arena mem;
static double y[SERIES][STEPS];

static void prepare(void)
{
    struct rng rng;
    rng_seed(&rng, 42, "smoothing");
    for (size_t i = 0; i < SERIES; i++)
        for (size_t t = 0; t < STEPS; t++)
            y[i][t] = (t > 0 ? y[i][t - 1] : 50) + (double)i / 4 + rng_real(&rng) - .5;
}

static void release(void)
{
    arena_release(&mem);
}

TestSuite(smoothing, .init = prepare, .fini = release);

static size_t steps_of(size_t i)
{
    return STEPS - 7 * i;
}

Test(smoothing, lanes_find_what_each_search_finds_alone)
{
    struct smoothing_input in[SERIES * FORMS];
    struct smoothing_fit fit[SERIES * FORMS];
    for (size_t i = 0; i < SERIES * FORMS; i++)
        in[i] = (struct smoothing_input){(enum smoothing_form)(i % FORMS),
                                         steps_of(i / FORMS), y[i / FORMS], NULL};
    smoothing_fit(in, SERIES * FORMS, 0, &mem, fit);
    for (size_t i = 0; i < SERIES * FORMS; i++) {
        struct ets alone;
        double f[HORIZON], other[HORIZON];
        ets_fit((enum ets_form)(i % FORMS), y[i / FORMS], steps_of(i / FORMS), &alone);
        cr_assert_eq(fit[i].alpha, alone.alpha, "series %zu, form %zu", i / FORMS,
                     i % FORMS);
        cr_assert_eq(fit[i].aicc, alone.aicc, "series %zu, form %zu", i / FORMS,
                     i % FORMS);
        smoothing_forecast(&fit[i], &in[i], 0, HORIZON, &mem, f);
        ets_forecast(&alone, HORIZON, other);
        for (size_t h = 0; h < HORIZON; h++)
            cr_assert_float_eq(f[h], other[h], 1e-9);
    }
}

Test(smoothing, the_best_form_is_that_of_the_least_criterion)
{
    const struct smoothing_fit fit[] = {{.aicc = 3}, {.aicc = 1}, {.aicc = 1}};
    cr_assert_eq(smoothing_best(fit, 3), &fit[1]);
}

Test(smoothing, a_season_that_is_handed_in_is_smoothed)
{
    static const double pattern[4] = {3, -1, -4, 2};
    double s[STEPS], f[8];
    for (size_t t = 0; t < STEPS; t++)
        s[t] = y[0][t] + pattern[t % 4];
    const struct smoothing_input in = {SMOOTHING_AADA, STEPS, s, pattern};
    struct smoothing_fit fit;
    smoothing_fit(&in, 1, 4, &mem, &fit);
    smoothing_forecast(&fit, &in, 4, 8, &mem, f);
    for (size_t h = 0; h < 8; h++)
        cr_assert_float_eq(f[h] - pattern[h % 4], y[0][STEPS - 1], 2, "step %zu: %g", h,
                           f[h]);
}

/* The variances of forecasts as they are tabled for each form (Hyndman & Athanasopoulos,
 * Forecasting: principles and practice, section 8.7), in units of the errors' variance. */
static double tabled(const struct smoothing_fit *f, double h)
{
    double a = f->alpha, b = f->beta, p = f->phi, q = 1 - p;
    if (f->form == SMOOTHING_ANN)
        return 1 + a * a * (h - 1);
    if (f->form == SMOOTHING_AAN)
        return 1 + (h - 1) * (a * a + a * b * h + b * b * h * (2 * h - 1) / 6);
    return 1 + a * a * (h - 1) + b * p * h / (q * q) * (2 * a * q + b * p) -
           b * p * (1 - pow(p, h)) / (q * q * (1 - p * p)) *
               (2 * a * (1 - p * p) + b * p * (1 + 2 * p - pow(p, h)));
}

Test(smoothing, spreads_are_the_tabled_ones)
{
    for (size_t i = 0; i < FORMS; i++) {
        const struct smoothing_fit fit = {.form = (enum smoothing_form)i,
                                          .alpha = .4,
                                          .beta = i > 0 ? .1 : 0,
                                          .phi = i == 2 ? .9 : 1,
                                          .variance = 4};
        double s[HORIZON];
        smoothing_spread(&fit, 0, HORIZON, s);
        for (size_t h = 0; h < HORIZON; h++)
            cr_assert_float_eq(s[h], 2 * sqrt(tabled(&fit, (double)h + 1)), 1e-12,
                               "form %zu, step %zu: %g", i, h + 1, s[h]);
    }
}

Test(smoothing, a_whole_season_ahead_its_own_share_is_added)
{
    const struct smoothing_fit fit = {
        .form = SMOOTHING_AADA, .alpha = .3, .gamma = .2, .phi = .9, .variance = 1};
    double s[HORIZON];
    smoothing_spread(&fit, 4, HORIZON, s);
    cr_assert_float_eq(s[3], sqrt(1 + 3 * .09), 1e-12);
    cr_assert_float_eq(s[4], sqrt(1 + 3 * .09 + .25), 1e-12);
}
