#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "neighbours/donors.h"

enum { N = 5, P = 3 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(donors, .fini = release);

/* Row 3 has nothing but column 1; row 4 stands where row 0 does. */
static const double a[N] = {0, 3, 6, NAN, 0}, b[N] = {0, 4, NAN, 2, 0},
                    c[N] = {1, 1, 7, NAN, 9};
static const double *const table[P] = {a, b, c};

static struct neighbours example(void)
{
    return neighbours_of(table, N, P, &mem);
}

Test(donors, a_distance_counts_the_columns_that_both_rows_have)
{
    /* sklearn.metrics.pairwise.nan_euclidean_distances */
    static const double row[P] = {0, 0, NAN};
    static const double wanted[N] = {0, 6.123724356957945, 10.392304845413264,
                                     3.4641016151377544, 0};
    double found[N];
    struct neighbours among = example();
    neighbours_distances(&among, row, found);
    for (size_t i = 0; i < N; i++)
        cr_assert_float_eq(found[i], wanted[i], 1e-15, "%zu: %.17g", i, found[i]);
}

Test(donors, rows_without_a_column_in_common_have_no_distance)
{
    static const double row[P] = {NAN, NAN, 5};
    double found[N];
    struct neighbours among = example();
    neighbours_distances(&among, row, found);
    cr_assert(isnan(found[3]));
    cr_assert_float_eq(found[2], 2 * sqrt(3), 1e-15);
}

Test(donors, the_nearest_come_first_and_of_equal_ones_the_first_row)
{
    static const double distance[N] = {2, 1, NAN, 1, 2};
    struct neighbour list[N];
    struct neighbours among = example();
    cr_assert_eq(neighbours_nearest(&among, distance, 1, 3, list), 3);
    cr_assert_eq(list[0].row, 1);
    cr_assert_eq(list[1].row, 3);
    cr_assert_eq(list[2].row, 0, "row 4 is as near");
    cr_assert_eq(neighbours_nearest(&among, distance, 0, N, list), 3, "row 3 lacks it");
}

static double mean_of(const double *const *col, size_t n, size_t h, size_t k,
                      enum donor_weights weights)
{
    struct neighbours among = example();
    struct donors d;
    struct error err = {0};
    cr_assert_eq(donors_find(&among, col, n, k, 1, &mem, &d, &err), STATUS_OK);
    return donors_mean(&d, &among, h, k, weights);
}

Test(donors, equal_rows_outweigh_all_others)
{
    const double x[] = {0}, y[] = {NAN}, z[] = {1};
    const double *const col[] = {x, y, z};
    cr_assert_eq(mean_of(col, 1, 0, 2, DONORS_DISTANCE), 0, "row 0 is at distance 0");
    cr_assert_eq(mean_of(col, 1, 0, 2, DONORS_UNIFORM), 2, "rows 0 and 1");
}

Test(donors, who_has_nothing_in_common_has_no_donor)
{
    const double hole[] = {NAN};
    const double *const col[] = {hole, hole, hole};
    cr_assert(isnan(mean_of(col, 1, 0, 3, DONORS_UNIFORM)));
}

Test(donors, the_mean_of_huge_values_is_one)
{
    const double near[] = {0, 1, 2}, huge[] = {1.5e308, 1.6e308, 1.7e308};
    const double *const col[] = {near, huge};
    const double x[] = {1}, y[] = {NAN}, *const asked[] = {x, y};
    struct neighbours among = neighbours_of(col, 3, 2, &mem);
    struct donors d;
    struct error err = {0};
    cr_assert_eq(donors_find(&among, asked, 1, 3, 1, &mem, &d, &err), STATUS_OK);
    double mean = donors_mean(&d, &among, 0, 3, DONORS_UNIFORM);
    cr_assert(fabs(mean / 1.6e308 - 1) < 1e-15, "%g", mean);
}

/* 3,000 rows, every seventh with a hole. */
Test(donors, any_number_of_threads_finds_the_same)
{
    enum { ROWS = 3000 };
    static double x[ROWS], y[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = (double)(i * 7919 % 3001);
        y[i] = i % 7 == 3 ? NAN : (double)(i * 104729 % 3011);
    }
    const double *const col[] = {x, y};
    struct neighbours among = neighbours_of(col, ROWS, 2, &mem);
    struct donors one, other;
    struct error err = {0};
    cr_assert_eq(donors_find(&among, col, ROWS, 4, 1, &mem, &one, &err), STATUS_OK);
    cr_assert_eq(one.n, 429);
    for (size_t threads = 2; threads <= 8; threads += 3) {
        cr_assert_eq(donors_find(&among, col, ROWS, 4, threads, &mem, &other, &err),
                     STATUS_OK);
        cr_assert_arr_eq(one.nearest, other.nearest, one.n * one.k * sizeof *one.nearest);
        cr_assert_arr_eq(one.found, other.found, one.n * sizeof *one.found);
    }
}
