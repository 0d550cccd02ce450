/* An autoregression by least squares, orders compared on the same rows. */
#include <float.h>
#include <math.h>

#include "base/transcend.h"
#include "forecast/automatic_internal.h"

enum { COLUMNS = AUTOMATIC_ORDER + 1 };

/* Solves A x = b of n rows by Cholesky; false where A is not positive definite. */
static bool solve(double a[COLUMNS][COLUMNS], const double *b, size_t n, double *x)
{
    double l[COLUMNS][COLUMNS];
    for (size_t i = 0; i < n; i++) {
        double sum = b[i];
        for (size_t j = 0; j <= i; j++) {
            double dot = a[i][j];
            for (size_t k = 0; k < j; k++)
                dot -= l[i][k] * l[j][k];
            if (i == j && !(dot > 1e-12 * a[i][i]))
                return false;
            l[i][j] = i == j ? sqrt(dot) : dot / l[j][j];
        }
        for (size_t k = 0; k < i; k++)
            sum -= l[i][k] * x[k];
        x[i] = sum / l[i][i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            x[i] -= l[k][i] * x[k];
        x[i] /= l[i][i];
    }
    return true;
}

/* Sums of products of rows (1, D[t-1], …, D[t-6], D[t]), for t from 6 on. */
static void products(const double *diff, size_t n, double ret[COLUMNS + 1][COLUMNS + 1])
{
    for (size_t t = AUTOMATIC_ORDER; t < n; t++) {
        double row[COLUMNS + 1] = {1};
        for (size_t k = 1; k <= AUTOMATIC_ORDER; k++)
            row[k] = diff[t - k];
        row[COLUMNS] = diff[t];
        for (size_t i = 0; i <= COLUMNS; i++)
            for (size_t j = 0; j <= i; j++)
                ret[i][j] += row[i] * row[j];
    }
}

size_t automatic_ar(const double *a, size_t n, struct arena *scratch,
                    double ret[AUTOMATIC_ORDER + 1])
{
    struct arena_mark mark = arena_mark(scratch);
    double *diff = ARENA_ARRAY(scratch, double, n), sum[COLUMNS + 1][COLUMNS + 1] = {{0}};
    double gram[COLUMNS][COLUMNS], best = INFINITY;
    size_t order = 0;
    for (size_t t = 1; t < n; t++)
        diff[t - 1] = a[t] - a[t - 1];
    products(diff, n - 1, sum);
    for (size_t i = 0; i < COLUMNS; i++)
        for (size_t j = 0; j <= i; j++)
            gram[i][j] = sum[i][j];
    double rows = n > COLUMNS ? (double)(n - COLUMNS) : 0;
    for (size_t k = 0; k <= AUTOMATIC_ORDER; k++)
        ret[k] = 0;
    for (size_t p = 0; p <= AUTOMATIC_ORDER; p++) {
        double x[COLUMNS] = {0}, kk = (double)p + 2, sse = sum[COLUMNS][COLUMNS];
        if (rows - kk - 1 <= 0 || !solve(gram, sum[COLUMNS], p + 1, x))
            break;
        for (size_t k = 0; k <= p; k++)
            sse -= x[k] * sum[COLUMNS][k];
        double aicc = rows * (transcend_log(fmax(sse, DBL_MIN)) - transcend_log(rows)) +
                      2 * kk + 2 * kk * (kk + 1) / (rows - kk - 1);
        if (!(aicc < best))
            continue;
        best = aicc;
        order = p;
        for (size_t k = 0; k <= AUTOMATIC_ORDER; k++)
            ret[k] = x[k];
    }
    arena_rewind(scratch, mark);
    return order;
}
