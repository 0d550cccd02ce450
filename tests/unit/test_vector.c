#include <criterion/criterion.h>

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/vector.h"

#define MOST 1000

static double a[MOST + 8], b[MOST + 8];
static uint64_t state = 42;

static uint64_t next(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return state >> 33;
}

/* Reals over some forty binary orders, of both signs, so that every order of adding
 * differs. */
static double any_real(void)
{
    double x = ldexp((double)next() + 1.0, (int)(next() % 40) - 50);
    return next() % 2 ? x : -x;
}

static void fill(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        a[i] = any_real();
        b[i] = any_real();
    }
}

/* The definition, lane by lane. */
static double by_lanes(const double *term, size_t n)
{
    double lane[32] = {0}, column[8];
    size_t full = n - n % 32;
    for (size_t i = 0; i < full; i++)
        lane[i % 32] += term[i];
    for (size_t c = 0; c < 8; c++)
        column[c] = (lane[c] + lane[c + 8]) + (lane[c + 16] + lane[c + 24]);
    double s = ((column[0] + column[4]) + (column[2] + column[6])) +
               ((column[1] + column[5]) + (column[3] + column[7]));
    for (size_t i = full; i < n; i++)
        s += term[i];
    return s;
}

static void expect_same(double found, double wanted, const char *what, size_t width,
                        size_t n)
{
    cr_assert_eq(memcmp(&found, &wanted, sizeof found), 0,
                 "%s of %zu with vectors of %zu: %a, "
                 "not %a",
                 what, n, width, found, wanted);
}

static void expect_definition(const struct vector_kernels *k, const double *x,
                              const double *y, size_t n)
{
    static double term[MOST];
    for (size_t i = 0; i < n; i++)
        term[i] = x[i] * y[i];
    expect_same(k->dot(x, y, n), by_lanes(term, n), "dot", k->width, n);
    k->standardise(x, n, y[0], y[1], term);
    for (size_t i = 0; i < n; i++)
        expect_same(term[i], (x[i] - y[0]) / y[1], "one standardised", k->width, n);
}

Test(vector, every_width_has_the_bits_of_the_definition_at_20000_random_sizes)
{
    fill(MOST + 8);
    for (size_t trial = 0; trial < 20000; trial++) {
        size_t n = next() % (MOST + 1);
        size_t shift = next() % 8; // so that no alignment is taken for granted
        a[next() % MOST] = any_real();
        for (size_t width = 2; width <= 8; width *= 2)
            if (vector_find(width))
                expect_definition(vector_find(width), a + shift, b + shift, n);
    }
}

static void expect_magnitudes(const struct vector_kernels *k, const double *x, size_t n)
{
    double most = 0;
    bool finite = true;
    for (size_t i = 0; i < n; i++) {
        finite = finite && isfinite(x[i]);
        most = isfinite(x[i]) && fabs(x[i]) > most ? fabs(x[i]) : most;
    }
    expect_same(k->most(x, n), most, "most", k->width, n);
    cr_assert_eq(k->finite(x, n), finite, "%zu with vectors of %zu", n, k->width);
}

Test(vector, magnitudes_are_those_of_the_finite_numbers)
{
    static const double special[] = {INFINITY, -INFINITY, NAN,  DBL_MAX, -DBL_MAX,
                                     DBL_MIN,  4.9e-324,  -0.0, 1};
    for (size_t trial = 0; trial < 5000; trial++) {
        size_t n = next() % 40, some = next() % 3;
        fill(n);
        for (size_t i = 0; i < some && n > 0; i++)
            a[next() % n] = special[next() % (sizeof special / sizeof *special)];
        for (size_t width = 2; width <= 8; width *= 2)
            if (vector_find(width))
                expect_magnitudes(vector_find(width), a, n);
    }
}

Test(vector, the_sum_of_nothing_is_zero)
{
    cr_assert_eq(vector_dot(a, b, 0), 0.0);
}

Test(vector, small_sums_are_plain_sums)
{
    double x[] = {1, 2, 3}, y[] = {4, 5, 6};
    cr_assert_eq(vector_dot(x, y, 3), 32.0);
}

Test(vector, only_2_4_and_8_are_widths)
{
    cr_assert_not_null(vector_find(2));
    cr_assert_null(vector_find(0));
    cr_assert_null(vector_find(1));
    cr_assert_null(vector_find(3));
    cr_assert_null(vector_find(16));
}

Test(vector, the_environment_chooses_the_width)
{
    setenv("NIGHTMILL_VECTOR", "2", 1);
    cr_assert_eq(vector_chosen()->width, 2);
    setenv("NIGHTMILL_VECTOR", "4", 1);
    cr_assert_eq(vector_chosen()->width, 2, "the choice is kept");
}

Test(vector, nonsense_in_the_environment_gives_the_widest)
{
    setenv("NIGHTMILL_VECTOR", "64", 1);
    size_t widest = vector_find(8) ? 8 : vector_find(4) ? 4 : 2;
    cr_assert_eq(vector_chosen()->width, widest);
}

Test(vector, a_nan_and_an_infinity_reach_the_result)
{
    for (size_t i = 0; i < 100; i++)
        a[i] = b[i] = 1;
    a[37] = INFINITY;
    cr_assert_eq(vector_dot(a, b, 100), INFINITY);
    a[38] = NAN;
    cr_assert(isnan(vector_dot(a, b, 100)));
}

Test(vector, pairs_are_loaded_selected_and_rooted_half_by_half)
{
    double x[] = {0, 9, 2}, out[3] = {-1, -1, -1};
    vector_pair v = vector_pair_load(x + 1), r = vector_pair_sqrt(v);
    vector_pair_store(out + 1, vector_pair_select(v > (vector_pair){5, 5}, r, -v));
    cr_assert_eq(out[0], -1.0);
    cr_assert_eq(out[1], 3.0);
    cr_assert_eq(out[2], -2.0);
}
