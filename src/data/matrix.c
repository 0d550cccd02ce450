/* Matrices of reals as arrays of column pointers.
 *
 * Each column is an allocation of its own, so that columns of several matrices mix
 * freely; the price is that no library which wants one block of memory can take a matrix
 * as it is. */
#include "data/matrix.h"

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
    return (struct matrix){.n = x->n, .p = p, .col = chosen, .name = name};
}
