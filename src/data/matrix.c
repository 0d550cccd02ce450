/* Matrices of reals as arrays of column pointers.
 *
 * Each column is an allocation of its own, so that columns of several matrices mix
 * freely; the price is that no library which wants one block of memory can take a matrix
 * as it is. */
#include "data/matrix.h"

#include <string.h>

struct matrix matrix_new(struct arena *mem, size_t n, size_t p, const char *const *name,
                         double ***ret_cols)
{
    double **col = ARENA_ARRAY(mem, double *, p);
    for (size_t j = 0; j < p; j++)
        col[j] = ARENA_ARRAY(mem, double, n);
    *ret_cols = col;
    return (struct matrix){
        .n = n, .p = p, .col = (const double *const *)col, .name = name};
}

struct matrix matrix_rows(struct arena *mem, const struct matrix *x, const size_t *row,
                          size_t n)
{
    double **col;
    struct matrix y = matrix_new(mem, n, x->p, x->name, &col);
    for (size_t j = 0; j < x->p; j++) {
        for (size_t i = 0; i < n; i++)
            col[j][i] = x->col[j][row[i]];
    }
    return y;
}

struct matrix matrix_part(struct arena *mem, const struct matrix *x, size_t from,
                          size_t to)
{
    const double **col = ARENA_ARRAY(mem, const double *, x->p);
    for (size_t j = 0; j < x->p; j++)
        col[j] = x->col[j] + from;
    return (struct matrix){.n = to - from, .p = x->p, .col = col, .name = x->name};
}

struct matrix matrix_without(const struct matrix *x, size_t from, size_t to)
{
    struct matrix view = *x;
    view.n = x->n - (to - from);
    view.gap_at = from;
    view.gap = to - from;
    return view;
}

struct matrix matrix_standardised(struct arena *mem, const struct matrix *x,
                                  const double *mean, const double *scale)
{
    struct matrix view = x->mean ? matrix_dense(mem, x) : *x;
    view.mean = mean;
    view.scale = scale;
    return view;
}

/* Rows [from, to) of column j, in front of and behind the gap. */
static void copy_rows(const struct matrix *x, size_t j, size_t from, size_t to,
                      double *ret)
{
    size_t before = x->gap_at > from ? x->gap_at - from : 0;
    if (before > to - from)
        before = to - from;
    if (before > 0)
        memcpy(ret, x->col[j] + from, before * sizeof *ret);
    if (from + before < to)
        memcpy(ret + before, x->col[j] + from + before + x->gap,
               (to - from - before) * sizeof *ret);
}

static void read_rows(const struct matrix *x, size_t j, size_t from, size_t to,
                      double *ret)
{
    copy_rows(x, j, from, to, ret);
    for (size_t i = 0; x->mean && i < to - from; i++)
        ret[i] = (ret[i] - x->mean[j]) / x->scale[j];
}

const double *matrix_span(const struct matrix *x, size_t j, size_t from, size_t to,
                          double *buffer)
{
    bool crosses = x->gap > 0 && from < x->gap_at && to > x->gap_at;
    if (!x->mean && !crosses)
        return x->col[j] + from + (from >= x->gap_at ? x->gap : 0);
    read_rows(x, j, from, to, buffer);
    return buffer;
}

struct matrix matrix_dense(struct arena *mem, const struct matrix *x)
{
    double **col;
    if (matrix_is_plain(x))
        return *x;
    struct matrix y = matrix_new(mem, x->n, x->p, x->name, &col);
    for (size_t j = 0; j < x->p; j++)
        read_rows(x, j, 0, x->n, col[j]);
    return y;
}

struct matrix matrix_columns(struct arena *mem, const struct matrix *x, const size_t *col,
                             size_t p)
{
    const double **chosen = ARENA_ARRAY(mem, const double *, p);
    const char **name = x->name ? ARENA_ARRAY(mem, const char *, p) : NULL;
    for (size_t j = 0; j < p; j++) {
        chosen[j] = x->col[col[j]];
        if (name)
            name[j] = x->name[col[j]];
    }
    return (struct matrix){
        .n = x->n, .p = p, .first = x->first, .col = chosen, .name = name};
}
