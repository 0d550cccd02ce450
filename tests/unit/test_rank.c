#include <criterion/criterion.h>

#include <math.h>

#include "base/rng.h"
#include "help/example.h"
#include "steps/linalg.h"
#include "steps/rank.h"

/* scikit-learn 1.9.1 on the example of 24 rows and 6 columns */
static const double sklearn_f[] = {45.454807216938,    3.772484632521378,
                                   7.2693935728613726, 0.3160549195612173,
                                   1.5562140829493067, 0.009028312370620763};
static const double sklearn_mutual[] = {0.6737581786785085,  0.4102389262805797,
                                        0.20675932105465034, 0.0,
                                        0.07313241555274508, 0.0};

Test(rank, f_scores_are_scikit_learns)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    double score[6];
    rank_f_score(&e.x, e.y.y.col[0], score);
    for (size_t c = 0; c < 6; c++)
        cr_assert_float_eq(score[c], sklearn_f[c], 1e-11, "%zu: %.17g", c, score[c]);
    arena_release(&mem);
}

Test(rank, mutual_information_is_scikit_learns_without_noise)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    double score[6];
    rank_mutual_information(&e.x, e.y.y.col[0], score);
    for (size_t c = 0; c < 6; c++)
        cr_assert_float_eq(score[c], sklearn_mutual[c], 1e-14, "%zu: %.17g", c, score[c]);
    arena_release(&mem);
}

Test(rank, f_scores_of_constant_and_equal_columns_are_nothing_and_infinite)
{
    double constant[] = {3, 3, 3, 3}, y[] = {1, 2, 3, 5}, twice[] = {2, 4, 6, 10},
           score[2];
    const double *col[] = {constant, twice};
    struct matrix x = {.n = 4, .p = 2, .col = col};
    rank_f_score(&x, y, score);
    cr_assert_eq(score[0], 0);
    cr_assert_eq(score[1], INFINITY);
    rank_f_score(&x, constant, score);
    cr_assert_eq(score[0], 0);
    cr_assert_eq(score[1], 0);
}

/* psi(m) + gamma */
/* Of three times 0.1 the mean is rounded, and what is left correlates with anything. */
Test(rank, a_constant_column_whose_mean_is_rounded_tells_nothing)
{
    const double tenth[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, y[] = {1, 2, 3, 5, 8, 13};
    const double *const col[] = {tenth, y};
    struct matrix x = {.n = 6, .p = 2, .col = col};
    double score[2];
    rank_f_score(&x, y, score);
    cr_assert_eq(score[0], 0);
    rank_f_score(&x, tenth, score);
    cr_assert(score[0] == 0 && score[1] == 0);
}

static double harmonic(size_t m)
{
    double h = 0;
    for (size_t i = 1; i < m; i++)
        h += 1 / (double)i;
    return h;
}

/* The definition, row by row, on values that are scaled already. */
static double by_definition(const double *x, const double *y, size_t n, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double nearest[3] = {INFINITY, INFINITY, INFINITY};
        for (size_t j = 0; j < n; j++) {
            double d = fmax(fabs(x[i] - x[j]), fabs(y[i] - y[j]));
            if (j == i)
                continue;
            for (size_t q = 0; q < 3; q++) {
                double larger = fmax(nearest[q], d);
                nearest[q] = fmin(nearest[q], d);
                d = larger;
            }
        }
        double r = nextafter(nearest[k - 1], 0);
        size_t nx = 0, ny = 0;
        for (size_t j = 0; j < n; j++) {
            nx += fabs(x[i] - x[j]) <= r;
            ny += fabs(y[i] - y[j]) <= r;
        }
        sum += harmonic(nx) + harmonic(ny);
    }
    return fmax(0, harmonic(n) + harmonic(k) - sum / (double)n);
}

/* Divided by the deviation, by the sums that rank.c takes, so that ties are the same. */
static double *scaled(struct arena *mem, const double *x, size_t n)
{
    double *s = ARENA_ARRAY(mem, double, n);
    linalg_centre(x, n, s);
    double std = sqrt(linalg_dot(s, s, n) / (double)n);
    for (size_t i = 0; i < n; i++)
        s[i] = std > 0 ? x[i] / std : x[i];
    return s;
}

enum { KINDS = 5 };

/* A column of that kind: reals, few values, mostly zero, constant, the rows' numbers. */
static void fill(double *x, size_t n, size_t kind, struct rng *r)
{
    for (size_t i = 0; i < n; i++) {
        double u = rng_real(r);
        const double value[KINDS] = {u, (double)rng_below(r, 4), u < 0.6 ? 0 : u, 7,
                                     (double)i};
        x[i] = value[kind];
    }
}

/* Sizes on both sides of the bound between the two ways of counting. */
Test(rank, both_ways_of_counting_keep_to_the_definition)
{
    static const size_t sizes[] = {2, 3, 4, 5, 39, 40, 127, 128, 129, 200, 331};
    struct arena mem = {0};
    struct rng r;
    rng_seed(&r, 7, "rank");
    for (size_t q = 0; q < sizeof sizes / sizeof *sizes; q++) {
        size_t n = sizes[q], k = n - 1 < 3 ? n - 1 : 3;
        for (size_t kind = 0; kind < KINDS * KINDS; kind++) {
            double **col, score;
            struct matrix m = matrix_new(&mem, n, 2, NULL, &col);
            fill(col[0], n, kind % KINDS, &r);
            fill(col[1], n, kind / KINDS, &r);
            m.p = 1;
            rank_mutual_information(&m, col[1], &score);
            double want =
                by_definition(scaled(&mem, col[0], n), scaled(&mem, col[1], n), n, k);
            cr_assert_float_eq(score, want, 1e-12, "n %zu kind %zu: %.17g %.17g", n, kind,
                               score, want);
        }
    }
    arena_release(&mem);
}

/* Values without ties, so that another order of the sums cannot turn one. */
static struct matrix reals(struct arena *mem, size_t n, double ***ret_cols)
{
    struct rng r;
    struct matrix x = matrix_new(mem, n, 2, NULL, ret_cols);
    rng_seed(&r, 11, "reals");
    for (size_t i = 0; i < n; i++) {
        (*ret_cols)[0][i] = rng_real(&r);
        (*ret_cols)[1][i] = (*ret_cols)[0][i] + rng_real(&r);
    }
    return x;
}

Test(rank, scores_do_not_depend_on_units_or_on_the_order_of_rows)
{
    static const size_t sizes[] = {50, 300};
    struct arena mem = {0};
    for (size_t q = 0; q < 2; q++) {
        size_t n = sizes[q];
        double **a, **b, one[2], other[2];
        struct matrix x = reals(&mem, n, &a), turned = reals(&mem, n, &b);
        x.p = turned.p = 1;
        for (size_t i = 0; i < n; i++) {
            b[0][i] = 3 - 7 * a[0][n - 1 - i];
            b[1][i] = a[1][n - 1 - i] / 1000;
        }
        rank_mutual_information(&x, a[1], &one[0]);
        rank_mutual_information(&turned, b[1], &other[0]);
        cr_assert_gt(one[0], 0.1);
        cr_assert_float_eq(one[0], other[0], 1e-12);
        rank_f_score(&x, a[1], &one[1]);
        rank_f_score(&turned, b[1], &other[1]);
        cr_assert_float_eq(one[1], other[1], 1e-9 * one[1]);
    }
    arena_release(&mem);
}

Test(rank, a_column_that_is_the_target_beats_all_others)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 200, 3);
    const double *col[] = {e.x.col[0], e.x.col[1], e.y.y.col[0]};
    struct matrix x = {.n = 200, .p = 3, .col = col};
    double score[3];
    size_t order[3];
    rank_mutual_information(&x, e.y.y.col[0], score);
    rank_order(score, 3, order);
    cr_assert_eq(order[0], 2);
    cr_assert_gt(score[2], 3);
    arena_release(&mem);
}

Test(rank, values_whose_variance_overflows_tell_what_they_tell)
{
    double huge[6], tiny[6]; // the second is none to scikit-learn's scale
    const double x[] = {1, -1, 1.5, -0.5, 0.25, 0}, y[] = {1, 2, 3, 4, 5, 7};
    for (size_t i = 0; i < 6; i++) {
        huge[i] = ldexp(x[i], 1023);
        tiny[i] = ldexp(x[i], -1000);
    }
    const double *const col[] = {x, huge, tiny}, *const target[] = {y};
    struct matrix all = {.n = 6, .p = 3, .col = col},
                  one = {.n = 6, .p = 1, .col = target};
    double score[3], other[2];
    rank_f_score(&all, y, score);
    cr_assert(score[0] > 0 && score[1] == score[0] && score[2] == score[0]);
    rank_mutual_information(&all, y, score);
    cr_assert_eq(score[1], score[0]);
    rank_f_score(&one, x, &other[0]);
    rank_f_score(&one, huge, &other[1]);
    cr_assert_eq(other[0], other[1]);
}

Test(rank, one_row_tells_nothing)
{
    const double x[] = {3}, y[] = {1}, *const col[] = {x};
    struct matrix one = {.n = 1, .p = 1, .col = col};
    double score = 7;
    rank_mutual_information(&one, y, &score);
    cr_assert_eq(score, 0);
    score = 7;
    rank_f_score(&one, y, &score);
    cr_assert_eq(score, 0);
}

Test(rank, on_equal_scores_the_higher_column_comes_first_and_nan_last)
{
    const double score[] = {1, NAN, 2, 1, INFINITY, 1, 0, NAN};
    static const size_t want[] = {4, 2, 5, 3, 0, 6, 7, 1};
    size_t order[8];
    rank_order(score, 8, order);
    cr_assert_arr_eq(order, want, sizeof want);
}
