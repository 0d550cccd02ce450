/* Two questions to ask before something is divided by a spread: are the values equal, and
 * can their squares be summed.
 *
 * A rounded mean of equal values is often not that value: six times 0.1 has a sum of
 * squares about its mean that is above zero, and whatever is divided by it is noise.
 * Ask for equality, never whether the spread is zero. */
#ifndef DATA_SPREAD_H
#define DATA_SPREAD_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* True when all values are equal; of none as well. */
bool spread_none(const double *x, size_t n);

/* The power of two by which to divide the values so that their squares neither overflow
 * nor vanish: 0 where they do not anyway (between 2^-256 and 2^256), else the one of the
 * largest finite magnitude.  Dividing by it rounds nothing. */
int spread_exponent(const double *x, size_t n);

/* x / 2^exponent. */
static inline double spread_scaled(double x, int exponent)
{
    return exponent ? ldexp(x, -exponent) : x;
}

/* The same of n values; ret may be x. */
void spread_scale(const double *x, size_t n, int exponent, double *ret);

#endif
