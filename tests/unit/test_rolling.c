#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "data/rolling.h"

#define ROWS 2500

struct results {
    double mean[ROWS], std[ROWS], min[ROWS], max[ROWS];
};

/* Windows of every kind: one row, odd and even, the last small one, the first large one,
 * larger than a block of 1024, larger than the table. */
static const size_t windows[] = {1,  2,  3,  7,   12,   31,   32,
                                 33, 34, 50, 365, 1100, 2499, 3000};

static uint64_t state = 7;

static uint64_t next(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return state >> 33;
}

/* Prices of two decimals; one in `missing` is missing (0: none), with a longer gap and
 * plateaus. */
static void prices(double *x, size_t n, size_t missing)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = 200 + (double)(next() % 10000) / 100;
        if (i % 400 > 340 && i > 0)
            x[i] = x[i - 1];
        if (missing && (next() % missing == 0 || (i > 1500 && i < 1600)))
            x[i] = NAN;
    }
}

static void roll(const double *x, size_t n, size_t w, size_t least, struct results *ret)
{
    rolling_mean_std(x, n, w, least, ret->mean, ret->std);
    rolling_min(x, n, w, least, ret->min);
    rolling_max(x, n, w, least, ret->max);
}

static int same_bits(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void expect_same(const double *found, const double *wanted, size_t n,
                        const char *what, size_t w)
{
    for (size_t i = 0; i < n; i++)
        cr_assert(same_bits(found[i], wanted[i]),
                  "%s, w = %zu, row %zu: %.17g, not %.17g", what, w, i, found[i],
                  wanted[i]);
}

static void expect_near(double found, double wanted, double tolerance, const char *what,
                        size_t w, size_t i)
{
    if (isnan(found) || isnan(wanted))
        cr_assert_eq(isnan(found), isnan(wanted), "%s, w = %zu, row %zu: %g, not %g",
                     what, w, i, found, wanted);
    else
        cr_assert_leq(fabs(found - wanted), tolerance * fabs(wanted),
                      "%s, w = %zu, row %zu: %.17g, not %.17g", what, w, i, found,
                      wanted);
}

/* The definition of one window; digits beyond double from the deviations' own mean. */
static void define(const double *x, size_t i, size_t w, size_t least, double *ret_mean,
                   double *ret_std, double *ret_min, double *ret_max)
{
    double pivot = NAN, sum = 0, squares = 0, n = 0, low = NAN, high = NAN;
    for (size_t k = i + 1 < w ? 0 : i + 1 - w; k <= i; k++) {
        if (isnan(x[k]))
            continue;
        pivot = n == 0 ? x[k] : pivot;
        low = n == 0 || x[k] < low ? x[k] : low;
        high = n == 0 || x[k] > high ? x[k] : high;
        sum += x[k] - pivot;
        n++;
    }
    double mean = sum / n;
    for (size_t k = i + 1 < w ? 0 : i + 1 - w; k <= i; k++)
        squares += isnan(x[k]) ? 0 : (x[k] - pivot - mean) * (x[k] - pivot - mean);
    int enough = n > 0 && n >= (double)least;
    *ret_mean = enough ? pivot + mean : NAN;
    *ret_std = enough && n > 1 ? sqrt(squares / (n - 1)) : NAN;
    *ret_min = enough ? low : NAN;
    *ret_max = enough ? high : NAN;
}

ParameterizedTestParameters(rolling, agrees_with_the_definition)
{
    static size_t index[COUNT_OF(windows)];
    for (size_t i = 0; i < COUNT_OF(windows); i++)
        index[i] = i;
    return cr_make_param_array(size_t, index, COUNT_OF(windows));
}

ParameterizedTest(size_t *index, rolling, agrees_with_the_definition)
{
    static double x[ROWS];
    static struct results found;
    size_t w = windows[*index], leasts[] = {0, 1, 2, w / 2, w}, gaps[] = {0, 3, 20, 300};
    for (size_t t = 0; t < COUNT_OF(leasts) * COUNT_OF(gaps); t++) {
        size_t least = leasts[t % COUNT_OF(leasts)];
        if (least > w)
            continue;
        prices(x, ROWS, gaps[t / COUNT_OF(leasts)]);
        roll(x, ROWS, w, least, &found);
        for (size_t i = 0; i < ROWS; i++) {
            double mean, std, low, high;
            define(x, i, w, least, &mean, &std, &low, &high);
            expect_near(found.mean[i], mean, 1e-14, "mean", w, i);
            expect_near(found.std[i], std, 2e-12, "std", w, i);
            expect_near(found.min[i], low, 0, "min", w, i);
            expect_near(found.max[i], high, 0, "max", w, i);
        }
    }
}

ParameterizedTestParameters(rolling, the_table_cut_at_any_row_has_the_first_results)
{
    static size_t index[COUNT_OF(windows)];
    for (size_t i = 0; i < COUNT_OF(windows); i++)
        index[i] = i;
    return cr_make_param_array(size_t, index, COUNT_OF(windows));
}

ParameterizedTest(size_t *index, rolling, the_table_cut_at_any_row_has_the_first_results)
{
    static double x[ROWS];
    static struct results whole, cut;
    size_t w = windows[*index], least = w / 2;
    for (size_t missing = 0; missing <= 40; missing += 40) {
        prices(x, ROWS, missing);
        roll(x, ROWS, w, least, &whole);
        for (size_t n = 0; n <= ROWS;
             n += n < 150 || n > ROWS - 20 || n % 1024 < 5 ? 1 : 7) {
            memset(&cut, 0, sizeof cut);
            roll(x, n, w, least, &cut);
            expect_same(cut.mean, whole.mean, n, "mean", w);
            expect_same(cut.std, whole.std, n, "std", w);
            expect_same(cut.min, whole.min, n, "min", w);
            expect_same(cut.max, whole.max, n, "max", w);
        }
    }
}

ParameterizedTestParameters(rolling, rows_outside_the_window_do_not_change_a_bit)
{
    static size_t index[COUNT_OF(windows)];
    for (size_t i = 0; i < COUNT_OF(windows); i++)
        index[i] = i;
    return cr_make_param_array(size_t, index, COUNT_OF(windows));
}

ParameterizedTest(size_t *index, rolling, rows_outside_the_window_do_not_change_a_bit)
{
    static double x[ROWS], other[ROWS];
    static struct results plain, changed;
    size_t w = windows[*index];
    prices(x, ROWS, 60);
    roll(x, ROWS, w, 1, &plain);
    for (size_t i = 0; i < ROWS; i += 97) {
        static const double strange[] = {1e300, NAN, INFINITY, -1e-300};
        for (size_t k = 0; k < ROWS; k++)
            other[k] = k <= i && k + w > i ? x[k] : strange[(i + k / 3) % 4];
        roll(other, ROWS, w, 1, &changed);
        expect_same(changed.mean + i, plain.mean + i, 1, "mean", w);
        expect_same(changed.std + i, plain.std + i, 1, "std", w);
        expect_same(changed.min + i, plain.min + i, 1, "min", w);
        expect_same(changed.max + i, plain.max + i, 1, "max", w);
    }
}

/* A missing value elsewhere sends a row through the plain loop: its bits must not show
 * that. */
Test(rolling, the_fast_path_has_the_bits_of_the_plain_loop)
{
    static double x[ROWS];
    static struct results fast, plain;
    for (size_t w = 2; w <= ROLLING_SMALL; w++) {
        prices(x, ROWS, 0);
        for (size_t i = 0; i < ROWS; i++)
            x[i] = ldexp(x[i], (int)(next() % 30) - 15) * (next() % 2 ? 1 : -1);
        roll(x, ROWS, w, 1, &fast);
        for (size_t i = w - 1; i < ROWS;
             i++) { // a table of one window takes the plain loop
            roll(x + i + 1 - w, w, w, 1, &plain);
            expect_same(fast.mean + i, plain.mean + w - 1, 1, "mean", w);
            expect_same(fast.std + i, plain.std + w - 1, 1, "std", w);
        }
    }
}

Test(rolling, one_result_alone_has_the_bits_of_both_together)
{
    static double x[ROWS], alone[ROWS];
    static struct results both;
    prices(x, ROWS, 25);
    for (size_t k = 0; k < COUNT_OF(windows); k++) {
        roll(x, ROWS, windows[k], 1, &both);
        rolling_mean(x, ROWS, windows[k], 1, alone);
        expect_same(alone, both.mean, ROWS, "mean", windows[k]);
        rolling_std(x, ROWS, windows[k], 1, alone);
        expect_same(alone, both.std, ROWS, "std", windows[k]);
    }
}

/* pandas 2.3: Series([1, 2, 4, nan, 8, 16, nan, nan, nan]).rolling(3, min_periods=2) */
Test(rolling, missing_values_are_left_out_as_pandas_does)
{
    const double x[] = {1, 2, 4, NAN, 8, 16, NAN, NAN, NAN};
    const double mean[] = {NAN, 1.5, 7 / 3.0, 3, 6, 12, 12, NAN, NAN};
    const double std[] = {NAN,
                          0.70710678118654757,
                          1.5275252316519465,
                          1.4142135623730951,
                          2.8284271247461903,
                          5.6568542494923806,
                          5.6568542494923806,
                          NAN,
                          NAN};
    double found_mean[9], found_std[9];
    rolling_mean_std(x, 9, 3, 2, found_mean, found_std);
    for (size_t i = 0; i < 9; i++) {
        expect_near(found_mean[i], mean[i], 1e-15, "mean", 3, i);
        expect_near(found_std[i], std[i], 1e-15, "std", 3, i);
    }
}

Test(rolling, equal_values_have_exactly_their_mean_and_no_deviation)
{
    double x[200], mean[200], std[200];
    for (size_t i = 0; i < 200; i++)
        x[i] = 0.1;
    x[50] = NAN;
    for (size_t w = 3; w < 100; w++) {
        rolling_mean_std(x, 200, w, 1, mean, std);
        for (size_t i = 2; i < 200; i++) {
            cr_assert_eq(mean[i], 0.1, "mean, w = %zu, row %zu: %.17g", w, i, mean[i]);
            cr_assert_eq(std[i], 0.0, "std, w = %zu, row %zu: %g", w, i, std[i]);
        }
    }
}

/* NIST's NumAcc4 over and over: every window of 1001 rows holds the same values, whose
 * standard deviation is 0.1; rounding the data to doubles leaves 8.25 digits of it. */
Test(rolling, numacc4_keeps_its_digits_over_a_million_rows)
{
    enum { N = 1000000 };
    double *x = malloc(N * sizeof *x), *mean = malloc(N * sizeof *mean);
    double *std = malloc(N * sizeof *std);
    cr_assert(x && mean && std);
    for (size_t i = 0; i < N; i++)
        x[i] = i % 1001 == 0 ? 10000000.2 : i % 1001 % 2 ? 10000000.1 : 10000000.3;
    rolling_mean_std(x, N, 1001, 1001, mean, std);
    double worst_std = 0, worst_mean = 0, worst_drift = 0;
    for (size_t i = 1000; i < N; i++) {
        worst_std = fmax(worst_std, fabs(std[i] - 0.1) / 0.1);
        worst_mean = fmax(worst_mean, fabs(mean[i] - 10000000.2) / 10000000.2);
        worst_drift = fmax(worst_drift, fabs(std[i] - std[1000]) / 0.1);
    }
    cr_assert_leq(worst_std, 5.7e-9, "%g", worst_std);
    cr_assert_leq(worst_mean, 4e-16, "%g", worst_mean);
    cr_assert_leq(worst_drift, 1e-14, "%g", worst_drift);
    free(x);
    free(mean);
    free(std);
}

Test(rolling, windows_that_cannot_be_filled_are_missing)
{
    double x[] = {1, 2, 3}, mean[3], std[3], low[3];
    rolling_mean_std(x, 3, 0, 0, mean, std);
    rolling_min(x, 3, 0, 0, low);
    for (size_t i = 0; i < 3; i++)
        cr_assert(isnan(mean[i]) && isnan(std[i]) && isnan(low[i]), "w = 0, row %zu", i);
    rolling_mean_std(x, 3, 2, 3, mean, std);
    rolling_max(x, 3, 2, 3, low);
    for (size_t i = 0; i < 3; i++)
        cr_assert(isnan(mean[i]) && isnan(std[i]) && isnan(low[i]), "least = 3, row %zu",
                  i);
    rolling_mean_std(x, 3, 1, 1, mean, std);
    for (size_t i = 0; i < 3; i++)
        cr_assert(mean[i] == x[i] && isnan(std[i]), "w = 1, row %zu", i);
    rolling_mean_std(x, 3, SIZE_MAX, 1, mean, std);
    cr_assert_eq(mean[2], 2.0);
    cr_assert_eq(std[2], 1.0);
}

Test(rolling, no_rows_are_no_work)
{
    double untouched = 7;
    rolling_mean_std(NULL, 0, 3, 1, &untouched, &untouched);
    rolling_mean_std(NULL, 0, 300, 1, &untouched, &untouched);
    rolling_min(NULL, 0, 3, 1, &untouched);
    rolling_last(NULL, 0, &untouched);
    rolling_shift(NULL, 0, 3, &untouched);
    cr_assert_eq(untouched, 7);
}

Test(rolling, last_is_the_row_itself)
{
    double x[] = {5, NAN, 7}, out[3];
    rolling_last(x, 3, out);
    cr_assert(out[0] == 5 && isnan(out[1]) && out[2] == 7);
}

Test(rolling, shift_moves_rows_down_and_leaves_missing_ones)
{
    double x[] = {5, 6, 7}, out[3];
    rolling_shift(x, 3, 1, out);
    cr_assert(isnan(out[0]) && out[1] == 5 && out[2] == 6);
    rolling_shift(x, 3, 0, out);
    cr_assert(out[0] == 5 && out[2] == 7);
    rolling_shift(x, 3, 4, out);
    cr_assert(isnan(out[0]) && isnan(out[1]) && isnan(out[2]));
}

/* Squares, or sums, of such values leave the doubles; the windows do not.  Powers of two
 * round nothing, so that the figures are those of the usual unit. */
Test(rolling, windows_do_not_depend_on_the_unit)
{
    static const int units[] = {1013, 540, -540, -960};
    static double x[ROWS], unit[ROWS];
    static struct results usual, found;
    for (size_t w = 0; w < COUNT_OF(windows); w++) {
        if (windows[w] > 365)
            continue;
        prices(x, ROWS, 40);
        roll(x, ROWS, windows[w], windows[w] / 2, &usual);
        for (size_t u = 0; u < COUNT_OF(units); u++) {
            for (size_t i = 0; i < ROWS; i++)
                unit[i] = ldexp(x[i], units[u]);
            roll(unit, ROWS, windows[w], windows[w] / 2, &found);
            for (size_t i = 0; i < ROWS; i++) {
                expect_near(ldexp(found.mean[i], -units[u]), usual.mean[i], 1e-13, "mean",
                            windows[w], i);
                expect_near(ldexp(found.std[i], -units[u]), usual.std[i], 1e-10, "std",
                            windows[w], i);
            }
        }
    }
}
