/* Whether two forecasts of the same rows can be told apart by their squared errors.
 *
 * d[i] = a[i]^2 - b[i]^2 with the errors a and b of row i, in the order of time; mean is
 * the mean of the n differences.  The figure is mean / s, how many standard errors the
 * mean squared errors lie apart:
 *
 *     s^2 = max(g_0 / (n - 1), (g_0 + 2 sum_{k=1..L} (1 - k / (L + 1)) g_k) / n)
 *     g_k = 1/n sum_{i=k..n-1} (d[i] - mean)(d[i - k] - mean),  L = floor(n^(1/3))
 *
 * Diebold & Mariano 1995, "Comparing predictive accuracy", Journal of Business & Economic
 * Statistics 13, for one step ahead: the first term takes the differences for
 * independent.  The second allows for neighbours that go together, with the weights of
 * Newey & West 1987 (Econometrica 55), so that s is never estimated too small because a
 * run of months went the same way.  COMPARE_SURE standard errors count as a difference. */
#ifndef LEARN_COMPARE_H
#define LEARN_COMPARE_H

#include <stddef.h>

#define COMPARE_SURE 2.0

/* Above 0 where a has the larger errors.  Infinite where all differences are equal and
 * none; 0 where they all are 0; NaN below three rows, or where an error is none.
 * Overwrites a with the differences (up to a power of two) and b. */
double compare_squared_errors(double *a, double *b, size_t n);

#endif
