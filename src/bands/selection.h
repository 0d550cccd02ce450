/* Order statistics without sorting. */
#ifndef BANDS_SELECTION_H
#define BANDS_SELECTION_H

#include <stddef.h>

/* Puts the k-th smallest value, counted from 0, to place k of x[n], k < n, what is smaller
 * before it and what is larger behind it, and returns it.  Finite values. */
double selection_kth(double *x, size_t n, size_t k);

/* The quantile of type 7 (bands/grouped.h) of x[n], n > 0, whose order changes. */
double selection_quantile(double *x, size_t n, double q);

/* The place below a quantile among n values, and how far the quantile lies behind it. */
size_t selection_place(size_t n, double q, double *ret_part);

#endif
