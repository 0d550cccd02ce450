/* Linear least squares, to the last digits that the data allow.
 *
 * Modified Gram-Schmidt in numbers of twice a double's precision (Björck 1967; Longley
 * 1967 for the test of such programs): on NIST's StRD the digits that rounding the data
 * leaves, on every machine alike, where long double would give what the machine has.  For
 * statistics and reference, not for the search's hot path: some 50 ns a row and pair of
 * columns. */
#ifndef STEPS_LEAST_SQUARES_H
#define STEPS_LEAST_SQUARES_H

#include "base/error.h"
#include "data/matrix.h"

struct least_squares {
    size_t p;               // coefficients, in the order of x's columns
    double *coefficient;    // [p]
    double *standard_error; // [p], NaN when n == p
    double residual_std;    // sqrt(RSS / (n - p)), NaN when n == p
    double r2; // 1 - RSS/TSS, centred when x has a constant column; NaN when TSS is 0
};

/* Minimises |y - Xb|; the intercept is a column of ones of x, if wanted.  The result
 * lives in mem.  STATUS_INPUT when p is 0 or above n, a value is missing or infinite, or a
 * column depends on those before it within the rounding of doubles (its name, or number
 * from 1, is the field). */
MUST_USE enum status least_squares_fit(const struct matrix *x, const double *y,
                                       struct arena *mem, struct least_squares *ret,
                                       struct error *err);

#endif
