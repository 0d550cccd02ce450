/* Equality and magnitudes. */
#include "data/spread.h"

#include "base/vector.h"

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
    int exponent;
    frexp(vector_most(x, n), &exponent);
    return exponent > REACH || exponent < -REACH ? exponent : 0;
}

void spread_scale(const double *x, size_t n, int exponent, double *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = spread_scaled(x[i], exponent);
}
