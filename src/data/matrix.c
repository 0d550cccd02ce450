/* Matrices of reals as arrays of column pointers.
 *
 * Each column is an allocation of its own, so that columns of several matrices mix
 * freely; the price is that no library which wants one block of memory can take a matrix
 * as it is. */
#include "data/matrix.h"

#include <string.h>

#include "base/vector.h"

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

/* Copies the texts of n rows; row NULL: the first n that the matrix shows. */
static void copy_texts(struct arena *mem, const struct matrix *x, const size_t *row,
                       struct matrix *ret)
{
    struct text_column *text = ARENA_ARRAY(mem, struct text_column, x->n_texts);
    for (size_t t = 0; t < x->n_texts; t++) {
        struct view *cell = ARENA_ARRAY(mem, struct view, ret->n);
        for (size_t i = 0; i < ret->n; i++)
            cell[i] = x->text[t].cell[row ? row[i] : matrix_row(x, i)];
        text[t] = (struct text_column){x->text[t].name, cell};
    }
    ret->n_texts = x->n_texts;
    ret->text = text;
}

/* Copies the sparse rows in the same way. */
static void copy_sparse(struct arena *mem, const struct matrix *x, const size_t *row,
                        struct matrix *ret)
{
    const struct sparse *from = x->sparse;
    size_t *start = ARENA_ARRAY(mem, size_t, ret->n + 1);
    for (size_t i = 0; i < ret->n; i++) {
        size_t r = row ? row[i] : matrix_row(x, i);
        start[i + 1] = start[i] + from->start[r + 1] - from->start[r];
    }
    uint32_t *col = ARENA_ARRAY(mem, uint32_t, start[ret->n]);
    double *value = ARENA_ARRAY(mem, double, start[ret->n]);
    for (size_t i = 0; i < ret->n; i++) {
        size_t at = from->start[row ? row[i] : matrix_row(x, i)];
        for (size_t k = start[i]; k < start[i + 1]; k++, at++) {
            col[k] = from->col[at];
            value[k] = from->value[at];
        }
    }
    struct sparse *to = ARENA_NEW(mem, struct sparse);
    *to = (struct sparse){from->p, start, col, value};
    ret->sparse = to;
}

/* And the codes of the groups. */
static void copy_groups(struct arena *mem, const struct matrix *x, const size_t *row,
                        struct matrix *ret)
{
    uint32_t *group = ARENA_ARRAY(mem, uint32_t, ret->n);
    for (size_t i = 0; i < ret->n; i++)
        group[i] = x->group[row ? row[i] : matrix_row(x, i)];
    ret->group = group;
    ret->groups = x->groups;
}

/* All that stands beside the reals. */
static void copy_beside(struct arena *mem, const struct matrix *x, const size_t *row,
                        struct matrix *ret)
{
    if (x->n_texts > 0)
        copy_texts(mem, x, row, ret);
    if (x->sparse)
        copy_sparse(mem, x, row, ret);
    if (x->group)
        copy_groups(mem, x, row, ret);
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
    copy_beside(mem, x, row, &y);
    return y;
}

struct matrix matrix_part(struct arena *mem, const struct matrix *x, size_t from,
                          size_t to)
{
    const double **col = ARENA_ARRAY(mem, const double *, x->p);
    for (size_t j = 0; j < x->p; j++)
        col[j] = x->col[j] + from;
    struct matrix part = {.n = to - from, .p = x->p, .col = col, .name = x->name};
    struct text_column *text = ARENA_ARRAY(mem, struct text_column, x->n_texts);
    for (size_t t = 0; t < x->n_texts; t++)
        text[t] = (struct text_column){x->text[t].name, x->text[t].cell + from};
    part.n_texts = x->n_texts;
    part.text = text;
    if (x->sparse) {
        struct sparse *sparse = ARENA_NEW(mem, struct sparse);
        *sparse = *x->sparse;
        sparse->start += from;
        part.sparse = sparse;
    }
    part.group = x->group ? x->group + from : NULL;
    part.groups = x->groups;
    return part;
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

/* Neighbouring rows as they stand, or standardised. */
static void read_run(const struct matrix *x, size_t j, const double *run, size_t n,
                     double *ret)
{
    if (x->mean)
        vector_standardise(run, n, x->mean[j], x->scale[j], ret);
    else
        memcpy(ret, run, n * sizeof *ret);
}

/* Rows [from, to) of column j, in front of and behind the gap. */
static void read_rows(const struct matrix *x, size_t j, size_t from, size_t to,
                      double *ret)
{
    size_t before = x->gap_at > from ? x->gap_at - from : 0;
    if (before > to - from)
        before = to - from;
    if (before > 0)
        read_run(x, j, x->col[j] + from, before, ret);
    if (from + before < to)
        read_run(x, j, x->col[j] + from + before + x->gap, to - from - before,
                 ret + before);
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
    copy_beside(mem, x, NULL, &y);
    return y;
}

void matrix_take_groups(struct arena *mem, const struct matrix *x, struct matrix *to)
{
    if (!x->group || to->group)
        return;
    if (x->gap > 0)
        copy_groups(mem, x, NULL, to);
    else
        to->group = x->group;
    to->groups = x->groups;
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
    struct matrix y = *x;
    y.p = p;
    y.col = chosen;
    y.name = name;
    return y;
}
