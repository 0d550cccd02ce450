#include <criterion/criterion.h>

#include "help/example.h"
#include "steps/polynomial.h"

/* PolynomialFeatures(3).fit(…).get_feature_names_out(["a", "b"]), and 2 of three
 * columns */
static const char *const cubic[] = {"1",   "a",   "b",     "a^2",   "a b",
                                    "b^2", "a^3", "a^2 b", "a b^2", "b^3"};
static const char *const square[] = {"1",   "a",   "b",   "c",   "a^2",
                                     "a b", "a c", "b^2", "b c", "c^2"};

Test(polynomial, monomials_have_scikit_learns_order_and_names)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 9, 3);
    struct matrix two = e.x;
    two.p = 2;
    struct matrix a = polynomial_expand(&two, 3, &mem),
                  b = polynomial_expand(&e.x, 2, &mem);
    cr_assert_eq(a.p, 10);
    cr_assert_eq(b.p, 10);
    for (size_t t = 0; t < 10; t++) {
        cr_assert_str_eq(a.name[t], cubic[t]);
        cr_assert_str_eq(b.name[t], square[t]);
    }
    for (size_t i = 0; i < 9; i++) {
        double u = e.x.col[0][i], v = e.x.col[1][i];
        cr_assert_eq(a.col[0][i], 1);
        cr_assert_eq(a.col[2][i], v);
        cr_assert_eq(a.col[7][i], u * (u * v));
        cr_assert_eq(a.col[9][i], v * (v * v));
    }
    arena_release(&mem);
}

static const struct {
    size_t p, degree, terms;
} counts[] = {{3, 1, 4},         {1, 10, 11},       {10, 7, 19448},
              {10, 8, 20001},    {141, 2, 10153},   {141, 3, 20001},
              {19999, 1, 20000}, {20000, 1, 20001}, {1000000, 10, 20001},
              {0, 5, 1},         {5, 0, 1}};

Test(polynomial, monomials_are_counted_up_to_the_cap)
{
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        cr_assert_eq(polynomial_terms(counts[i].p, counts[i].degree), counts[i].terms,
                     "row %zu", i);
}

Test(polynomial, too_many_monomials_are_refused_with_what_to_lower)
{
    struct polynomial_params params = {.degree = 3};
    struct error err = {0};
    struct shape in = {.p = 141}, out;
    cr_assert_eq(step_find("polynomial")->width(&params, &in, &out, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message,
                     "degree 3 of 141 columns makes more than 20000 columns");
    cr_assert_str_eq(err.loc.field, "polynomial.degree");
    cr_assert_str_eq(
        err.hint, "lower polynomial.degree, or keep fewer columns before it (select.k)");
}
