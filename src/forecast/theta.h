/* The dynamic optimised theta model (Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler
 * 2016, International Journal of Forecasting 32).
 *
 *     mu[t] = l[t-1] + (1 - 1/theta) ((1-alpha)^t A[t-1] + (1 - (1-alpha)^(t+1))/alpha B[t-1])
 *     l[t]  = l[t-1] + alpha (y[t] - l[t-1])
 *
 * with A and B the intercept and slope of the line through all values up to t.  alpha lies
 * in (.01, .995) by a logistic map, theta = 1 + exp(x), and the level before the first
 * value is y[0]/theta + d x, for which the first forecast is about y[0], with d the mean
 * change from step to step.  Search: Nelder–Mead on ln SSE, the first three errors left
 * out, from alpha .5, theta 2, x = 0. */
#ifndef FORECAST_THETA_H
#define FORECAST_THETA_H

#include "base/arena.h"

struct theta_fit {
    double alpha, theta; // (0,1), at least 1
    double level;        // before the first value
};

enum { THETA_LEAST = 4 }; // steps

/* Fits each of `series` series y[i][n[i]], finite, into ret[series].  Each has the bits
 * that it has alone. */
void theta_fit(const double *const *y, const size_t *n, size_t series,
               struct arena *scratch, struct theta_fit *ret);

/* The forecasts for the 1st to the horizon-th step behind y[n], into ret[horizon]. */
void theta_forecast(const struct theta_fit *fit, const double *y, size_t n,
                    size_t horizon, double *ret);

#endif
