/* Beside statsforecast 2.1.1, DynamicOptimizedTheta. */
#include <criterion/criterion.h>

#include <math.h>

#include "base/rng.h"
#include "forecast/theta.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(theta, .fini = release);

/* The annual flow of the Nile at Aswan, 1871-1970 (Durbin & Koopman 2001). */
static const double nile[] = {
    1120, 1160, 963,  1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935,  1110,
    994,  1020, 960,  1180, 799,  958,  1140, 1100, 1210, 1150, 1250, 1260, 1220,
    1030, 1100, 774,  840,  874,  694,  940,  833,  701,  916,  692,  1020, 1050,
    969,  831,  726,  456,  824,  702,  1120, 1100, 832,  764,  821,  768,  845,
    864,  862,  698,  845,  744,  796,  1040, 759,  781,  865,  845,  944,  984,
    897,  822,  1010, 771,  676,  649,  846,  812,  742,  801,  1040, 860,  874,
    848,  890,  744,  749,  838,  1050, 918,  986,  797,  923,  975,  815,  1020,
    906,  901,  1170, 912,  746,  919,  718,  714,  740};
enum { YEARS = sizeof nile / sizeof *nile };

static struct theta_fit fit(const double *y, size_t n)
{
    struct theta_fit f;
    theta_fit(&y, &n, 1, &mem, &f);
    return f;
}

Test(theta, the_nile_is_forecast_as_by_statsforecast)
{
    struct theta_fit f = fit(nile, YEARS);
    double ahead[4];
    theta_forecast(&f, nile, YEARS, 4, ahead);
    cr_assert_float_eq(f.alpha, .26749, 2e-3);
    cr_assert_float_eq(f.theta, 1, 1e-4);
    for (size_t h = 0; h < 4; h++)
        cr_assert_float_eq(ahead[h], 798.2302, .1, "step %zu: %.4f", h + 1, ahead[h]);
}

/* With given parameters: its forecasts to the digit. */
Test(theta, forecasts_with_given_parameters_are_those_of_statsforecast)
{
    static const double expected[] = {4.91385988, 4.93146301, 4.94886154, 4.96605569};
    double y[30], ahead[4];
    for (size_t t = 0; t < 30; t++)
        y[t] = 4 + .03 * (double)t + .1 * (double)(t * t * 7 % 11) / 11;
    const struct theta_fit given = {.alpha = .3, .theta = 2.5, .level = 1.7};
    theta_forecast(&given, y, 30, 4, ahead);
    for (size_t h = 0; h < 4; h++)
        cr_assert_float_eq(ahead[h], expected[h], 1e-8, "step %zu: %.8f", h + 1,
                           ahead[h]);
}

Test(theta, series_side_by_side_have_the_bits_that_each_has_alone)
{
    enum { SERIES = 11, STEPS = 60 };
    static double y[SERIES][STEPS];
    const double *each[SERIES];
    size_t n[SERIES];
    struct theta_fit together[SERIES];
    struct rng rng;
    rng_seed(&rng, 42, "theta");
    for (size_t i = 0; i < SERIES; i++) {
        n[i] = STEPS - 5 * i;
        each[i] = y[i];
        for (size_t t = 0; t < STEPS; t++)
            y[i][t] = 10 + (double)i * (double)t + 5 * rng_real(&rng);
    }
    theta_fit(each, n, SERIES, &mem, together);
    for (size_t i = 0; i < SERIES; i++) {
        struct theta_fit alone = fit(y[i], n[i]);
        cr_assert_eq(together[i].alpha, alone.alpha, "series %zu", i);
        cr_assert_eq(together[i].theta, alone.theta, "series %zu", i);
        cr_assert_eq(together[i].level, alone.level, "series %zu", i);
    }
}

Test(theta, values_that_never_change_are_forecast_as_they_are)
{
    const double y[] = {3, 3, 3, 3, 3, 3};
    struct theta_fit f = fit(y, 6);
    double ahead[3];
    theta_forecast(&f, y, 6, 3, ahead);
    for (size_t h = 0; h < 3; h++)
        cr_assert_float_eq(ahead[h], 3, 1e-6, "%g", ahead[h]);
}
