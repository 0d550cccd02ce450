/* Where columns are cut, and what their values are coded as. */
#include <criterion/criterion.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "trees/bins.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(bins, .fini = release);

static struct bins learnt(const struct matrix *x, size_t max_bins, size_t threads)
{
    struct bins b;
    struct error err = {0};
    cr_assert_eq(bins_learn(x, max_bins, threads, &mem, &b, &err), STATUS_OK);
    return b;
}

static struct matrix column(const double *x, size_t n)
{
    double **col;
    struct matrix m = matrix_new(&mem, n, 1, NULL, &col);
    memcpy(col[0], x, n * sizeof *x);
    return m;
}

static uint8_t *codes(const struct bins *b, const struct matrix *x, size_t threads)
{
    uint8_t *code = ARENA_ARRAY(&mem, uint8_t, x->n * x->p);
    struct error err = {0};
    cr_assert_eq(bins_code(b, x, threads, x->n, code, &err), STATUS_OK);
    return code;
}

/* Columns of many kinds: even, with heavy tails, of few values, half zeros, with gaps. */
static struct matrix mixed(size_t n)
{
    struct rng rng;
    double **col;
    struct matrix x = matrix_new(&mem, n, 5, NULL, &col);
    rng_seed(&rng, 7, "columns");
    for (size_t i = 0; i < n; i++) {
        double u = rng_real(&rng) - 0.5;
        col[0][i] = u;
        col[1][i] = u / (0.51 - fabs(u));
        col[2][i] = floor(u * 20);
        col[3][i] = rng_below(&rng, 2) ? 0 : u * 1e300;
        col[4][i] = rng_below(&rng, 5) ? u * DBL_MIN : NAN;
    }
    return x;
}

Test(bins, few_values_have_a_bin_each_with_bounds_half_way)
{
    static const double values[] = {3, -1, 0, -0.0, 3, 8, -1, 3};
    struct matrix x = column(values, COUNT_OF(values));
    struct bins b = learnt(&x, 255, 1);
    cr_assert_eq(b.n[0], 4);
    cr_assert_eq(b.upper[0][0], -0.5);
    cr_assert_eq(b.upper[0][1], 1.5);
    cr_assert_eq(b.upper[0][2], 5.5);
    static const uint8_t wanted[] = {2, 0, 1, 1, 2, 3, 0, 2};
    cr_assert_arr_eq(codes(&b, &x, 1), wanted, sizeof wanted);
}

Test(bins, bounds_lie_between_neighbours_however_near_or_far)
{
    static const double values[] = {-DBL_MAX,        0,      DBL_TRUE_MIN, 1,
                                    1 + DBL_EPSILON, DBL_MAX};
    struct matrix x = column(values, COUNT_OF(values));
    struct bins b = learnt(&x, 255, 1);
    cr_assert_eq(b.n[0], COUNT_OF(values));
    for (size_t c = 0; c + 1 < b.n[0]; c++)
        cr_assert(values[c] <= b.upper[0][c] && b.upper[0][c] < values[c + 1], "%zu", c);
}

Test(bins, missing_cells_are_behind_all_numbers)
{
    static const double values[] = {NAN, 2, 1, NAN}, none[] = {NAN, NAN};
    struct matrix x = column(values, 4), empty = column(none, 2);
    struct bins b = learnt(&x, 2, 1), e = learnt(&empty, 255, 1);
    static const uint8_t wanted[] = {2, 1, 0, 2};
    cr_assert_eq(b.n[0], 2);
    cr_assert_arr_eq(codes(&b, &x, 1), wanted, sizeof wanted);
    cr_assert_eq(e.n[0], 1);
    cr_assert_eq(codes(&e, &empty, 1)[1], 1);
}

/* What a tree is saved with must decide as its bins did. */
Test(bins, a_code_says_what_its_bound_says)
{
    struct matrix x = mixed(3000), other = mixed(4000);
    for (size_t max_bins = 2; max_bins <= 255; max_bins += 23) {
        struct bins b = learnt(&x, max_bins, 1);
        uint8_t *code = codes(&b, &other, 1);
        for (size_t j = 0; j < x.p; j++) {
            cr_assert(b.n[j] >= 2 && b.n[j] <= max_bins);
            for (size_t i = 0; i < other.n; i++)
                for (size_t c = 0; c + 1 < b.n[j]; c += 3)
                    cr_assert_eq(code[j * other.n + i] <= c,
                                 other.col[j][i] <= b.upper[j][c]);
        }
    }
}

Test(bins, many_values_are_shared_out_evenly)
{
    enum { N = 10000 };
    struct matrix x = mixed(N);
    struct bins b = learnt(&x, 100, 1);
    uint8_t *code = codes(&b, &x, 1);
    size_t held[5][256] = {{0}};
    for (size_t i = 0; i < N * x.p; i++)
        held[i / N][code[i]]++;
    for (size_t j = 0; j < 2; j++) {
        cr_assert_eq(b.n[j], 100);
        for (size_t c = 0; c < 100; c++)
            cr_assert(held[j][c] >= 99 && held[j][c] <= 101, "%zu", held[j][c]);
    }
}

/* Quantiles would cut half a column of zeros at 0 fifty times, and the rest half as finely. */
Test(bins, a_frequent_value_has_a_bin_alone_and_the_others_share_the_rest)
{
    enum { N = 10000 };
    struct matrix x = mixed(N);
    struct bins b = learnt(&x, 100, 1);
    uint8_t *code = codes(&b, &x, 1) + 3 * N;
    size_t held[256] = {0}, zeros = 0, zero_code = 0;
    for (size_t i = 0; i < N; i++) {
        held[code[i]]++;
        zeros += x.col[3][i] == 0;
        zero_code = x.col[3][i] == 0 ? code[i] : zero_code;
    }
    cr_assert_eq(held[zero_code], zeros);
    cr_assert_geq(b.n[3], 98);
    for (size_t c = 0; c < b.n[3]; c++)
        cr_assert(c == zero_code || held[c] <= 2 * (N - zeros) / 98, "%zu", held[c]);
}

Test(bins, any_number_of_threads_finds_the_same)
{
    struct matrix x = mixed(BINS_SAMPLE + 12345);
    struct bins one = learnt(&x, 255, 1);
    const uint8_t *code = codes(&one, &x, 1);
    for (size_t threads = 2; threads <= 8; threads *= 2) {
        struct bins b = learnt(&x, 255, threads);
        for (size_t j = 0; j < x.p; j++) {
            cr_assert_eq(b.n[j], one.n[j]);
            cr_assert_arr_eq(b.upper[j], one.upper[j], (b.n[j] - 1) * sizeof(double));
        }
        cr_assert_eq(memcmp(codes(&b, &x, threads), code, x.n * x.p), 0);
    }
}

Test(bins, a_sample_cuts_many_rows_nearly_as_evenly)
{
    enum { N = 3 * BINS_SAMPLE };
    struct matrix x = mixed(N);
    struct bins b = learnt(&x, 50, 2);
    uint8_t *code = codes(&b, &x, 2);
    size_t held[256] = {0};
    for (size_t i = 0; i < N; i++)
        held[code[i]]++;
    for (size_t c = 0; c < 50; c++)
        cr_assert(held[c] > N / 50 * 0.93 && held[c] < N / 50 * 1.07, "%zu", held[c]);
}

Test(bins, a_view_has_the_bins_of_its_rows)
{
    struct matrix x = mixed(9000), view = matrix_without(&x, 1000, 5000);
    struct matrix plain = matrix_dense(&mem, &view);
    struct bins a = learnt(&view, 255, 1), b = learnt(&plain, 255, 1);
    for (size_t j = 0; j < x.p; j++) {
        cr_assert_eq(a.n[j], b.n[j]);
        cr_assert_arr_eq(a.upper[j], b.upper[j], (a.n[j] - 1) * sizeof(double));
    }
    cr_assert_eq(memcmp(codes(&a, &view, 1), codes(&b, &plain, 1), view.n * view.p), 0);
}
