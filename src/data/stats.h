/* Figures of one column.  NaN counts as missing.
 *
 * mean and standard deviation in two passes with the correction term (Chan, Golub &
 * LeVeque 1983), the sums in twice the precision of a double, so that the figures are
 * right to the last digit or two for any data (NIST StRD);
 * quantiles by linear interpolation at (n - 1)q (Hyndman & Fan 1996, type 7); lag-1
 * autocorrelation about the mean (NIST StRD): the sum of (x[i] - mean)(x[i+1] - mean)
 * over neighbouring rows that are both present, divided by the sum of squares; NaN when
 * that is 0.  Values must be finite for mean, std and lag1 to be so.  The unit plays no
 * part: stats_of divides huge and tiny values by a power of two before it squares. */
#ifndef DATA_STATS_H
#define DATA_STATS_H

#include <stddef.h>

struct stats {
    size_t n, missing;
    double mean, std; // std: ddof 1; NaN below two values
    double min, max;  // NaN when nothing is present
    double lag1;
};

struct stats stats_of(const double *x, size_t n);

/* The q-quantile, q in [0,1], of values sorted ascending, none missing; NaN for n == 0.
 */
double stats_quantile(const double *sorted, size_t n, double q);

/* Sorts ascending, -0 before 0, NaN last; the result does not depend on the order before.
 */
void stats_sort(double *x, size_t n);

#endif
