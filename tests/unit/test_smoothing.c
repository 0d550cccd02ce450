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
