/* With b given, phi and c are a regression of the errors on their lags; with phi given, b
 * and c are one of the filtered y on the filtered columns.  In turns each takes the sum of
 * squares down, to where both agree. */
#include "forecast/dynamic_regression.h"

#include <math.h>
#include <string.h>

#include "base/vector.h"

enum { MOST = 16, TURNS = 1000 };
_Static_assert(MOST >= DYNAMIC_COLUMNS_MOST && MOST >= DYNAMIC_ORDER_MOST,
               "room for either regression");

/* A regression of y on a constant and so many columns, all of n rows. */
struct plain_regression {
    size_t n, columns;
    const double *y, *x[MOST];
    double constant, weight[MOST];
    double a[MOST][MOST]; // lower triangle
    double own[MOST];     // its diagonal as it was
};

static double mean(const double *x, size_t n)
{
    double sum = 0;
    for (size_t t = 0; t < n; t++)
        sum += x[t];
    return sum / (double)n;
}

/* Products around the means, which are right also where the level is high. */
static void multiply(struct plain_regression *r, double *centred)
{
    size_t n = r->n, p = r->columns;
    for (size_t j = 0; j <= p; j++) {
        const double *from = j < p ? r->x[j] : r->y;
        double middle = mean(from, n);
        for (size_t t = 0; t < n; t++)
            centred[j * n + t] = from[t] - middle;
    }
    for (size_t i = 0; i < p; i++) {
        const double *row = centred + i * n;
        for (size_t j = 0; j <= i; j++)
            r->a[i][j] = vector_dot(row, centred + j * n, n);
        r->own[i] = r->a[i][i];
        r->weight[i] = vector_dot(row, centred + p * n, n);
    }
}

/* Cholesky; a column that depends on those before it gets the weight 0. */
static void solve(struct plain_regression *r)
{
    bool says[MOST] = {false};
    for (size_t i = 0; i < r->columns; i++) {
        for (size_t j = 0; j < i; j++) {
            for (size_t k = 0; k < j; k++)
                r->a[i][j] -= r->a[i][k] * r->a[j][k];
            r->a[i][j] = says[j] ? r->a[i][j] / r->a[j][j] : 0;
            r->a[i][i] -= r->a[i][j] * r->a[i][j];
            r->weight[i] -= r->a[i][j] * r->weight[j];
        }
        says[i] = r->a[i][i] > 1e-12 * r->own[i];
        r->a[i][i] = says[i] ? sqrt(r->a[i][i]) : 0;
        r->weight[i] = says[i] ? r->weight[i] / r->a[i][i] : 0;
    }
    for (size_t i = r->columns; i-- > 0;) {
        for (size_t k = i + 1; k < r->columns; k++)
            r->weight[i] -= r->a[k][i] * r->weight[k];
        r->weight[i] = says[i] ? r->weight[i] / r->a[i][i] : 0;
    }
}

static void regress(struct plain_regression *r, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    double *centred = ARENA_ARRAY(scratch, double, (r->columns + 1) * r->n);
    multiply(r, centred);
    solve(r);
    r->constant = mean(r->y, r->n);
    for (size_t j = 0; j < r->columns; j++)
        r->constant -= r->weight[j] * mean(r->x[j], r->n);
    arena_rewind(scratch, mark);
}

size_t dynamic_regression_least(size_t columns, size_t order)
{
    return columns + 2 * order + 2;
}

/* u[t], what the columns leave of y. */
static void leave(const struct dynamic_regression *d, const double *y,
                  const double *const *x, size_t n, double *ret)
{
    memcpy(ret, y, n * sizeof *ret);
    for (size_t j = 0; j < d->columns; j++)
        for (size_t t = 0; t < n; t++)
            ret[t] -= d->weight[j] * x[j][t];
}

/* x[t] less what its lags say, from step `order` on. */
static void filter(const struct dynamic_regression *d, const double *x, size_t n,
                   double *ret)
{
    for (size_t t = d->order; t < n; t++) {
        double sum = x[t];
        for (size_t i = 0; i < d->order; i++)
            sum -= d->phi[i] * x[t - 1 - i];
        ret[t - d->order] = sum;
    }
}

/* phi and c of the errors u. */
static void fit_errors(struct dynamic_regression *d, const double *u, size_t n,
                       struct arena *scratch)
{
    struct plain_regression r = {
        .n = n - d->order, .columns = d->order, .y = u + d->order};
    for (size_t i = 0; i < d->order; i++)
        r.x[i] = u + d->order - 1 - i;
    regress(&r, scratch);
    d->constant = r.constant;
    memcpy(d->phi, r.weight, d->order * sizeof *d->phi);
}

/* b and c with the phi there is; filtered: [columns + 1][n]. */
static void fit_weights(struct dynamic_regression *d, const double *y,
                        const double *const *x, size_t n, double *filtered,
                        struct arena *scratch)
{
    struct plain_regression r = {
        .n = n - d->order, .columns = d->columns, .y = filtered + d->columns * n};
    for (size_t j = 0; j < d->columns; j++) {
        r.x[j] = filtered + j * n;
        filter(d, x[j], n, filtered + j * n);
    }
    filter(d, y, n, filtered + d->columns * n);
    regress(&r, scratch);
    d->constant = r.constant;
    memcpy(d->weight, r.weight, d->columns * sizeof *d->weight);
}

/* The sum of e^2; errors: [n]. */
static double squares(const struct dynamic_regression *d, const double *u, size_t n,
                      double *errors)
{
    filter(d, u, n, errors);
    for (size_t t = 0; t < n - d->order; t++)
        errors[t] -= d->constant;
    return vector_dot(errors, errors, n - d->order);
}

bool dynamic_regression_fit(const double *y, const double *const *x, size_t n,
                            struct arena *scratch, struct dynamic_regression *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    struct dynamic_regression *d = ret;
    double *u = ARENA_ARRAY(scratch, double, n);
    double *filtered = ARENA_ARRAY(scratch, double, (d->columns + 1) * n);
    double before = INFINITY, sum = INFINITY;
    memset(d->phi, 0, sizeof d->phi);
    for (size_t turn = 0; turn < TURNS; turn++) {
        fit_weights(d, y, x, n, filtered, scratch);
        leave(d, y, x, n, u);
        fit_errors(d, u, n, scratch);
        sum = squares(d, u, n, filtered);
        if (!(sum < before * (1 - 1e-15)))
            break;
        before = sum;
    }
    arena_rewind(scratch, mark);
    return isfinite(sum);
}

void dynamic_regression_forecast(const struct dynamic_regression *d, const double *y,
                                 const double *const *x, size_t n, size_t horizon,
                                 struct arena *scratch, double *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t q = d->order;
    double *u = ARENA_ARRAY(scratch, double, q + horizon);
    const double *last[DYNAMIC_COLUMNS_MOST] = {NULL};
    for (size_t j = 0; j < d->columns; j++)
        last[j] = x[j] + n - q;
    leave(d, y + n - q, last, q, u);
    for (size_t h = 0; h < horizon; h++) {
        u[q + h] = d->constant;
        for (size_t i = 0; i < q; i++)
            u[q + h] += d->phi[i] * u[q + h - 1 - i];
        ret[h] = u[q + h];
        for (size_t j = 0; j < d->columns; j++)
            ret[h] += d->weight[j] * x[j][n + h];
    }
    arena_rewind(scratch, mark);
}
