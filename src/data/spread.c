/* Equality and magnitudes. */
#include "data/spread.h"

#include <math.h>

enum { REACH = 256 };

bool spread_none(const double *x, size_t n)
{
    size_t i = 1;
    while (i < n && x[i] == x[0])
        i++;
    return i >= n;
}

int spread_exponent(const double *x, size_t n)
{
    double most = 0;
    int exponent;
    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i]) && fabs(x[i]) > most)
            most = fabs(x[i]);
    frexp(most, &exponent);
    return exponent > REACH || exponent < -REACH ? exponent : 0;
}

double spread_scaled(double x, int exponent)
{
    return exponent ? ldexp(x, -exponent) : x;
}

void spread_scale(const double *x, size_t n, int exponent, double *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = spread_scaled(x[i], exponent);
}
