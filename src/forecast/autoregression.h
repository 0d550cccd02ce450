/* Autoregression with a constant by least squares, x[t] = c + w[1] x[t-1] + … + w[p]
 * x[t-p] + e, its order by AICc (Hurvich & Tsai 1989, Biometrika 76).
 *
 * All orders are compared on the same rows, those that the largest one has:
 * n ln(SSE / n) + 2 K + 2 K (K + 1) / (n - K - 1) with K = p + 2; of equals the lowest. */
#ifndef FORECAST_AUTOREGRESSION_H
#define FORECAST_AUTOREGRESSION_H

#include <stddef.h>

#define AUTOREGRESSION_MOST ((size_t)36) // lags
#define AUTOREGRESSION_STILL 1e-6

struct autoregression {
    size_t order;
    double constant;
    double weight[AUTOREGRESSION_MOST]; // [order] of x[t-1], x[t-2], …
};

/* Fits to x[n], finite, the best order of at most `most` lags; n is above `most`.  An order
 * whose lags depend on each other linearly is no candidate, nor one with lags whose squares
 * come to no more than AUTOREGRESSION_STILL of those of the values: where what never moved
 * moves at last, they are rounding and nothing else. */
void autoregression_choose(const double *x, size_t n, size_t most,
                           struct autoregression *ret);

/* The next value behind those that end before `end`, at least `order` of them. */
double autoregression_next(const struct autoregression *a, const double *end);

#endif
