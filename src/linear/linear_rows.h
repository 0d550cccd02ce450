/* Rows times weights and back: the two products that every linear model is learnt by, over
 * columns of reals and a sparse block alike.
 *
 * The columns of the sparse block follow those of reals.  Weights stand column by column,
 * [p + 1][k] for k models side by side, the last row of them for the intercepts: one place
 * in memory holds what a sparse value has to do with.  Figures of rows stand model by
 * model, [k][n].
 *
 * Sums run in a fixed order (base/vector.h; sparse rows one after another), and those of a
 * row do not depend on the rows beside it. */
#ifndef LINEAR_LINEAR_ROWS_H
#define LINEAR_LINEAR_ROWS_H

#include "data/matrix.h"

struct linear_rows {
    size_t n, p, dense;          // rows; all columns, those of reals
    const double *const *col;    // [dense][n]
    const struct sparse *sparse; // NULL: none
};

/* Those of a plain matrix, which must outlive them. */
struct linear_rows linear_rows_of(const struct matrix *x);

/* The same rows without the columns of the sparse block that none of them has a value in:
 * of hashed words a few in a hundred stay.  ret_column[p] tells which they were; both live
 * in mem. */
struct linear_rows linear_compact(const struct linear_rows *x, struct arena *mem,
                                  const size_t **ret_column);

/* ret[k][n] = intercept + x w. */
void linear_forward(const struct linear_rows *x, const double *w, size_t k, double *ret);

/* ret[p + 1][k] = the sum over rows of r[k][n] x; squared: of r x^2. */
void linear_backward(const struct linear_rows *x, const double *r, size_t k, bool squared,
                     double *ret);

#endif
