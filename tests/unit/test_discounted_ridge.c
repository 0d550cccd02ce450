/* Figures of numpy.linalg.solve by the formulas of the header. */
#include <criterion/criterion.h>

#include <math.h>

#include "forecast/discounted_ridge.h"

enum { N = 60 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(discounted_ridge, .fini = release);

static double raw(int t)
{
    t = t < 0 ? 0 : t;
    return (double)((37 * t + t * t) % 97) / 8 + 0.1;
}

static const struct discounted_ridge_plan plan = {
    .lags = 3, .season = 4, .alpha = 10, .discount = 0.99, .prior = 4};

Test(discounted_ridge, weights_are_those_of_numpy)
{
    static const double wanted[] = {0.5251497116246872, 0.2007109521501074,
                                    -0.2505132841194879};
    double x[N], ret[3];
    for (int t = 0; t < N; t++)
        x[t] = (raw(t) + raw(t - 1) + raw(t - 2)) / 3 - 6;
    discounted_ridge_fit(&plan, x, N, &mem, ret);
    for (size_t i = 0; i < 3; i++)
        cr_expect_float_eq(ret[i], wanted[i], 1e-13);
}

/* A price that stood still is raised: what was rounding before is no reason of it. */
Test(discounted_ridge, what_never_moved_explains_no_change)
{
    double x[N], ret[3];
    for (int t = 0; t < N; t++)
        x[t] = t == N - 1 ? 5 : (raw(t) - 6) * 1e-15;
    discounted_ridge_fit(&plan, x, N, &mem, ret);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(ret[i], 0, "%g", ret[i]);
}

/* Units do not matter. */
Test(discounted_ridge, weights_stay_when_the_series_is_scaled)
{
    double x[N], y[N], a[3], b[3];
    for (int t = 0; t < N; t++) {
        x[t] = raw(t) - 6;
        y[t] = 1024 * x[t];
    }
    discounted_ridge_fit(&plan, x, N, &mem, a);
    discounted_ridge_fit(&plan, y, N, &mem, b);
    for (size_t i = 0; i < 3; i++)
        cr_expect_float_eq(a[i], b[i], 1e-14);
}

Test(discounted_ridge, where_nothing_changes_there_is_nothing_to_fit)
{
    double x[N] = {0}, ret[3] = {1, 1, 1};
    discounted_ridge_fit(&plan, x, N, &mem, ret);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(ret[i], 0);
    x[0] = 1;
    ret[0] = 1;
    discounted_ridge_fit(&plan, x, 3, &mem, ret);
    cr_expect_eq(ret[0], 0);
}

/* A lag whose values in the rows are all 0 weighs nothing. */
Test(discounted_ridge, an_empty_lag_weighs_nothing)
{
    static const double x[] = {0, 0, 0, 5};
    double ret[3];
    discounted_ridge_fit(&plan, x, 4, &mem, ret);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(ret[i], 0);
}
