/* Ridge regression of a series on its own lags, without a constant, in which old values
 * count less and those of restless seasons count less:
 *
 *     minimise sum of w[t] (x[t] - c[1] x[t-1] - … - c[p] x[t-p])^2 + alpha |b|^2
 *
 * with w[t] = discount^(age of t) / v[place of t in the season], and b the weights of the
 * lags after each was divided by its weighted root mean square.  v is the mean square of a
 * place's values, discounted likewise, in units of that of all of them, and drawn to 1 by
 * `prior` values of that size.
 *
 * A lag whose squares come to no more than DISCOUNTED_RIDGE_STILL of those of the values has
 * the weight 0: where what never moved moves at last, lags are rounding and nothing else. */
#ifndef FORECAST_DISCOUNTED_RIDGE_H
#define FORECAST_DISCOUNTED_RIDGE_H

#include <stddef.h>

#include "base/arena.h"

#define DISCOUNTED_RIDGE_MOST ((size_t)12) // lags
#define DISCOUNTED_RIDGE_STILL 1e-6

struct discounted_ridge_plan {
    size_t lags;     // 1 to DISCOUNTED_RIDGE_MOST
    size_t season;   // places; 0 or 1: all values have one variance
    double alpha;    // penalty on the sums, not means, of squares; above 0
    double discount; // a step, in (0,1]
    double prior;
};

/* Fits to x[n], finite; x[0] has place 0.  Into ret[lags]: all 0 where there is nothing to
 * fit, as with no more values than lags.  scratch is rewound. */
void discounted_ridge_fit(const struct discounted_ridge_plan *plan, const double *x,
                          size_t n, struct arena *scratch, double *ret);

#endif
