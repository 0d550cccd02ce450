/* Windows over a column's last w rows.
 *
 * ret[i] is over x[i - w + 1 … i], of which at least `least` must be present (not NaN); NaN
 * otherwise.  Missing values inside a window are left out, as pandas does.  Small windows are
 * computed anew for each row (exact, and the compiler vectorises); windows above ROLLING_SMALL add
 * and remove on Welford's form with a fresh start every 1,024 rows; never a running sum of squares.
 * Definitions: pandas.DataFrame.rolling(w, min_periods=least).mean() / .std(ddof=1) / .min() ….
 * A row's value depends on rows up to it only, and on none before i - w + 1 (bit for bit). */
#ifndef DATA_ROLLING_H
#define DATA_ROLLING_H

#include <stddef.h>

#define ROLLING_SMALL ((size_t)32)

void rolling_mean(const double *x, size_t n, size_t w, size_t least, double *ret);
void rolling_std(const double *x, size_t n, size_t w, size_t least, double *ret); // ddof 1
void rolling_mean_std(const double *x, size_t n, size_t w, size_t least, double *ret_mean,
                      double *ret_std);
void rolling_min(const double *x, size_t n, size_t w, size_t least, double *ret);
void rolling_max(const double *x, size_t n, size_t w, size_t least, double *ret);
void rolling_last(const double *x, size_t n, double *ret);

/* ret[i] = x[i - s], NaN for i < s. */
void rolling_shift(const double *x, size_t n, size_t s, double *ret);

#endif
