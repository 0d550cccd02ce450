/* Figures of one column.  NaN counts as missing.
 *
 * mean and standard deviation in two passes with the correction term (Chan, Golub & LeVeque 1983),
 * quantiles by linear interpolation at (n - 1)q (Hyndman & Fan 1996, type 7), lag-1 autocorrelation
 * about the mean (NIST StRD). */
#ifndef DATA_STATS_H
#define DATA_STATS_H

#include <stddef.h>

#include "base/arena.h"

struct stats {
    size_t n, missing;
    double mean, std; // std: ddof 1; NaN below two values
    double min, max;
    double lag1;
};

struct stats stats_of(const double *x, size_t n);

/* The standard deviation with the given divisor n - ddof. */
double stats_std(const double *x, size_t n, size_t ddof, double *ret_mean);

/* The q-quantile of values sorted ascending, none missing; NaN for n == 0. */
double stats_quantile(const double *sorted, size_t n, double q);

/* Sorts ascending, NaN last. */
void stats_sort(double *x, size_t n);

#endif
