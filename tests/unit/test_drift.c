/* How far columns have moved: figures of NumPy and SciPy on all values, beside what their
 * quantiles tell. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "judge/drift.h"

enum { THEN = 2000, NOW = 3000, QUANTILES = 40 };

static double value[2][NOW], quantile[2][QUANTILES];

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The quantiles of n values. */
static struct drift_numbers numbers(double *x, size_t n, double *q)
{
    qsort(x, n, sizeof *x, ascending);
    for (size_t k = 1; k <= QUANTILES; k++)
        q[k - 1] = x[(k * n + QUANTILES - 1) / QUANTILES - 1];
    return (struct drift_numbers){n, 0, x[0], QUANTILES, q};
}

/* Numbers from 0 to 1 of Knuth's generator. */
static void draw(double *x, size_t n, uint64_t s)
{
    for (size_t i = 0; i < n; i++) {
        s = s * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        x[i] = (double)(s >> 11) / 9007199254740992;
    }
}

/* scipy.stats.ks_2samp(u, v ** 1.3): 0.107167; the index over the deciles of u, counted by
 * numpy.histogram: 0.058848. */
Test(drift, quantiles_tell_what_all_values_tell)
{
    draw(value[0], THEN, 1);
    draw(value[1], NOW, 2);
    for (size_t i = 0; i < NOW; i++)
        value[1][i] = pow(value[1][i], 1.3);
    struct drift_numbers then = numbers(value[0], THEN, quantile[0]);
    struct drift_numbers now = numbers(value[1], NOW, quantile[1]);
    cr_expect_float_eq(drift_psi(&then, &now), 0.058848, 0.004, "%.6f",
                       drift_psi(&then, &now));
    cr_expect_float_eq(drift_ks(&then, &now), 0.107167, 0.01, "%.6f",
                       drift_ks(&then, &now));
    cr_expect_eq(drift_ks(&then, &now), drift_ks(&now, &then));
}

/* Four values, 1/4 each, against 1/5, 1/5, 1/5, 2/5: the sample's ks_2samp is 0.129167,
 * the index of these shares 0.103972.  A share may be off by 1/40 of all. */
Test(drift, values_that_come_often_are_no_slope)
{
    draw(value[0], THEN, 1);
    draw(value[1], NOW, 2);
    for (size_t i = 0; i < THEN; i++)
        value[0][i] = floor(4 * value[0][i]);
    for (size_t i = 0; i < NOW; i++)
        value[1][i] = fmin(floor(5 * value[1][i]), 3);
    struct drift_numbers then = numbers(value[0], THEN, quantile[0]);
    struct drift_numbers now = numbers(value[1], NOW, quantile[1]);
    cr_expect_float_eq(drift_ks(&then, &now), 0.129167, 1. / QUANTILES, "%.6f",
                       drift_ks(&then, &now));
    cr_expect_float_eq(drift_psi(&then, &now), 0.103972, 0.04, "%.6f",
                       drift_psi(&then, &now));
    cr_expect_eq(drift_below(&then, 2), drift_upto(&then, 1));
    cr_expect_eq(drift_below(&then, 0), 0);
    cr_expect_eq(drift_upto(&then, 3), 1);
}

Test(drift, the_same_column_has_not_moved)
{
    draw(value[0], THEN, 1);
    struct drift_numbers then = numbers(value[0], THEN, quantile[0]);
    cr_expect_eq(drift_psi(&then, &then), 0);
    cr_expect_eq(drift_ks(&then, &then), 0);
    then.missing = then.rows / 2;
    cr_expect_eq(drift_psi(&then, &then), 0);
}

/* numpy: half of the rows are missing now: (0.5 - 0.00025) log(0.5 / 0.00025) for them, and
 * for each tenth of the others (0.05 - 0.1) log(0.5). */
Test(drift, what_is_missing_is_a_bin)
{
    draw(value[0], THEN, 1);
    struct drift_numbers then = numbers(value[0], THEN, quantile[0]), now = then, none;
    now.missing = now.rows / 2;
    double psi = (0.5 - 0.00025) * log(0.5 / 0.00025) + 0.5 * log(2);
    cr_expect_float_eq(drift_psi(&then, &now), psi, 1e-9, "%.9f", drift_psi(&then, &now));
    none = (struct drift_numbers){.rows = THEN, .missing = THEN};
    cr_expect_gt(drift_psi(&then, &none), 1);
    cr_expect_gt(drift_psi(&none, &then), 1);
    cr_expect(isnan(drift_ks(&then, &none)));
}

/* numpy: 0.306909, the level that is new counting for half a row then. */
Test(drift, counts_of_levels)
{
    static const double then[] = {50, 30, 20, 0, 0}, now[] = {40, 30, 20, 10, 0};
    cr_expect_float_eq(drift_psi_counts(then, now, 5), 0.306909, 1e-6, "%.7f",
                       drift_psi_counts(then, now, 5));
    cr_expect_eq(drift_psi_counts(then, then, 5), 0);
    cr_expect(isnan(drift_psi_counts(then, now, 0)));
    cr_expect(isnan(drift_psi_counts(then + 4, now, 1)));
}
