/* Numbers for learning: columns of reals that steps share instead of copying.
 *
 * A matrix is an array of column pointers, so that choosing columns costs nothing and a
 * step may hand on those that it does not change.  Missing values are NaN. */
#ifndef DATA_MATRIX_H
#define DATA_MATRIX_H

#include <stddef.h>

#include "base/arena.h"

struct matrix {
    size_t n, p;              // rows, columns
    const double *const *col; // [p][n]
    const char *const *name;  // [p]
};

/* Returns a matrix of zeros whose columns can be written through ret_cols[p][n]; names
 * are kept by reference (NULL: no names). */
struct matrix matrix_new(struct arena *mem, size_t n, size_t p, const char *const *name,
                         double ***ret_cols);

/* Returns the given rows, in that order, copied. */
struct matrix matrix_rows(struct arena *mem, const struct matrix *x, const size_t *row,
                          size_t n);

/* Returns the given columns, shared. */
struct matrix matrix_columns(struct arena *mem, const struct matrix *x, const size_t *col,
                             size_t p);

#endif
