/* Numbers for learning: columns of reals that steps share instead of copying.
 *
 * A matrix is an array of column pointers, so that choosing columns or a run of rows
 * costs nothing and a step may hand on those that it does not change.  Missing values are
 * NaN.
 *
 * A view shows the columns of another matrix without some rows in the middle (all but a
 * fold), or standardised, and copies nothing.  Its values are read by matrix_span, a
 * piece at a time; who wants whole columns asks for matrix_dense, which gives the same
 * bits.
 *
 * Beside the reals there may be columns of text and one sparse block.  A step that takes
 * neither never sees them (steps/step.h).  A view leaves out the same rows of them;
 * matrix_dense closes the gap.  The same holds of the groups that rows may belong to, which
 * are no feature: an estimator may learn of each by itself. */
#ifndef DATA_MATRIX_H
#define DATA_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

enum { MATRIX_SPAN = 4096 }; // rows of the pieces that readers take

/* Rows compressed: row i is col[k], value[k] for k from start[i] to start[i + 1] - 1,
 * columns ascending. */
struct sparse {
    size_t p;            // columns
    const size_t *start; // [n + 1]
    const uint32_t *col;
    const double *value; // finite, not 0
};

struct text_column {
    const char *name;
    const struct view *cell; // [n]; p NULL: missing
};

struct groups; // data/groups.h

struct matrix {
    size_t n, p;              // rows, columns
    size_t first;             // number of row 0 in its table, for messages
    const double *const *col; // [p][n]; of a view: those that it looks at
    const char *const *name;  // [p]; NULL where nobody reads them, as in a search
    size_t gap_at, gap;       // rows from gap_at on stand `gap` later in col
    const double *mean;       // [p] values are (col - mean) / scale; NULL: as in col
    const double *scale;      // [p]
    size_t n_texts;
    const struct text_column *text; // [n_texts]
    const struct sparse *sparse;    // NULL: none
    const uint32_t *group;          // [n] codes of the rows' groups; NULL: none
    const struct groups *groups;    // their names
};

/* True when col holds the values as they are. */
static inline bool matrix_is_plain(const struct matrix *x)
{
    return x->gap == 0 && !x->mean;
}

/* Where row i stands in col, text, sparse and group. */
static inline size_t matrix_row(const struct matrix *x, size_t i)
{
    return i >= x->gap_at ? i + x->gap : i;
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

/* The groups of x's rows, put down for a matrix that a step made of them and that has no gap;
 * one that has groups keeps its own. */
void matrix_take_groups(struct arena *mem, const struct matrix *x, struct matrix *to);

/* Returns the given columns of a plain matrix, shared; texts and the sparse block stay. */
struct matrix matrix_columns(struct arena *mem, const struct matrix *x, const size_t *col,
                             size_t p);

#endif
