#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "steps/linalg.h"

/* A full symmetric positive definite matrix: B B' + n I / 10, B uniform in [-1, 1). */
static double *definite(struct arena *mem, size_t n, const char *name)
{
    struct rng r;
    rng_seed(&r, 1, name);
    double *b = ARENA_ARRAY(mem, double, n *n), *a = ARENA_ARRAY(mem, double, n *n);
    for (size_t i = 0; i < n * n; i++)
        b[i] = 2 * rng_real(&r) - 1;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            a[i * n + j] = linalg_dot(b + i * n, b + j * n, n);
        a[i * n + i] += (double)n / 10;
    }
    return a;
}

static double *counting(struct arena *mem, size_t n)
{
    double *x = ARENA_ARRAY(mem, double, n);
    for (size_t i = 0; i < n; i++)
        x[i] = 1 + (double)(i % 7);
    return x;
}

/* The largest |A x - b|, A full. */
static double residual(const double *a, size_t n, const double *x, const double *b)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++)
        worst = fmax(worst, fabs(linalg_dot(a + i * n, x, n) - b[i]));
    return worst;
}

static const size_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 16, 33, 64};

Test(linalg, sums_are_exact_on_whole_numbers_of_any_count)
{
    struct arena mem = {0};
    for (size_t n = 0; n < 600; n++) {
        double *x = counting(&mem, n), sum = 0, squares = 0;
        for (size_t i = 0; i < n; i++) {
            sum += x[i];
            squares += x[i] * x[i];
        }
        cr_assert_eq(linalg_sum(x, n), sum, "n = %zu", n);
        cr_assert_eq(linalg_dot(x, x, n), squares, "n = %zu", n);
    }
    arena_release(&mem);
}

/* numpy.sum([1/(i+1) for i in range(n)]), NumPy 2.4.6 */
static const struct {
    size_t n;
    double sum;
} numpy_sums[] = {
    {7, 0x1.4be2be2be2be2p+1},
    {39, 0x1.103a0c95170d5p+2},
    {128, 0x1.5bb8ae9541ca7p+2},
    {1000, 0x1.df11f45f4e61ap+2},
};

Test(linalg, sums_have_the_bits_of_numpys)
{
    struct arena mem = {0};
    for (size_t k = 0; k < sizeof numpy_sums / sizeof *numpy_sums; k++) {
        size_t n = numpy_sums[k].n;
        double *x = ARENA_ARRAY(&mem, double, n);
        for (size_t i = 0; i < n; i++)
            x[i] = 1 / (double)(i + 1);
        cr_assert_eq(linalg_sum(x, n), numpy_sums[k].sum, "n = %zu: %a", n,
                     linalg_sum(x, n));
    }
    arena_release(&mem);
}

Test(linalg, centring_leaves_deviations_and_returns_the_mean)
{
    const double x[] = {1, 2, 6};
    double c[3];
    cr_assert_eq(linalg_centre(x, 3, c), 3);
    cr_assert_eq(c[0], -2);
    cr_assert_eq(c[1], -1);
    cr_assert_eq(c[2], 3);
}

Test(linalg, adding_a_multiple_touches_n_elements_only)
{
    const double x[] = {1, 2, 3, 4};
    double y[] = {1, 1, 1, 1};
    linalg_add(2, x, y, 3);
    cr_assert_eq(y[0], 3);
    cr_assert_eq(y[2], 7);
    cr_assert_eq(y[3], 1);
}

Test(linalg, finiteness_sees_every_element)
{
    const double x[] = {1, 2, NAN}, y[] = {1, -INFINITY, 2};
    cr_assert(linalg_finite(x, 2));
    cr_assert_not(linalg_finite(x, 3));
    cr_assert_not(linalg_finite(y, 3));
    cr_assert(linalg_finite(x, 0));
}

Test(linalg, cholesky_solves_and_reads_the_lower_triangle_only)
{
    struct arena mem = {0};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t n = sizes[k];
        double *a = definite(&mem, n, "cholesky"), *b = counting(&mem, n);
        double *l = ARENA_ARRAY(&mem, double, n *n), *x = counting(&mem, n);
        memcpy(l, a, n * n * sizeof *a);
        for (size_t i = 0; i < n; i++)
            for (size_t j = i + 1; j < n; j++)
                l[i * n + j] = NAN;
        cr_assert(linalg_cholesky(l, n, 0));
        linalg_cholesky_solve(l, n, x);
        cr_assert_lt(residual(a, n, x, b), 1e-11, "n = %zu", n);
    }
    arena_release(&mem);
}

Test(linalg, cholesky_refuses_what_is_not_definite)
{
    double singular[] = {1, 0, 1, 1};
    double negative[] = {1, 0, 2, 1};
    double nearly[] = {1, 0, 1, 1 + 1e-12};
    double missing[] = {NAN};
    cr_assert_not(linalg_cholesky(singular, 2, 0));
    cr_assert_not(linalg_cholesky(negative, 2, 0));
    cr_assert_not(linalg_cholesky(nearly, 2, 1e-10));
    cr_assert_not(linalg_cholesky(missing, 1, 0));
}

Test(linalg, one_reduction_solves_for_every_shift)
{
    struct arena mem = {0};
    static const double alpha[] = {0, 0.01, 1, 100};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t n = sizes[k];
        double *a = definite(&mem, n, "reduction"), *b = counting(&mem, n);
        double *work = ARENA_ARRAY(&mem, double, n *n), *y = counting(&mem, n);
        double *z = ARENA_ARRAY(&mem, double, n), *pivots = ARENA_ARRAY(&mem, double, n);
        struct tridiagonal t;
        memcpy(work, a, n * n * sizeof *a);
        linalg_tridiagonalise(work, n, &mem, &t);
        linalg_rotate(&t, y);
        for (size_t l = 0; l < 4; l++) {
            cr_assert(linalg_tridiagonal_solve(&t, alpha[l], y, z, pivots));
            linalg_rotate_back(&t, z);
            for (size_t i = 0; i < n; i++)
                a[i * n + i] += alpha[l];
            cr_assert_lt(residual(a, n, z, b), 1e-10, "n = %zu alpha = %g", n, alpha[l]);
            for (size_t i = 0; i < n; i++)
                a[i * n + i] -= alpha[l];
        }
    }
    arena_release(&mem);
}

Test(linalg, rotating_back_undoes_rotating)
{
    struct arena mem = {0};
    size_t n = 33;
    double *a = definite(&mem, n, "rotation"), *x = counting(&mem, n);
    struct tridiagonal t;
    linalg_tridiagonalise(a, n, &mem, &t);
    linalg_rotate(&t, x);
    linalg_rotate_back(&t, x);
    double *before = counting(&mem, n);
    for (size_t i = 0; i < n; i++)
        cr_assert_float_eq(x[i], before[i], 1e-13);
    arena_release(&mem);
}

Test(linalg, a_matrix_that_is_tridiagonal_already_is_left_as_it_is)
{
    struct arena mem = {0};
    double a[] = {2, 0, 0, 1, 3, 0, 0, 1, 4};
    struct tridiagonal t;
    linalg_tridiagonalise(a, 3, &mem, &t);
    cr_assert_eq(t.diagonal[0], 2);
    cr_assert_eq(t.diagonal[2], 4);
    cr_assert_eq(t.below[0], 0);
    cr_assert_eq(t.below[1], 1);
    cr_assert_eq(t.below[2], 1);
    arena_release(&mem);
}

/* Rows of sizes 1 … 1e8: without grading the small ones would keep no digit. */
Test(linalg, a_graded_matrix_keeps_the_digits_of_its_small_rows)
{
    struct arena mem = {0};
    size_t n = 9;
    double *c = definite(&mem, n, "graded"), *a = ARENA_ARRAY(&mem, double, n *n);
    double *u = ARENA_ARRAY(&mem, double, n), *v = ARENA_ARRAY(&mem, double, n);
    double *w = ARENA_ARRAY(&mem, double, n), *work = ARENA_ARRAY(&mem, double, n);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            a[i * n + j] = ldexp(c[i * n + j], (int)(3 * (i + j)));
        u[i] = v[i] = 1;
    }
    struct tridiagonal t;
    double *l = ARENA_ARRAY(&mem, double, n *n);
    memcpy(l, a, n * n * sizeof *a);
    cr_assert(linalg_cholesky(l, n, 0));
    linalg_cholesky_solve(l, n, u);
    linalg_tridiagonalise(a, n, &mem, &t);
    linalg_rotate(&t, v);
    cr_assert(linalg_tridiagonal_solve(&t, 0, v, w, work));
    linalg_rotate_back(&t, w);
    for (size_t i = 0; i < n; i++)
        cr_assert_lt(fabs(w[i] - u[i]), 1e-11 * fabs(u[i]) + 1e-13 * fabs(u[0]),
                     "%zu: %g %g", i, w[i], u[i]);
    arena_release(&mem);
}

Test(linalg, an_indefinite_tridiagonal_matrix_is_refused)
{
    double diagonal[] = {1, 1}, below[] = {0, 2}, z[2], work[2];
    const double y[] = {1, 1};
    struct tridiagonal t = {.n = 2, .diagonal = diagonal, .below = below};
    cr_assert_not(linalg_tridiagonal_solve(&t, 0.5, y, z, work));
    cr_assert(linalg_tridiagonal_solve(&t, 2, y, z, work));
    cr_assert_float_eq(z[0], 0.2, 1e-15);
}

/* Eigenvalues 3 and -1; the latter counts as 0. */
Test(linalg, negative_eigenvalues_count_as_zero)
{
    struct arena mem = {0};
    double diagonal[] = {1, 1}, below[] = {0, 2}, z[2];
    const double sum[] = {1, 1}, difference[] = {1, -1};
    struct tridiagonal t = {.n = 2, .diagonal = diagonal, .below = below};
    linalg_semidefinite_solve(&t, 0.5, sum, z, &mem);
    cr_assert_float_eq(z[0], 1 / 3.5, 1e-15);
    cr_assert_float_eq(z[1], 1 / 3.5, 1e-15);
    linalg_semidefinite_solve(&t, 0.5, difference, z, &mem);
    cr_assert_float_eq(z[0], 2, 1e-14);
    cr_assert_float_eq(z[1], -2, 1e-14);
    arena_release(&mem);
}

Test(linalg, on_definite_matrices_the_slow_solve_agrees_with_the_quick_one)
{
    struct arena mem = {0};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t n = sizes[k];
        double *a = definite(&mem, n, "slow"), *y = counting(&mem, n);
        double *quick = ARENA_ARRAY(&mem, double, n),
               *slow = ARENA_ARRAY(&mem, double, n);
        double *work = ARENA_ARRAY(&mem, double, n);
        struct tridiagonal t;
        linalg_tridiagonalise(a, n, &mem, &t);
        cr_assert(linalg_tridiagonal_solve(&t, 0.3, y, quick, work));
        linalg_semidefinite_solve(&t, 0.3, y, slow, &mem);
        for (size_t i = 0; i < n; i++)
            cr_assert_float_eq(quick[i], slow[i], 1e-11, "n = %zu", n);
    }
    arena_release(&mem);
}

Test(linalg, a_matrix_of_zeros_is_solved_by_the_shift)
{
    struct arena mem = {0};
    double a[9] = {0}, z[3];
    const double y[] = {1, 2, 3};
    struct tridiagonal t;
    linalg_tridiagonalise(a, 3, &mem, &t);
    linalg_semidefinite_solve(&t, 0.5, y, z, &mem);
    cr_assert_eq(z[0], 2);
    cr_assert_eq(z[2], 6);
    arena_release(&mem);
}

Test(linalg, sums_over_a_view_are_those_of_its_column_written_out)
{
    static const size_t rows[] = {1, 129, 4096, 4097, 9001, 30011};
    struct arena mem = {0};
    double **col;
    struct rng r;
    rng_seed(&r, 1, "views");
    for (size_t k = 0; k < COUNT_OF(rows); k++) {
        size_t n = rows[k], gap = n / 7;
        struct matrix x = matrix_new(&mem, n + gap, 1, NULL, &col);
        for (size_t i = 0; i < n + gap; i++)
            col[0][i] = 200 * rng_real(&r) - 50;
        const double mean[] = {3.25}, scale[] = {7};
        struct matrix rest = matrix_without(&x, n / 3, n / 3 + gap);
        struct matrix view = matrix_standardised(&mem, &rest, mean, scale);
        struct matrix dense = matrix_dense(&mem, &view);
        double *less = ARENA_ARRAY(&mem, double, n), m = linalg_sum(dense.col[0], n) / n;
        for (size_t i = 0; i < n; i++)
            less[i] = dense.col[0][i] - m;
        cr_assert_eq(linalg_column_sum(&view, 0, 0), linalg_sum(dense.col[0], n));
        cr_assert_eq(linalg_column_sum(&view, 0, m), linalg_sum(less, n), "%zu", n);
        cr_assert_eq(linalg_column_squares(&view, 0, m), linalg_dot(less, less, n));
    }
    arena_release(&mem);
}
