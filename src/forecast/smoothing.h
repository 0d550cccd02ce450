/* Exponential smoothing with additive errors, in lanes: ETS(A,N,N), (A,A,N), (A,Ad,N) and
 * (A,Ad,A) (Hyndman, Koehler, Ord & Snyder 2008, Forecasting with Exponential Smoothing).
 *
 *     e = y[t] - (l + phi b + s[t-m])
 *     l' = l + phi b + alpha e;  b' = phi b + beta e;  s[t] = s[t-m] + gamma e
 *
 * alpha in (1e-4, .9999), beta = alpha u, gamma = (1 - alpha) v with u and v in the same
 * range, phi in (.8, .98), each by a logistic map.  Level and slope begin with the straight
 * line through the first ten values (their mean without a trend), moved by d x with x
 * searched for and d the mean change from step to step; the season begins with what the
 * caller hands in, as STL's first one, and is not searched for.
 *
 * Search: Nelder–Mead on ln SSE from alpha .3, u .2, phi .95, v .1, x = 0 with steps 1, 1,
 * -1, 1 on the logit scale, .5 for the level, .2 for the slope; 120 evaluations a variable,
 * then 60.  AICc = n (ln SSE - ln n) + 2K + 2K(K+1)/(n-K-1), K the variables and the
 * variance. */
#ifndef FORECAST_SMOOTHING_H
#define FORECAST_SMOOTHING_H

#include "base/arena.h"

enum smoothing_form { SMOOTHING_ANN, SMOOTHING_AAN, SMOOTHING_AADN, SMOOTHING_AADA };

struct smoothing_input {
    enum smoothing_form form;
    size_t n;
    const double *y;       // [n] finite
    const double *pattern; // [season] before the first value; NULL but for AADA
};

struct smoothing_fit {
    enum smoothing_form form;
    double alpha, beta, gamma, phi; // 0, 0 and 1 where the form has none
    double level, slope;            // before the first value
    double aicc;                    // comparable among forms of the same series
    double variance; // of the errors, SSE / (n - K - 2): that of Student's t, which they
                     // follow once K parameters are estimated
};

enum { SMOOTHING_LEAST = 2 }; // values

/* Fits each input into ret[n]; season is that of all.  Each has the bits that it has
 * alone. */
void smoothing_fit(const struct smoothing_input *input, size_t n, size_t season,
                   struct arena *scratch, struct smoothing_fit *ret);

/* The one of n fits with the lowest AICc, of equals the first. */
const struct smoothing_fit *smoothing_best(const struct smoothing_fit *fit, size_t n);

/* The forecasts for the 1st to the horizon-th step behind the input, into ret[horizon]. */
void smoothing_forecast(const struct smoothing_fit *fit,
                        const struct smoothing_input *input, size_t season,
                        size_t horizon, struct arena *scratch, double *ret);

/* The standard deviations of these forecasts as the form has them, sqrt(variance (1 + the
 * sum of c[j]^2, j = 1 to h - 1)) with c[j] = alpha + beta (phi + … + phi^j), and gamma more
 * at each whole season (chapter 6), into ret[horizon]. */
void smoothing_spread(const struct smoothing_fit *fit, size_t season, size_t horizon,
                      double *ret);

#endif
