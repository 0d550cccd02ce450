/* Products by blocks of rows, so that the figures of a block stay in the cache while the
 * columns pass by; a sparse row looks up its weights once for all models. */
#include "linear/linear_rows.h"

#include <string.h>

#include "base/vector.h"

struct linear_rows linear_rows_of(const struct matrix *x)
{
    size_t sparse = x->sparse ? x->sparse->p : 0;
    return (struct linear_rows){x->n, x->p + sparse, x->p, x->col, x->sparse};
}

struct linear_rows linear_compact(const struct linear_rows *x, struct arena *mem,
                                  const size_t **ret_column)
{
    const struct sparse *s = x->sparse;
    struct linear_rows compact = *x;
    size_t p = s ? s->p : 0, from = s ? s->start[0] : 0, to = s ? s->start[x->n] : 0;
    size_t *column = ARENA_ARRAY(mem, size_t, x->dense + p);
    uint32_t *place = ARENA_ARRAY(mem, uint32_t, p),
             *col = ARENA_ARRAY(mem, uint32_t, to);
    for (size_t c = 0; c < x->dense; c++)
        column[c] = c;
    for (size_t at = from; at < to; at++)
        place[s->col[at]] = 1;
    compact.p = x->dense;
    for (size_t c = 0; c < p; c++) {
        if (!place[c])
            continue;
        place[c] = (uint32_t)(compact.p - x->dense);
        column[compact.p++] = x->dense + c;
    }
    for (size_t at = from; at < to; at++)
        col[at] = place[s->col[at]];
    struct sparse *block = ARENA_NEW(mem, struct sparse);
    if (s)
        *block = (struct sparse){compact.p - x->dense, s->start, col, s->value};
    compact.sparse = s ? block : NULL;
    *ret_column = column;
    return compact;
}

/* y += a x. */
static void add_scaled(const double *x, size_t n, double a, double *y)
{
    size_t i = 0;
    for (; i + 2 <= n; i += 2)
        vector_pair_store(y + i, vector_pair_load(y + i) + a * vector_pair_load(x + i));
    for (; i < n; i++)
        y[i] += a * x[i];
}

static void forward_dense(const struct linear_rows *x, const double *w, size_t k,
                          double *ret)
{
    const double *intercept = w + x->p * k;
    for (size_t from = 0, n; from < x->n; from += n) {
        n = x->n - from < MATRIX_SPAN ? x->n - from : MATRIX_SPAN;
        for (size_t q = 0; q < k; q++)
            for (size_t i = 0; i < n; i++)
                ret[q * x->n + from + i] = intercept[q];
        for (size_t c = 0; c < x->dense; c++)
            for (size_t q = 0; q < k; q++)
                add_scaled(x->col[c] + from, n, w[c * k + q], ret + q * x->n + from);
    }
}

static void forward_sparse(const struct linear_rows *x, const double *w, size_t k,
                           double *ret)
{
    const struct sparse *s = x->sparse;
    const double *own = w + x->dense * k;
    for (size_t i = 0; i < x->n; i++)
        for (size_t q = 0; q < k; q++) {
            double sum = 0;
            for (size_t at = s->start[i]; at < s->start[i + 1]; at++)
                sum += s->value[at] * own[s->col[at] * k + q];
            ret[q * x->n + i] += sum;
        }
}

void linear_forward(const struct linear_rows *x, const double *w, size_t k, double *ret)
{
    forward_dense(x, w, k, ret);
    if (x->sparse)
        forward_sparse(x, w, k, ret);
}

static double dot_squared(const double *x, const double *r, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += r[i] * (x[i] * x[i]);
    return sum;
}

/* One column against the figures of one model. */
static double backward_column(const double *x, const double *r, size_t n, bool squared)
{
    double sum = 0;
    for (size_t from = 0, part; from < n; from += part) {
        part = n - from < MATRIX_SPAN ? n - from : MATRIX_SPAN;
        sum += squared ? dot_squared(x + from, r + from, part)
                       : vector_dot(x + from, r + from, part);
    }
    return sum;
}

static void backward_sparse(const struct linear_rows *x, const double *r, size_t k,
                            bool squared, double *own)
{
    const struct sparse *s = x->sparse;
    for (size_t i = 0; i < x->n; i++)
        for (size_t at = s->start[i]; at < s->start[i + 1]; at++) {
            double v = squared ? s->value[at] * s->value[at] : s->value[at];
            double *to = own + s->col[at] * k;
            for (size_t q = 0; q < k; q++)
                to[q] += v * r[q * x->n + i];
        }
}

void linear_backward(const struct linear_rows *x, const double *r, size_t k, bool squared,
                     double *ret)
{
    memset(ret + x->dense * k, 0, (x->p - x->dense + 1) * k * sizeof *ret);
    for (size_t c = 0; c < x->dense; c++)
        for (size_t q = 0; q < k; q++)
            ret[c * k + q] = backward_column(x->col[c], r + q * x->n, x->n, squared);
    if (x->sparse)
        backward_sparse(x, r, k, squared, ret + x->dense * k);
    for (size_t q = 0; q < k; q++)
        for (size_t i = 0; i < x->n; i++)
            ret[x->p * k + q] += r[q * x->n + i];
}
