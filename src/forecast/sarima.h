/* Seasonal ARIMA (p,1,q)(0,1,1)_m by the conditional sum of squares (Box, Jenkins &
 * Reinsel, Time Series Analysis, chapters 7 and 9).
 *
 *     w[t] = (1 - B)(1 - B^m) y[t]
 *     (1 - phi1 B - phi2 B^2) w[t] = (1 - theta B)(1 - Theta B^m) e[t]
 *
 * Errors before the first p differences are 0.  phi comes from partial autocorrelations
 * tanh(x) (Barndorff-Nielsen & Schou 1973), theta and Theta are tanh(x) themselves, so
 * that every point of the search is stationary and invertible.  Orders (0,1,1), (1,1,0),
 * (1,1,1), (2,1,0) are compared by AICc = N (ln SSE - ln N) + 2K + 2K(K+1)/(N-K-1), N the
 * differences, K the coefficients and the variance.
 *
 * Search: Nelder–Mead on ln SSE from x = .1 (Theta: .6), steps .3, at most 100 evaluations
 * a coefficient, then 50. */
#ifndef FORECAST_SARIMA_H
#define FORECAST_SARIMA_H

#include "base/arena.h"

enum { SARIMA_ORDERS = 4 };

struct sarima_fit {
    size_t order;        // of the four
    double phi1, phi2;   // autoregressive
    double theta, Theta; // moving average, plain and seasonal
    double aicc;
};

/* The differences are n - season - 1; a fit needs so many steps. */
size_t sarima_least(size_t season);

/* Fits the best order to each of `series` series of one season, y[i][n[i]], finite and at
 * least sarima_least(season) long, into ret[series].  Each has the bits that it has
 * alone. */
void sarima_fit(const double *const *y, const size_t *n, size_t series, size_t season,
                struct arena *scratch, struct sarima_fit *ret);

/* The forecasts for the 1st to the horizon-th step behind y[n], into ret[horizon]. */
void sarima_forecast(const struct sarima_fit *fit, const double *y, size_t n,
                     size_t season, size_t horizon, struct arena *scratch, double *ret);

#endif
