/* Numbers for learning: columns of reals that steps share instead of copying.
 *
 * A matrix is an array of column pointers, so that choosing columns or a run of rows
 * costs nothing and a step may hand on those that it does not change.  Missing values are
 * NaN.
 *
 * A view shows the columns of another matrix without some rows in the middle (all but a
 * fold), or standardised, and copies nothing.  Its values are read by matrix_span, a
 * piece at a time; who wants whole columns asks for matrix_dense, which gives the same
 * bits. */
#ifndef DATA_MATRIX_H
#define DATA_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum { MATRIX_SPAN = 4096 }; // rows of the pieces that readers take

struct matrix {
    size_t n, p;              // rows, columns
    size_t first;             // number of row 0 in its table, for messages
    const double *const *col; // [p][n]; of a view: those that it looks at
    const char *const *name;  // [p]
    size_t gap_at, gap;       // rows from gap_at on stand `gap` later in col
    const double *mean;       // [p] values are (col - mean) / scale; NULL: as in col
    const double *scale;      // [p]
};

/* True when col holds the values as they are. */
static inline bool matrix_is_plain(const struct matrix *x)
{
    return x->gap == 0 && !x->mean;
}

/* Rows [from, to) of column j, at most MATRIX_SPAN: where they stand, or put together in
 * buffer. */
const double *matrix_span(const struct matrix *x, size_t j, size_t from, size_t to,
                          double *buffer);

/* Returns a matrix of zeros whose columns can be written through ret_cols[p][n]; names
 * are kept by reference (NULL: no names). */
struct matrix matrix_new(struct arena *mem, size_t n, size_t p, const char *const *name,
                         double ***ret_cols);

/* Returns the given rows of a plain matrix, in that order, copied. */
struct matrix matrix_rows(struct arena *mem, const struct matrix *x, const size_t *row,
                          size_t n);

/* Returns rows [from, to) of a plain matrix, shared. */
struct matrix matrix_part(struct arena *mem, const struct matrix *x, size_t from,
                          size_t to);

/* Returns a view of a plain matrix without rows [from, to). */
struct matrix matrix_without(const struct matrix *x, size_t from, size_t to);

/* Returns a view of (x - mean) / scale; mean and scale [p] are kept by reference.  x is
 * not standardised yet, or is copied into mem first. */
struct matrix matrix_standardised(struct arena *mem, const struct matrix *x,
                                  const double *mean, const double *scale);

/* Returns the matrix itself when it is plain, else a copy that is. */
struct matrix matrix_dense(struct arena *mem, const struct matrix *x);

/* Returns the given columns of a plain matrix, shared. */
struct matrix matrix_columns(struct arena *mem, const struct matrix *x, const size_t *col,
                             size_t p);

#endif
