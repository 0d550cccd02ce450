/* The standard error of a mean difference, by the header's formula.  Two passes; scaling
 * both errors by a power of two changes no bit of a ratio. */
#include "learn/compare.h"

#include <math.h>

#include "data/spread.h"

static double covariance(const double *d, double mean, size_t n, size_t lag)
{
    double sum = 0;
    for (size_t i = lag; i < n; i++)
        sum += (d[i] - mean) * (d[i - lag] - mean);
    return sum / (double)n;
}

static double standard_error(const double *d, double mean, size_t n)
{
    double rows = (double)n, g0 = covariance(d, mean, n, 0), sum = g0;
    size_t lags = (size_t)floor(cbrt(rows));
    for (size_t k = 1; k <= lags; k++)
        sum += 2 * (1 - (double)k / ((double)lags + 1)) * covariance(d, mean, n, k);
    return sqrt(fmax(g0 / (rows - 1), sum / rows));
}

double compare_squared_errors(double *a, double *b, size_t n)
{
    int ea = spread_exponent(a, n), eb = spread_exponent(b, n), e = ea > eb ? ea : eb;
    double sum = 0;
    if (n < 3)
        return NAN;
    spread_scale(a, n, e, a);
    spread_scale(b, n, e, b);
    for (size_t i = 0; i < n; i++)
        a[i] = a[i] * a[i] - b[i] * b[i];
    spread_scale(a, n, spread_exponent(a, n), a); // they will be squared, too
    for (size_t i = 0; i < n; i++)
        sum += a[i];
    if (!isfinite(sum))
        return NAN;
    if (spread_none(a, n))
        return a[0] == 0 ? 0 : copysign(INFINITY, a[0]);
    double mean = sum / (double)n;
    return mean / standard_error(a, mean, n);
}
