/* Least squares by modified Gram-Schmidt without roots, in twofold precision.
 *
 * Björck 1967, "Solving linear least squares problems by Gram-Schmidt orthogonalization"
 * (BIT 7, 1-21): the columns of X, and y behind them, are made orthogonal one after
 * another.  With q_k the rest of column k and d_k = q_k'q_k, X = Q R, R unit upper
 * triangular; y's rest is the residual, its projections z solve R b = z backwards, and
 * the variances are those of R^-1 D^-1 R^-T.  Columns are scaled by powers of two first,
 * which rounds nothing and keeps squares in range.  Twice the precision makes
 * re-orthogonalisation unnecessary: what is lost is the square of a double's rounding
 * times the condition number.  Memory: 16 bytes a cell. */
#include "steps/least_squares.h"

#include <math.h>
#include <stdbool.h>

#include "base/twofold.h"

/* A column whose rest is this small against itself may be nothing but the rounding of a
 * few terms that it was added up from, each to half an ulp (2^-53).  NIST's Filip, the
 * worst that is honest, has 2^-24. */
#define DEPENDENT 0x1p-46

struct problem {
    size_t n, p;
    struct twofold **q; // [p + 1][n] the columns and y, scaled; then their rests
    int *exponent;      // [p + 1] of the scale
    struct twofold *d;  // [p + 1] squares of the rests
    struct twofold **r; // [p][p + 1] the last column is z
};

static struct twofold dot(const struct twofold *a, const struct twofold *b, size_t n)
{
    struct twofold s = {0, 0};
    for (size_t i = 0; i < n; i++)
        s = twofold_add(s, twofold_multiply(a[i], b[i]));
    return s;
}

static const char *column_name(const struct matrix *x, size_t k, struct arena *mem)
{
    return x->name && x->name[k] ? x->name[k] : arena_format(mem, "%zu", k + 1);
}

/* Copies n values, divided by the power of two that brings the largest below 1; false
 * when one is missing or infinite, with its place in *ret_row. */
static bool scaled(const double *x, size_t n, struct twofold *ret, int *ret_exponent,
                   size_t *ret_row)
{
    double largest = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i])) {
            *ret_row = i;
            return false;
        }
        largest = fmax(largest, fabs(x[i]));
    }
    (void)frexp(largest, ret_exponent);
    for (size_t i = 0; i < n; i++)
        ret[i] = twofold_of(ldexp(x[i], -*ret_exponent));
    return true;
}

static enum status set_up(const struct matrix *x, const double *y, struct arena *mem,
                          struct problem *ret, struct error *err)
{
    size_t n = x->n, p = x->p, row = 0;
    if (p == 0 || n < p)
        return error_set(err, STATUS_INPUT, "cannot fit %zu coefficients to %zu rows", p,
                         n);
    struct problem s = {.n = n, .p = p};
    s.q = ARENA_ARRAY(mem, struct twofold *, p + 1);
    s.r = ARENA_ARRAY(mem, struct twofold *, p);
    s.exponent = ARENA_ARRAY(mem, int, p + 1);
    s.d = ARENA_ARRAY(mem, struct twofold, p + 1);
    for (size_t k = 0; k <= p; k++) {
        s.q[k] = ARENA_ARRAY(mem, struct twofold, n);
        if (k < p)
            s.r[k] = ARENA_ARRAY(mem, struct twofold, p + 1);
        if (scaled(k < p ? x->col[k] : y, n, s.q[k], &s.exponent[k], &row))
            continue;
        error_set(err, STATUS_INPUT, "the value in row %zu is missing or infinite",
                  row + 1);
        error_field(err, k < p ? column_name(x, k, mem) : "the target");
        return STATUS_INPUT;
    }
    *ret = s;
    return STATUS_OK;
}

/* Takes from column k what lies along the rest of column j. */
static void project_out(struct problem *s, size_t j, size_t k)
{
    struct twofold share = twofold_divide(dot(s->q[j], s->q[k], s->n), s->d[j]);
    s->r[j][k] = share;
    for (size_t i = 0; i < s->n; i++)
        s->q[k][i] = twofold_subtract(s->q[k][i], twofold_multiply(share, s->q[j][i]));
}

static enum status orthogonalise(struct problem *s, const struct matrix *x,
                                 struct arena *mem, struct error *err)
{
    for (size_t k = 0; k <= s->p; k++) {
        double whole = sqrt(twofold_value(dot(s->q[k], s->q[k], s->n)));
        for (size_t j = 0; j < k; j++)
            project_out(s, j, k);
        s->d[k] = dot(s->q[k], s->q[k], s->n);
        if (k == s->p || sqrt(twofold_value(s->d[k])) > DEPENDENT * whole)
            continue;
        error_set(err, STATUS_INPUT, "the column depends on those before it");
        error_field(err, column_name(x, k, mem));
        error_hint(err, "leave it out");
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

/* Solves R b = z from below; b, and the sum over k of (R^-1)_jk^2 / d_k. */
static void solve(const struct problem *s, struct twofold *ret_b, struct twofold *inverse,
                  double *ret_variance)
{
    size_t p = s->p;
    for (size_t j = p; j-- > 0;) {
        ret_b[j] = s->r[j][p];
        for (size_t k = j + 1; k < p; k++)
            ret_b[j] = twofold_subtract(ret_b[j], twofold_multiply(s->r[j][k], ret_b[k]));
    }
    /* Column k of R^-1 gives one term to every variance above it. */
    for (size_t k = 0; k < p; k++) {
        for (size_t j = k + 1; j-- > 0;) {
            struct twofold v = twofold_of(j == k ? 1 : 0);
            for (size_t m = j + 1; m <= k; m++)
                v = twofold_subtract(v, twofold_multiply(s->r[j][m], inverse[m]));
            inverse[j] = v;
            struct twofold term = twofold_divide(twofold_multiply(v, v), s->d[k]);
            ret_variance[j] += twofold_value(term);
        }
    }
}

static bool has_constant_column(const struct matrix *x)
{
    for (size_t k = 0; k < x->p; k++) {
        size_t i = 0;
        while (i < x->n && x->col[k][i] == x->col[k][0])
            i++;
        if (i == x->n)
            return true;
    }
    return false;
}

/* 1 - RSS/TSS. */
static double explained(const struct matrix *x, const double *y, const struct problem *s)
{
    struct twofold mean = {0, 0}, total = {0, 0};
    int shift = -s->exponent[s->p];
    for (size_t i = 0; i < x->n; i++)
        mean = twofold_add(mean, twofold_of(ldexp(y[i], shift)));
    mean = has_constant_column(x) ? twofold_divide(mean, twofold_of((double)x->n))
                                  : twofold_of(0);
    for (size_t i = 0; i < x->n; i++) {
        struct twofold d = twofold_subtract(twofold_of(ldexp(y[i], shift)), mean);
        total = twofold_add(total, twofold_multiply(d, d));
    }
    if (!(total.high > 0))
        return NAN;
    struct twofold share = twofold_divide(s->d[s->p], total);
    return twofold_value(twofold_subtract(twofold_of(1), share));
}

enum status least_squares_fit(const struct matrix *x, const double *y, struct arena *mem,
                              struct least_squares *ret, struct error *err)
{
    size_t n = x->n, p = x->p;
    struct least_squares fit = {.p = p};
    struct arena_mark before = arena_mark(mem);
    fit.coefficient = ARENA_ARRAY(mem, double, p);
    fit.standard_error = ARENA_ARRAY(mem, double, p);
    struct arena_mark results = arena_mark(mem);
    struct problem s = {0};
    enum status status = set_up(x, y, mem, &s, err);
    if (status == STATUS_OK)
        status = orthogonalise(&s, x, mem, err);
    if (status != STATUS_OK) {
        arena_rewind(mem, before);
        return status;
    }
    struct twofold *b = ARENA_ARRAY(mem, struct twofold, p);
    struct twofold *inverse = ARENA_ARRAY(mem, struct twofold, p);
    solve(&s, b, inverse, fit.standard_error);
    int of_y = s.exponent[p];
    double variance = n > p ? twofold_value(s.d[p]) / (double)(n - p) : NAN;
    fit.residual_std = ldexp(sqrt(variance), of_y);
    for (size_t k = 0; k < p; k++) {
        int shift = of_y - s.exponent[k];
        fit.coefficient[k] = ldexp(twofold_value(b[k]), shift);
        fit.standard_error[k] = ldexp(sqrt(variance * fit.standard_error[k]), shift);
    }
    fit.r2 = explained(x, y, &s);
    arena_rewind(mem, results);
    *ret = fit;
    return STATUS_OK;
}
