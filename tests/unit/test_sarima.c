/* Beside R's arima(log(AirPassengers), c(0,1,1), list(order = c(0,1,1)), method = "CSS"),
 * and a minimisation by SciPy of sums computed in plain Python. */
#include <criterion/criterion.h>

#include <math.h>

#include "base/rng.h"
#include "base/transcend.h"
#include "forecast/sarima.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(sarima, .fini = release);

/* Passengers of international airlines, in thousands, 1949-01 to 1960-12 (Box, Jenkins &
 * Reinsel, series G). */
static const double airline[] = {
    112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135,
    125, 149, 170, 170, 158, 133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199,
    184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194,
    196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227,
    234, 264, 302, 293, 259, 229, 203, 229, 242, 233, 267, 269, 270, 315, 364, 347,
    312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306,
    315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348,
    363, 435, 491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548, 559,
    463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432};
enum { MONTHS = sizeof airline / sizeof *airline };

static struct sarima_fit fit(const double *y, size_t n, size_t season)
{
    struct sarima_fit f;
    sarima_fit(&y, &n, 1, season, &mem, &f);
    return f;
}

Test(sarima, the_airline_model_is_found_for_the_airline)
{
    double y[MONTHS];
    for (size_t t = 0; t < MONTHS; t++)
        y[t] = transcend_log(airline[t]);
    struct sarima_fit f = fit(y, MONTHS, 12);
    cr_assert_eq(f.order, 0);
    cr_assert_float_eq(f.theta, .3772, 5e-4, "%.6f", f.theta);
    cr_assert_float_eq(f.Theta, .5724, 5e-4, "%.6f", f.Theta);
    cr_assert_float_eq(f.aicc, -855.70604, 1e-4, "%.6f", f.aicc);
}

/* By hand: the first forecasts are the last season's changes less what the errors say. */
Test(sarima, forecasts_follow_the_recursion)
{
    const struct sarima_fit f = {.order = 0, .theta = .5, .Theta = .4};
    const double y[] = {1, 5, 2, 6, 4, 9, 5, 8, 6};
    double ahead[5], w[9] = {0}, e[9] = {0};
    for (size_t t = 3; t < 9; t++) { // season 2: w and e from step 3 on
        w[t] = y[t] - y[t - 1] - y[t - 2] + y[t - 3];
        e[t] = w[t] + .5 * e[t - 1] + .4 * e[t - 2] - .2 * e[t - 3];
    }
    double w0 = -.5 * e[8] - .4 * e[7] + .2 * e[6], w1 = -.4 * e[8] + .2 * e[7];
    sarima_forecast(&f, y, 9, 2, 5, &mem, ahead);
    cr_assert_float_eq(ahead[0], w0 + y[8] + y[7] - y[6], 1e-12);
    cr_assert_float_eq(ahead[1], w1 + ahead[0] + y[8] - y[7], 1e-12);
    cr_assert_float_eq(ahead[2], .2 * e[8] + ahead[1] + ahead[0] - y[8], 1e-12);
    cr_assert_float_eq(ahead[3], ahead[2] + ahead[1] - ahead[0], 1e-12);
    cr_assert_float_eq(ahead[4], ahead[3] + ahead[2] - ahead[1], 1e-12);
}

Test(sarima, series_side_by_side_have_the_bits_that_each_has_alone)
{
    enum { SERIES = 5, STEPS = 90 };
    static double y[SERIES][STEPS];
    const double *each[SERIES];
    size_t n[SERIES];
    struct sarima_fit together[SERIES];
    struct rng rng;
    rng_seed(&rng, 42, "sarima");
    for (size_t i = 0; i < SERIES; i++) {
        n[i] = STEPS - 9 * i;
        each[i] = y[i];
        for (size_t t = 0; t < STEPS; t++)
            y[i][t] = 10 + (double)(i * t) + 3 * (double)(t % 4) + 5 * rng_real(&rng);
    }
    sarima_fit(each, n, SERIES, 4, &mem, together);
    for (size_t i = 0; i < SERIES; i++) {
        struct sarima_fit alone = fit(y[i], n[i], 4);
        cr_assert_eq(together[i].order, alone.order, "series %zu", i);
        cr_assert_eq(together[i].aicc, alone.aicc, "series %zu", i);
        cr_assert_eq(together[i].theta, alone.theta, "series %zu", i);
        cr_assert_eq(together[i].Theta, alone.Theta, "series %zu", i);
        cr_assert_eq(together[i].phi1, alone.phi1, "series %zu", i);
    }
}
