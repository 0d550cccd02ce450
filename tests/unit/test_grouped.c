#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bands/grouped.h"
#include "bands/selection.h"
#include "base/rng.h"

enum { ROWS = 30000, GROUPS = 50 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(grouped, .fini = release);

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* By the definition, on sorted values. */
static double quantile(const double *x, size_t n, double q)
{
    double h = q * (double)(n - 1), part = fmod(h, 1);
    size_t k = (size_t)h;
    return part == 0 ? x[k] : x[k] + (x[k + 1] - x[k]) * part;
}

/* Prices of two digits, so that many are equal; group 7 has none, group 8 one. */
static struct grouped_rows make(size_t n)
{
    double *value = ARENA_ARRAY(&mem, double, n);
    uint32_t *group = ARENA_ARRAY(&mem, uint32_t, n);
    struct rng rng;
    rng_seed(&rng, 3, "test_grouped");
    for (size_t i = 0; i < n; i++) {
        group[i] = (uint32_t)rng_below(&rng, GROUPS);
        group[i] = i == 0 ? 8 : group[i] == 7 || group[i] == 8 ? 9 : group[i];
        value[i] = (double)rng_below(&rng, 5000) / 100 - 10;
    }
    return (struct grouped_rows){n, value, group, GROUPS};
}

/* Near the ends, where few values are kept, and deep inside, where groups are selected
 * from. */
static const double pairs[][2] = {{0.01, 0.99}, {0, 1}, {0.1, 0.9}, {0.25, 0.5}, {1, 1}};

Test(grouped, quantiles_are_those_of_sorted_values_for_any_number_of_threads)
{
    struct grouped_rows rows = make(ROWS);
    size_t count[GROUPS], *start;
    double lower[GROUPS], upper[GROUPS];
    grouped_count(&rows, count);
    const size_t *row = grouped_order(&rows, count, &mem, &start);
    double *sorted = ARENA_ARRAY(&mem, double, ROWS);
    for (size_t k = 0; k < ROWS; k++)
        sorted[k] = rows.value[row[k]];
    for (size_t g = 0; g < GROUPS; g++)
        qsort(sorted + start[g], count[g], sizeof *sorted, ascending);
    for (size_t p = 0; p < COUNT_OF(pairs); p++)
        for (size_t threads = 1; threads <= 8; threads = 2 * threads + (threads > 1)) {
            struct error err = {0};
            cr_assert_eq(grouped_quantiles(&rows, count, pairs[p][0], pairs[p][1],
                                           threads, lower, upper, &err),
                         STATUS_OK);
            for (size_t g = 0; g < GROUPS; g++) {
                if (count[g] == 0) {
                    cr_assert(isnan(lower[g]) && isnan(upper[g]));
                    continue;
                }
                const double *x = sorted + start[g];
                cr_assert_eq(lower[g], quantile(x, count[g], pairs[p][0]), "%zu", g);
                cr_assert_eq(upper[g], quantile(x, count[g], pairs[p][1]), "%zu", g);
            }
        }
}

Test(grouped, rows_without_groups_are_one)
{
    const double value[] = {4, 1, 3, 2, -0.0};
    const struct grouped_rows rows = {.n = 5, .value = value, .groups = 1};
    struct error err = {0};
    double lower, upper, mean, std;
    size_t count;
    grouped_count(&rows, &count);
    cr_assert_eq(count, 5);
    cr_assert_eq(grouped_quantiles(&rows, &count, 0, 0.875, 1, &lower, &upper, &err),
                 STATUS_OK);
    cr_assert_eq(lower, 0);
    cr_assert_not(signbit(lower), "no zero with a sign");
    cr_assert_eq(upper, 3.5);
    grouped_moments(&rows, &count, &mean, &std);
    cr_assert_eq(mean, 2);
    cr_assert_eq(std, sqrt(2.5));
}

Test(grouped, a_group_of_one_has_no_spread_and_one_of_none_nothing)
{
    struct grouped_rows rows = make(100);
    size_t count[GROUPS];
    double mean[GROUPS], std[GROUPS];
    grouped_count(&rows, count);
    grouped_moments(&rows, count, mean, std);
    cr_assert_eq(count[8], 1);
    cr_assert_eq(mean[8], rows.value[0]);
    cr_assert_eq(std[8], 0);
    cr_assert(isnan(mean[7]) && isnan(std[7]));
}

Test(grouped, selection_is_right_whatever_the_order)
{
    enum { N = 2000 };
    double x[N], y[N];
    for (int order = 0; order < 5; order++)
        for (size_t k = 0; k < N; k += 111) {
            for (size_t i = 0; i < N; i++)
                x[i] = order == 0   ? (double)i
                       : order == 1 ? (double)(N - i)
                       : order == 2 ? (double)(i % 7)
                       : order == 3 ? (double)(i < N / 2 ? i : N - i)
                                    : (double)(i * 7919 % N);
            memcpy(y, x, sizeof y);
            qsort(y, N, sizeof *y, ascending);
            cr_assert_eq(selection_kth(x, N, k), y[k], "order %d, %zu", order, k);
            for (size_t i = 0; i < N; i++)
                cr_assert(i < k ? x[i] <= x[k] : x[i] >= x[k]);
        }
}
