/* One Cholesky factor serves every order: the cross products of 1, the lags in their order
 * and the value itself are factored once; the sum of squares that order p leaves is what
 * the value's own row has left after p + 1 columns, and its weights are a triangular solve
 * with the leading part. */
#include "forecast/autoregression.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/transcend.h"
#include "base/vector.h"

enum { SIZE = 38 }; // 1, the lags, the value
_Static_assert(SIZE == AUTOREGRESSION_MOST + 2, "a row for each column");

struct cross {
    size_t rows, lags;
    double c[SIZE][SIZE]; // lower triangle; the value's row is lags + 1
};

static double total(const double *x, size_t n)
{
    double sum = 0;
    for (size_t t = 0; t < n; t++)
        sum += x[t];
    return sum;
}

/* Column j of the regression: 0 is 1, j in 1 … lags the lag j, lags + 1 the value. */
static const double *column(const struct cross *m, const double *x, size_t j)
{
    return x + (j > m->lags ? m->lags : m->lags - j);
}

static void multiply(struct cross *m, const double *x)
{
    m->c[0][0] = (double)m->rows;
    for (size_t i = 1; i < m->lags + 2; i++) {
        m->c[i][0] = total(column(m, x, i), m->rows);
        for (size_t j = 1; j <= i; j++)
            m->c[i][j] = vector_dot(column(m, x, i), column(m, x, j), m->rows);
    }
}

/* Factors in place; returns how many columns before the value's are independent. */
static size_t factor(struct cross *m)
{
    size_t last = m->lags + 1, usable = last;
    double still = AUTOREGRESSION_STILL * m->c[last][last];
    for (size_t j = 0; j < usable; j++) {
        double own = m->c[j][j], pivot = own;
        for (size_t k = 0; k < j; k++)
            pivot -= m->c[j][k] * m->c[j][k];
        if (!(pivot > 1e-12 * own) || (j > 0 && !(own > still)))
            usable = j;
        else
            m->c[j][j] = sqrt(pivot);
        for (size_t i = j + 1; j < usable && i <= last; i++) {
            for (size_t k = 0; k < j; k++)
                m->c[i][j] -= m->c[i][k] * m->c[j][k];
            m->c[i][j] /= m->c[j][j];
        }
    }
    return usable;
}

static void solve(const struct cross *m, size_t order, struct autoregression *ret)
{
    const double *right = m->c[m->lags + 1];
    double w[SIZE];
    for (size_t i = order + 1; i-- > 0;) {
        w[i] = right[i];
        for (size_t k = i + 1; k <= order; k++)
            w[i] -= m->c[k][i] * w[k];
        w[i] /= m->c[i][i];
    }
    *ret = (struct autoregression){.order = order, .constant = w[0]};
    memcpy(ret->weight, w + 1, order * sizeof *w);
}

static double aicc(double squares, double n, double k)
{
    if (n - k - 1 <= 0)
        return INFINITY;
    double log_mean = transcend_log(fmax(squares, DBL_MIN) / n);
    return n * log_mean + 2 * k + 2 * k * (k + 1) / (n - k - 1);
}

void autoregression_choose(const double *x, size_t n, size_t most,
                           struct autoregression *ret)
{
    struct cross m;
    m.rows = n - most;
    m.lags = most;
    multiply(&m, x);
    const double *right = m.c[most + 1];
    double squares = right[most + 1], best = INFINITY;
    size_t usable = factor(&m), order = 0;
    for (size_t p = 0; p < usable; p++) {
        squares -= right[p] * right[p];
        double score = aicc(squares, (double)m.rows, (double)p + 2);
        if (score < best) {
            best = score;
            order = p;
        }
    }
    solve(&m, order, ret);
}

double autoregression_next(const struct autoregression *a, const double *end)
{
    double sum = a->constant;
    for (size_t i = 0; i < a->order; i++)
        sum += a->weight[i] * end[-1 - (ptrdiff_t)i];
    return sum;
}
