/* Linear least squares, to the last digits that the data allow.
 *
 * Modified Gram-Schmidt with one re-orthogonalisation in long double (Björck 1967; Longley 1967
 * for the test of such programs): on NIST's StRD at least the digits of RELIABILITY's aim column.
 * For statistics and reference, not for the search's hot path. */
#ifndef LEARN_LEAST_SQUARES_H
#define LEARN_LEAST_SQUARES_H

#include "base/error.h"
#include "data/matrix.h"

struct least_squares {
    size_t p;             // coefficients, in the order of x's columns
    double *coefficient;  // [p]
    double *standard_error; // [p], NaN when n == p
    double residual_std;  // sqrt(RSS / (n - p))
    double r2;            // centred when x has a constant column
};

/* Minimises |y - Xb|; the intercept is a column of ones of x, if wanted.  STATUS_INPUT when n < p
 * or a column depends on others (named). */
MUST_USE enum status least_squares_fit(const struct matrix *x, const double *y, struct arena *mem,
                                       struct least_squares *ret, struct error *err);

#endif
