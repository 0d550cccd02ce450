/* Windows over a column's last w rows.
 *
 * ret[i] is over x[i - w + 1 … i], of which at least `least` (and one; two for std) must
 * be present (not NaN); NaN otherwise, and everywhere for w = 0.  Missing values inside a
 * window are left out, as pandas does.  Definitions: pandas.DataFrame.rolling(w,
 * min_periods=least).mean() / .std(ddof=1) / .min() ….  A window whose values are all
 * equal has exactly that mean and the standard deviation 0.  The unit plays no part: huge
 * and tiny values are divided by a power of two before they are squared.  Infinities make
 * the mean and std of the windows that hold them infinite or NaN, and no others.
 *
 * Windows up to ROLLING_SMALL are computed anew for each row: sum in row order, divided;
 * then the squared deviations in row order.  Larger ones are put together from two
 * running parts, one that begins and one that ends at a multiple of w, by Welford's and
 * Chan's formulas: nothing is ever subtracted again, so nothing of a row that has left
 * the window remains.
 *
 * No look-ahead: ret[i] depends on x[i - w + 1 … i] only, bit for bit, and so the results
 * over x[0 … t] are the first ones over all of x.  (Above ROLLING_SMALL, cutting rows off
 * the *front* moves the multiples of w and may change last bits.)
 *
 * x and the results must not overlap. */
#ifndef DATA_ROLLING_H
#define DATA_ROLLING_H

#include <stddef.h>

#define ROLLING_SMALL ((size_t)32)

void rolling_mean(const double *x, size_t n, size_t w, size_t least, double *ret);
void rolling_std(const double *x, size_t n, size_t w, size_t least,
                 double *ret); // ddof 1
void rolling_mean_std(const double *x, size_t n, size_t w, size_t least, double *ret_mean,
                      double *ret_std);
void rolling_min(const double *x, size_t n, size_t w, size_t least, double *ret);
void rolling_max(const double *x, size_t n, size_t w, size_t least, double *ret);

/* The window's last row: ret[i] = x[i]. */
void rolling_last(const double *x, size_t n, double *ret);

/* ret[i] = x[i - s], NaN for i < s. */
void rolling_shift(const double *x, size_t n, size_t s, double *ret);

#endif
