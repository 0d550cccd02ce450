/* Regression on outside columns with autoregressive errors (Cochrane & Orcutt 1949, Journal
 * of the American Statistical Association 44; Box, Jenkins & Reinsel, Time Series Analysis,
 * section 9.5):
 *
 *     y[t] = b[1] x1[t] + … + b[p] xp[t] + u[t]
 *     u[t] = c + phi[1] u[t-1] + … + phi[q] u[t-q] + e[t]
 *
 * b, c and phi minimise the sum of e^2 from step q on (conditional least squares).  c is the
 * errors' constant and not y's mean, so that it is there for errors with a unit root too. */
#ifndef FORECAST_DYNAMIC_REGRESSION_H
#define FORECAST_DYNAMIC_REGRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define DYNAMIC_COLUMNS_MOST ((size_t)16)
#define DYNAMIC_ORDER_MOST ((size_t)12)

struct dynamic_regression {
    size_t columns, order; // p, q
    double constant;
    double weight[DYNAMIC_COLUMNS_MOST]; // [columns]; 0 of a column that says nothing new
    double phi[DYNAMIC_ORDER_MOST];      // [order]
};

/* The steps that a fit needs: a row more than it has coefficients. */
size_t dynamic_regression_least(size_t columns, size_t order);

/* Fits to y[n] and x[columns][n], all finite, n at least that; x[j][t] is what is known of
 * the column one step before t.  Of ret, columns and order are given.  False where sums
 * overflow.  scratch is rewound. */
bool dynamic_regression_fit(const double *y, const double *const *x, size_t n,
                            struct arena *scratch, struct dynamic_regression *ret);

/* The forecasts for the 1st to the horizon-th step behind y[n], into ret[horizon], from
 * x[columns][n + horizon]; n is at least the order.  scratch is rewound. */
void dynamic_regression_forecast(const struct dynamic_regression *d, const double *y,
                                 const double *const *x, size_t n, size_t horizon,
                                 struct arena *scratch, double *ret);

#endif
