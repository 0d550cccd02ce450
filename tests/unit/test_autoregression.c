/* Figures of numpy.linalg.lstsq on the same rows. */
#include <criterion/criterion.h>

#include <math.h>

#include "forecast/autoregression.h"

enum { N = 60 };

static double raw(int t)
{
    t = t < 0 ? 0 : t;
    return (double)((37 * t + t * t) % 97) / 8 + 0.1;
}

Test(autoregression, order_and_weights_are_those_of_numpy)
{
    static const double weight[] = {0.9046770463066945, 0.1608037371283159,
                                    -0.8653970893326421, 0.5391690907288278};
    double x[N];
    for (int t = 0; t < N; t++)
        x[t] = (raw(t) + raw(t - 1) + raw(t - 2)) / 3 - 6;
    struct autoregression a;
    autoregression_choose(x, N, 4, &a);
    cr_assert_eq(a.order, 4);
    cr_expect_float_eq(a.constant, 0.1593385947571508, 1e-12);
    for (size_t i = 0; i < 4; i++)
        cr_expect_float_eq(a.weight[i], weight[i], 1e-12);
    cr_expect_float_eq(autoregression_next(&a, x + N), 1.643201420172478, 1e-12);
}

/* A price that stood still is raised: what was rounding before is no reason of it. */
Test(autoregression, what_never_moved_explains_no_change)
{
    double x[N];
    struct autoregression a;
    for (int t = 0; t < N; t++)
        x[t] = (raw(t) - 6) * (t < N - 4 ? 1e-15 : 1e-9);
    x[N - 1] = 5;
    autoregression_choose(x, N, 6, &a);
    cr_expect_lt(fabs(autoregression_next(&a, x + N)), 5, "%g",
                 autoregression_next(&a, x + N));
}

Test(autoregression, what_follows_a_recurrence_is_continued)
{
    double x[40] = {1, 3};
    for (size_t t = 2; t < 40; t++)
        x[t] = 1 + 0.5 * x[t - 1] - 0.8 * x[t - 2];
    struct autoregression a;
    autoregression_choose(x, 39, 6, &a);
    cr_expect_geq(a.order, 2);
    cr_expect_float_eq(autoregression_next(&a, x + 39), x[39], 1e-6);
}

/* A constant's lags say what the constant says. */
Test(autoregression, a_constant_has_no_lags)
{
    double x[30];
    for (size_t t = 0; t < 30; t++)
        x[t] = 0.1;
    struct autoregression a;
    autoregression_choose(x, 30, 6, &a);
    cr_expect_eq(a.order, 0);
    cr_expect_float_eq(autoregression_next(&a, x + 30), 0.1, 1e-15);
}

Test(autoregression, few_rows_have_a_mean_alone)
{
    static const double x[] = {1, 2, 4, 3, 5, 2, 6, 7};
    struct autoregression a;
    autoregression_choose(x, 8, 6, &a);
    cr_expect_eq(a.order, 0);
    cr_expect_float_eq(a.constant, 6.5, 1e-12);
    autoregression_choose(x, 8, 0, &a);
    cr_expect_float_eq(a.constant, 30.0 / 8, 1e-12);
}
