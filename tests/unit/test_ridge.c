#include <criterion/criterion.h>

#include "help/example.h"
#include "steps/polynomial.h"
#include "steps/ridge.h"

/* Ridge(alpha).fit(x, y) on the example of 24 rows and 6 columns */
static const struct {
    double alpha, intercept, w[6];
} sklearn_ridge[] = {
    {1,
     -5.118876248936013,
     {4.126976776919338, -2.289125998372056, 1.5183903049584657, 0.09263047488569556,
      -0.12607895159342228, 0.38896976483869566}},
    {0.1,
     -5.160356955920372,
     {4.13963165401532, -2.2979582613420413, 1.5177488652593913, 0.0919865302262142,
      -0.12096786987494286, 0.39155409965610627}},
};

Test(ridge, ridge_is_scikit_learns)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    const double alpha[] = {1, 0.1};
    struct ridge_weights w[2];
    struct error err = {0};
    cr_assert_eq(ridge_solve(&e.x, &e.y.y, alpha, 2, &mem, w, &err), STATUS_OK);
    for (size_t l = 0; l < 2; l++) {
        cr_assert_float_eq(w[l].intercept, sklearn_ridge[l].intercept, 1e-12);
        for (size_t c = 0; c < 6; c++)
            cr_assert_float_eq(w[l].w[c], sklearn_ridge[l].w[c], 1e-13);
    }
    arena_release(&mem);
}

/* Ridge(0.5) on PolynomialFeatures(3): 84 columns of 24 rows, so the dual form */
static const double sklearn_dual[] = {-0.997598882736711, 13.769338622919609,
                                      11.72886498532134, 13.005433910214517,
                                      -1.821838281974859};

Test(ridge, ridge_with_more_columns_than_rows_is_scikit_learns)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    struct matrix x = polynomial_expand(&e.x, 3, &mem);
    const double alpha[] = {0.5};
    struct ridge_weights w[1];
    struct error err = {0};
    double prediction[24];
    cr_assert_eq(ridge_solve(&x, &e.y.y, alpha, 1, &mem, w, &err), STATUS_OK);
    ridge_predict(w, &x, prediction);
    for (size_t i = 0; i < 5; i++)
        cr_assert_float_eq(prediction[i], sklearn_dual[i], 1e-9, "%.17g", prediction[i]);
    arena_release(&mem);
}

/* The same columns twice over: half the penalty a pair, so the same predictions as once
 * with the penalty halved; the copies turn the primal form into the dual one. */
Test(ridge, primal_and_dual_ridge_agree)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 10, 6);
    const double *col[12];
    for (size_t c = 0; c < 12; c++)
        col[c] = e.x.col[c % 6];
    struct matrix twice = {.n = 10, .p = 12, .col = col};
    const double whole[] = {2}, half[] = {1};
    struct ridge_weights a[1], b[1];
    struct error err = {0};
    cr_assert_eq(ridge_solve(&twice, &e.y.y, whole, 1, &mem, a, &err), STATUS_OK);
    cr_assert_eq(ridge_solve(&e.x, &e.y.y, half, 1, &mem, b, &err), STATUS_OK);
    cr_assert_float_eq(a->intercept, b->intercept, 1e-11);
    for (size_t c = 0; c < 6; c++)
        cr_assert_float_eq(2 * a->w[c], b->w[c], 1e-12);
    arena_release(&mem);
}

/* The intercept takes an offset up; in the dual form by a shift of the columns. */
Test(ridge, an_offset_of_the_columns_changes_no_prediction)
{
    struct arena mem = {0};
    const double alpha[] = {1};
    for (size_t n = 6; n <= 24; n += 18) { // dual and primal
        struct example e = example_table(&mem, n, 8);
        struct ridge_weights a[1], b[1];
        struct error err = {0};
        double **x, p[24], q[24];
        struct matrix moved = matrix_new(&mem, n, 8, NULL, &x);
        for (size_t c = 0; c < 8; c++)
            for (size_t i = 0; i < n; i++)
                x[c][i] = e.x.col[c][i] + 67108864; // 2^26: exact
        cr_assert_eq(ridge_solve(&e.x, &e.y.y, alpha, 1, &mem, a, &err), STATUS_OK);
        cr_assert_eq(ridge_solve(&moved, &e.y.y, alpha, 1, &mem, b, &err), STATUS_OK);
        ridge_predict(a, &e.x, p);
        ridge_predict(b, &moved, q);
        for (size_t i = 0; i < n; i++)
            cr_assert_float_eq(p[i], q[i], 1e-5, "n %zu: %g %g", n, p[i], q[i]);
    }
    arena_release(&mem);
}

Test(ridge, scaling_the_target_scales_the_coefficients)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    double y[24];
    const double *column = y;
    const struct matrix larger = {.n = 24, .p = 1, .col = &column};
    for (size_t i = 0; i < 24; i++)
        y[i] = 1024 * e.y.y.col[0][i];
    const double alpha[] = {1};
    struct ridge_weights a[1], b[1];
    struct error err = {0};
    cr_assert_eq(ridge_solve(&e.x, &e.y.y, alpha, 1, &mem, a, &err), STATUS_OK);
    cr_assert_eq(ridge_solve(&e.x, &larger, alpha, 1, &mem, b, &err), STATUS_OK);
    for (size_t c = 0; c < 6; c++)
        cr_assert_eq(b->w[c], 1024 * a->w[c]);
    arena_release(&mem);
}

Test(ridge, rows_beyond_one_chunk_are_summed_alike)
{
    struct arena mem = {0};
    size_t n = 5000;
    struct example e = example_table(&mem, n, 3);
    const double alpha[] = {0};
    struct ridge_weights w[1];
    struct error err = {0};
    double *r = ARENA_ARRAY(&mem, double, n);
    cr_assert_eq(ridge_solve(&e.x, &e.y.y, alpha, 1, &mem, w, &err), STATUS_OK);
    ridge_predict(w, &e.x, r);
    for (size_t c = 0; c < 3; c++) { // least squares: residuals are orthogonal to columns
        double sum = 0, product = 0;
        for (size_t i = 0; i < n; i++) {
            sum += e.y.y.col[0][i] - r[i];
            product += (e.y.y.col[0][i] - r[i]) * e.x.col[c][i];
        }
        cr_assert_float_eq(sum, 0, 1e-8);
        cr_assert_float_eq(product, 0, 1e-7);
    }
    arena_release(&mem);
}

Test(ridge, a_constant_column_gets_no_weight)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 3);
    double ones[24];
    for (size_t i = 0; i < 24; i++)
        ones[i] = 1;
    const double *col[] = {ones, e.x.col[0], e.x.col[1]};
    struct matrix x = {.n = 24, .p = 3, .col = col};
    const double alpha[] = {0, 1};
    struct ridge_weights w[2];
    struct error err = {0};
    cr_assert_eq(ridge_solve(&x, &e.y.y, alpha, 2, &mem, w, &err), STATUS_OK);
    cr_assert_eq(w[0].w[0], 0);
    cr_assert_eq(w[1].w[0], 0);
    arena_release(&mem);
}

Test(ridge, least_squares_on_dependent_columns_is_refused)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 3);
    const double *col[] = {e.x.col[0], e.x.col[1], e.x.col[0]};
    struct matrix x = {.n = 24, .p = 3, .col = col},
                  wide = matrix_rows(&mem, &e.x, (size_t[]){0, 1}, 2);
    const double alpha[] = {0};
    struct ridge_weights w[1];
    struct error err = {0};
    cr_assert_eq(ridge_solve(&x, &e.y.y, alpha, 1, &mem, w, &err), STATUS_INPUT);
    cr_assert_str_eq(
        err.message,
        "alpha is 0 but the columns depend on one another (24 rows, 3 columns)");
    cr_assert_str_eq(err.loc.field, "ridge.alpha");
    cr_assert_eq(ridge_solve(&wide, &e.y.y, alpha, 1, &mem, w, &err), STATUS_INPUT);
    cr_assert_str_eq(
        err.message,
        "alpha is 0 but the columns depend on one another (2 rows, 3 columns)");
    arena_release(&mem);
}

Test(ridge, a_tiny_alpha_on_dependent_columns_still_predicts)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 3);
    const double *col[] = {e.x.col[0], e.x.col[1], e.x.col[0], e.x.col[1]};
    struct matrix x = {.n = 24, .p = 4, .col = col}, two = {.n = 24, .p = 2, .col = col};
    const double tiny[] = {1e-300, 1e-17, 1e-12}, none[] = {0};
    struct ridge_weights w[3], least[1];
    struct error err = {0};
    double a[24], b[24];
    cr_assert_eq(ridge_solve(&x, &e.y.y, tiny, 3, &mem, w, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_eq(ridge_solve(&two, &e.y.y, none, 1, &mem, least, &err), STATUS_OK);
    ridge_predict(&w[2], &x, a);
    ridge_predict(least, &two, b);
    for (size_t i = 0; i < 24; i++)
        cr_assert_float_eq(a[i], b[i], 1e-2);
    arena_release(&mem);
}

Test(ridge, products_that_overflow_are_refused)
{
    struct arena mem = {0};
    const double alpha[] = {1};
    struct ridge_weights w[1];
    for (size_t n = 2; n <= 20; n += 18) { // dual and primal
        struct example e = example_with(&mem, n, 3, 1, 1, 1e200);
        struct error err = {0};
        cr_assert_eq(ridge_solve(&e.x, &e.y.y, alpha, 1, &mem, w, &err), STATUS_INPUT);
        cr_assert_str_eq(err.message,
                         "the columns are too large for ridge: their products overflow");
    }
    arena_release(&mem);
}

Test(ridge, regression_on_several_targets_is_refused)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 9, 3);
    struct fit_context context = example_context(&mem, 1);
    struct target targets = {.y = {.n = 9, .p = 2, .col = e.x.col}};
    for (size_t i = 0; i < 2; i++) {
        const struct step *s = step_find(i ? "mean" : "ridge");
        struct error err = {0};
        void *state;
        cr_assert_eq(step_fit(s, s->defaults, &e.x, &targets, &context, &state, &err),
                     STATUS_INPUT);
        cr_assert_str_eq(
            err.message,
            arena_format(&mem, "%s learns one target column, found 2", s->name));
    }
    arena_release(&mem);
}
