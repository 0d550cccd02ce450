/* Exponential smoothing with additive errors, a damped trend and an additive season,
 * ETS(A,Ad,A) (Hyndman, Koehler, Ord & Snyder 2008, Forecasting with Exponential
 * Smoothing).
 *
 *     e = y[t] - (l + phi b + s[t-m])
 *     l' = l + phi b + alpha e;  b' = phi b + beta e;  s[t] = s[t-m] + gamma e
 *
 * alpha in (1e-4, .9999), beta = alpha u, gamma = (1 - alpha) v with u and v in the same
 * range, phi in (.8, .98), each by a logistic map.  The season begins with what the caller
 * hands in, as STL's first one; level and slope begin with the straight line through the
 * first ten values without it, moved by d x with x searched for and d the mean change from
 * step to step.  Search: Nelder–Mead on ln SSE. */
#ifndef FORECAST_ETS_SEASONAL_H
#define FORECAST_ETS_SEASONAL_H

#include "base/arena.h"

struct ets_seasonal_fit {
    double alpha, beta, gamma, phi;
    double level, slope; // before the first value
};

/* Fits each of `series` series y[i][n[i]], finite, of one season and at least so long;
 * pattern[i][season] is the season before the first value, place by place.  Each has the
 * bits that it has alone. */
void ets_seasonal_fit(const double *const *y, const size_t *n,
                      const double *const *pattern, size_t series, size_t season,
                      struct arena *scratch, struct ets_seasonal_fit *ret);

/* The forecasts for the 1st to the horizon-th step behind y[n], into ret[horizon]. */
void ets_seasonal_forecast(const struct ets_seasonal_fit *fit, const double *y, size_t n,
                           const double *pattern, size_t season, size_t horizon,
                           struct arena *scratch, double *ret);

#endif
