#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"
#include "base/twofold.h"
#include "help/strd.h"
#include "steps/least_squares.h"

#define MOST 100 // rows

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(least_squares, .fini = release);

/* One of NIST's linear sets, with the least digits of its coefficients and standard
 * errors: what exact arithmetic on the data as doubles gives, within a tenth, and so
 * never below what modified Gram-Schmidt in long double reaches. */
struct set {
    char name[12];
    size_t degree; // of the polynomial in x; 0: the columns as they are
    double least, least_error;
};

static const struct set sets[] = {
    {"Norris", 1, 14.0, 13.9}, {"Pontius", 2, 13.5, 13.7}, {"NoInt1", 0, 14.7, 15},
    {"NoInt2", 0, 15, 14.9},   {"Filip", 10, 7.8, 8.4},    {"Longley", 0, 14.6, 14.8},
    {"Wampler1", 5, 15, 15},   {"Wampler2", 5, 13.2, 15},  {"Wampler3", 5, 15, 14.4},
    {"Wampler4", 5, 15, 14.4}, {"Wampler5", 5, 15, 14.4},
};

static const struct set *set_named(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(sets); i++)
        if (strcmp(sets[i].name, name) == 0)
            return &sets[i];
    return NULL;
}

static void expect_digits(const char *set, const char *what, double found,
                          double certified, double least)
{
    double digits = strd_digits(found, certified);
    cr_assert_geq(digits, least, "%s %s: %.17g has %.2f digits, not %.1f", set, what,
                  found, digits, least);
}

static double digits_of(const double *found, const double *certified, size_t n)
{
    double least = 15;
    for (size_t i = 0; i < n; i++)
        least = fmin(least, strd_digits(found[i], certified[i]));
    return least;
}

/* The columns of a set: ones where it has an intercept, then powers of x or the
 * predictors. */
static struct matrix design(const struct strd *s, size_t degree)
{
    double **col;
    size_t terms = degree > 0 ? degree : s->columns - 1, first = s->intercept ? 1 : 0;
    struct matrix x = matrix_new(&mem, s->rows, terms + first, NULL, &col);
    for (size_t i = 0; i < s->rows; i++) {
        double power = 1;
        if (s->intercept)
            col[0][i] = 1;
        for (size_t k = 0; k < terms; k++) {
            power *= s->data[1][i];
            col[first + k][i] = degree > 0 ? power : s->data[1 + k][i];
        }
    }
    return x;
}

static void expect_set(const struct set *set, const struct strd *s)
{
    struct error err;
    struct least_squares fit;
    struct matrix x = design(s, set->degree);
    cr_assert_eq(x.p, s->parameters);
    enum status status = least_squares_fit(&x, s->data[0], &mem, &fit, &err);
    cr_assert_eq(status, STATUS_OK, "%s: %s", set->name, err.message);
    double digits = digits_of(fit.coefficient, s->coefficient, fit.p);
    double of_errors = digits_of(fit.standard_error, s->error, fit.p);
    cr_log_info("%s: coefficients %.1f, standard errors %.1f, residual %.1f, R2 %.1f",
                set->name, digits, of_errors,
                strd_digits(fit.residual_std, s->residual_std),
                strd_digits(fit.r2, s->r2));
    cr_assert_geq(digits, set->least, "%s: %.2f digits", set->name, digits);
    cr_assert_geq(of_errors, set->least_error, "%s: errors have %.2f digits", set->name,
                  of_errors);
    double of_rest = fmin(set->least_error, 13.1);
    expect_digits(set->name, "residual", fit.residual_std, s->residual_std, of_rest);
    expect_digits(set->name, "R2", fit.r2, s->r2, of_rest);
}

ParameterizedTestParameters(least_squares, nist_sets_reach_their_digits)
{
    static size_t index[COUNT_OF(sets)];
    for (size_t i = 0; i < COUNT_OF(sets); i++)
        index[i] = i;
    return cr_make_param_array(size_t, index, COUNT_OF(sets));
}

ParameterizedTest(size_t *index, least_squares, nist_sets_reach_their_digits,
                  .fini = release)
{
    const struct strd *s = strd_read(sets[*index].name);
    if (!s)
        cr_skip_test("no shared data: corpora/nist-strd");
    expect_set(&sets[*index], s);
}

/* The same for sets that are short or given by a formula, without the files. */

static struct strd own;

Test(least_squares, norris_reaches_its_digits)
{
    static const double yx[][2] = {
        {0.1, 0.2},     {338.8, 337.4}, {118.1, 118.2}, {888.0, 884.6}, {9.2, 10.1},
        {228.1, 226.5}, {668.5, 666.3}, {998.5, 996.3}, {449.1, 448.6}, {778.9, 777.0},
        {559.2, 558.2}, {0.3, 0.4},     {0.1, 0.6},     {778.1, 775.5}, {668.8, 666.9},
        {339.3, 338.0}, {448.9, 447.5}, {10.8, 11.6},   {557.7, 556.0}, {228.3, 228.1},
        {998.0, 995.8}, {888.8, 887.6}, {119.6, 120.2}, {0.3, 0.3},     {0.6, 0.3},
        {557.6, 556.8}, {339.3, 339.1}, {888.0, 887.2}, {998.5, 999.0}, {778.9, 779.0},
        {10.2, 11.1},   {117.6, 118.3}, {228.9, 229.2}, {668.4, 669.1}, {449.2, 448.9},
        {0.2, 0.5}};
    own = (struct strd){.rows = 36,
                        .columns = 2,
                        .parameters = 2,
                        .intercept = 1,
                        .coefficient = {-0.262323073774029, 1.00211681802045},
                        .error = {0.232818234301152, 0.429796848199937e-3},
                        .residual_std = 0.884796396144373,
                        .r2 = 0.999993745883712};
    for (size_t i = 0; i < 36; i++) {
        own.data[0][i] = yx[i][0];
        own.data[1][i] = yx[i][1];
    }
    expect_set(set_named("Norris"), &own);
}

Test(least_squares, longley_reaches_its_digits)
{
    static const double rows[16][7] = {{60323, 83.0, 234289, 2356, 1590, 107608, 1947},
                                       {61122, 88.5, 259426, 2325, 1456, 108632, 1948},
                                       {60171, 88.2, 258054, 3682, 1616, 109773, 1949},
                                       {61187, 89.5, 284599, 3351, 1650, 110929, 1950},
                                       {63221, 96.2, 328975, 2099, 3099, 112075, 1951},
                                       {63639, 98.1, 346999, 1932, 3594, 113270, 1952},
                                       {64989, 99.0, 365385, 1870, 3547, 115094, 1953},
                                       {63761, 100.0, 363112, 3578, 3350, 116219, 1954},
                                       {66019, 101.2, 397469, 2904, 3048, 117388, 1955},
                                       {67857, 104.6, 419180, 2822, 2857, 118734, 1956},
                                       {68169, 108.4, 442769, 2936, 2798, 120445, 1957},
                                       {66513, 110.8, 444546, 4681, 2637, 121950, 1958},
                                       {68655, 112.6, 482704, 3813, 2552, 123366, 1959},
                                       {69564, 114.2, 502601, 3931, 2514, 125368, 1960},
                                       {69331, 115.7, 518173, 4806, 2572, 127852, 1961},
                                       {70551, 116.9, 554894, 4007, 2827, 130081, 1962}};
    own = (struct strd){.rows = 16,
                        .columns = 7,
                        .parameters = 7,
                        .intercept = 1,
                        .coefficient = {-3482258.63459582, 15.0618722713733,
                                        -0.358191792925910e-1, -2.02022980381683,
                                        -1.03322686717359, -0.511041056535807e-1,
                                        1829.15146461355},
                        .error = {890420.383607373, 84.9149257747669,
                                  0.334910077722432e-1, 0.488399681651699,
                                  0.214274163161675, 0.226073200069370, 455.478499142212},
                        .residual_std = 304.854073561965,
                        .r2 = 0.995479004577296};
    for (size_t i = 0; i < 16; i++)
        for (size_t c = 0; c < 7; c++)
            own.data[c][i] = rows[i][c];
    expect_set(set_named("Longley"), &own);
}

/* NIST's: y = 60 … 70 plus 70; y = 3, 4, 4 on x = 4, 5, 6. */
Test(least_squares, noint1_and_noint2_reach_their_digits)
{
    own = (struct strd){.rows = 11,
                        .columns = 2,
                        .parameters = 1,
                        .coefficient = {2.07438016528926},
                        .error = {0.165289256198347e-1},
                        .residual_std = 3.56753034006338,
                        .r2 = 0.999365492298663};
    for (size_t i = 0; i < 11; i++) {
        own.data[0][i] = 130 + (double)i;
        own.data[1][i] = 60 + (double)i;
    }
    expect_set(set_named("NoInt1"), &own);
    own = (struct strd){.rows = 3,
                        .columns = 2,
                        .data = {{3, 4, 4}, {4, 5, 6}},
                        .parameters = 1,
                        .coefficient = {0.727272727272727},
                        .error = {0.420827318078432e-1},
                        .residual_std = 0.369274472937998,
                        .r2 = 0.993348115299335};
    expect_set(set_named("NoInt2"), &own);
}

/* The polynomial 1 + x + … + x^5 on 0 … 20, plus noise that is orthogonal to it. */
static void make_wampler(double noise)
{
    static const double around[] = {759,  -2048, 2048, -2048, 2523, -2048,
                                    2048, -2048, 1838, -2048, 2048};
    static const double error_of_4[] = {215232.624678170, 236355.173469681,
                                        77934.3524331583, 10147.5507550350,
                                        564.566512170752, 11.2324854679312};
    own = (struct strd){.rows = 21,
                        .columns = 2,
                        .parameters = 6,
                        .intercept = 1,
                        .residual_std = 236014.502379268 * noise / 100};
    for (size_t i = 0; i < 21; i++) {
        double x = (double)i;
        own.data[0][i] = 1 + x * (1 + x * (1 + x * (1 + x * (1 + x)))) +
                         noise * around[i < 11 ? i : 20 - i];
        own.data[1][i] = x;
    }
    for (size_t k = 0; k < 6; k++) {
        own.coefficient[k] = 1;
        own.error[k] = error_of_4[k] * noise / 100;
    }
}

Test(least_squares, wamplers_1_3_4_5_reach_their_digits)
{
    make_wampler(0);
    own.r2 = 1;
    expect_set(set_named("Wampler1"), &own);
    make_wampler(1);
    own.r2 = 0.999995559025820;
    expect_set(set_named("Wampler3"), &own);
    make_wampler(100);
    own.r2 = 0.957478440825662;
    expect_set(set_named("Wampler4"), &own);
    make_wampler(10000);
    own.r2 = 0.224668921574940e-2;
    expect_set(set_named("Wampler5"), &own);
}

static struct matrix small(double *const *col, size_t n, size_t p,
                           const char *const *name)
{
    return (struct matrix){
        .n = n, .p = p, .col = (const double *const *)col, .name = name};
}

static double ones[] = {1, 1, 1, 1, 1}, ramp[] = {1, 2, 3, 4, 5},
              bent[] = {1, 4, 9, 16, 25};
static const double target[] = {2, 3, 7, 8, 15};

static struct least_squares fit_well(const struct matrix *x, const double *y)
{
    struct error err;
    struct least_squares fit;
    enum status status = least_squares_fit(x, y, &mem, &fit, &err);
    cr_assert_eq(status, STATUS_OK, "%s", err.message);
    return fit;
}

Test(least_squares, row_order_does_not_change_the_fit)
{
    double r[] = {3, 1, 5, 2, 4}, b[] = {9, 1, 25, 4, 16}, y[] = {7, 2, 15, 3, 8};
    struct matrix x = small((double *[]){ones, ramp, bent}, 5, 3, NULL);
    struct matrix mixed = small((double *[]){ones, r, b}, 5, 3, NULL);
    struct least_squares one = fit_well(&x, target), two = fit_well(&mixed, y);
    for (size_t k = 0; k < 3; k++)
        cr_assert_geq(strd_digits(two.coefficient[k], one.coefficient[k]), 15, "%zu", k);
}

Test(least_squares, scaling_the_target_scales_the_coefficients)
{
    double y[5];
    for (size_t i = 0; i < 5; i++)
        y[i] = 8 * target[i];
    struct matrix x = small((double *[]){ones, ramp}, 5, 2, NULL);
    struct least_squares one = fit_well(&x, target), two = fit_well(&x, y);
    for (size_t k = 0; k < 2; k++) {
        cr_assert_eq(two.coefficient[k], 8 * one.coefficient[k]);
        cr_assert_eq(two.standard_error[k], 8 * one.standard_error[k]);
    }
    cr_assert_eq(two.residual_std, 8 * one.residual_std);
    cr_assert_eq(two.r2, one.r2);
}

Test(least_squares, magnitudes_far_from_one_are_no_matter)
{
    double huge[5], tiny[5];
    for (size_t i = 0; i < 5; i++) {
        huge[i] = ldexp(ramp[i], 1015);
        tiny[i] = ldexp(target[i], -1000);
    }
    struct matrix plain = small((double *[]){ones, ramp}, 5, 2, NULL);
    struct matrix x = small((double *[]){ones, huge}, 5, 2, NULL);
    struct least_squares one = fit_well(&plain, target), two = fit_well(&x, target);
    cr_assert_eq(two.coefficient[1], ldexp(one.coefficient[1], -1015));
    cr_assert_eq(two.r2, one.r2);
    two = fit_well(&plain, tiny);
    cr_assert_eq(two.coefficient[1], ldexp(one.coefficient[1], -1000));
}

Test(least_squares, as_many_rows_as_coefficients_leave_no_errors)
{
    struct matrix x = small((double *[]){ones, ramp}, 2, 2, NULL);
    struct least_squares fit = fit_well(&x, target);
    cr_assert_eq(fit.coefficient[0], 1);
    cr_assert_eq(fit.coefficient[1], 1);
    cr_assert(isnan(fit.standard_error[0]) && isnan(fit.residual_std));
    cr_assert_eq(fit.r2, 1);
}

Test(least_squares, a_target_without_variance_has_nothing_to_explain)
{
    const double same[] = {4, 4, 4, 4, 4};
    struct matrix x = small((double *[]){ones, ramp}, 5, 2, NULL);
    struct least_squares fit = fit_well(&x, same);
    cr_assert_eq(fit.coefficient[0], 4);
    cr_assert_eq(fit.coefficient[1], 0);
    cr_assert(isnan(fit.r2));
    x = small((double *[]){ramp}, 5, 1, NULL);
    cr_assert_not(isnan(fit_well(&x, same).r2),
                  "without a constant column it is about 0");
}

static void expect_refusal(const struct matrix *x, const double *y, const char *field,
                           const char *message)
{
    struct error err = {0};
    struct least_squares fit = {.p = 77};
    cr_assert_eq(least_squares_fit(x, y, &mem, &fit, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, message);
    cr_assert_str_eq(err.loc.field, field);
    cr_assert_eq(fit.p, 77, "the result is untouched");
}

Test(least_squares, what_cannot_be_fitted_is_refused_by_name)
{
    const char *names[] = {"one", "price", "sum"};
    double sum[] = {1.1, 2.1, 3.1, 4.1, 5.1}, zero[5] = {0}, gap[] = {1, 2, NAN, 4, 5};
    struct matrix x = small((double *[]){ones, ramp, sum}, 5, 3, names);
    expect_refusal(&x, target, "sum", "the column depends on those before it");
    x = small((double *[]){ones, zero}, 5, 2, NULL);
    expect_refusal(&x, target, "2", "the column depends on those before it");
    x = small((double *[]){ones, gap}, 5, 2, names);
    expect_refusal(&x, target, "price", "the value in row 3 is missing or infinite");
    x = small((double *[]){ones, ramp}, 5, 2, names);
    expect_refusal(&x, gap, "the target", "the value in row 3 is missing or infinite");
    x = small((double *[]){ones, ramp, bent}, 2, 3, names);
    expect_refusal(&x, target, "", "cannot fit 3 coefficients to 2 rows");
    x = small(NULL, 5, 0, names);
    expect_refusal(&x, target, "", "cannot fit 0 coefficients to 5 rows");
}

Test(least_squares, twofold_numbers_keep_what_doubles_drop)
{
    struct twofold third = twofold_divide(twofold_of(1), twofold_of(3));
    struct twofold one = twofold_multiply(third, twofold_of(3));
    struct twofold rest = twofold_subtract(one, twofold_of(1));
    cr_assert_leq(fabs(twofold_value(rest)), 0x1p-104);
    struct twofold big = twofold_add(twofold_of(1e16), twofold_of(1));
    cr_assert_eq(twofold_value(twofold_subtract(big, twofold_of(1e16))), 1);
    struct twofold square = twofold_product(0x1p30 + 1, 0x1p30 + 1);
    cr_assert_eq(square.high, 0x1p60 + 0x1p31);
    cr_assert_eq(square.low, 1);
}
