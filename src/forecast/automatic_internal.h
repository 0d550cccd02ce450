/* The members of the automatic choice, on many series at once: those of one table's series
 * are its beginnings up to each origin, as they are and as logarithms. */
#ifndef FORECAST_AUTOMATIC_INTERNAL_H
#define FORECAST_AUTOMATIC_INTERNAL_H

#include <stdbool.h>

#include "forecast/autoregression.h"
#include "forecast/sarima.h"
#include "forecast/smoothing.h"
#include "forecast/theta.h"

enum { AUTOMATIC_MEMBERS = 5, AUTOMATIC_ORDER = 6 };

enum seasonal_member { STL_ETS, STL_THETA, SARIMA, WHOLE, STL_AR };
/* Without a season: what stands in the places of the first four. */
enum plain_member { ETS, DAMPED, THETA, WALK };

/* One series that all members are fitted to, and its decompositions. */
struct automatic_case {
    size_t n;
    const double *z;        // [n] on the scale that the members work on
    bool twin;              // its logarithms are another case, which STL + AR is left to
    double *quick, *smooth; // [n] seasons by STL with windows of 11 and 35 seasons
    double *robust;         // [n] the first with robustness weights; NULL of a twin
};

/* What was fitted to it; the first three without its season, where there is one. */
struct automatic_fit {
    struct smoothing_fit ets, damped; // by AICc; with a damped trend
    struct theta_fit theta;
    struct sarima_fit sarima;
    bool has_sarima;
    struct smoothing_fit whole; // with its season
    struct autoregression ar;   // of the differences without the robust season
};

/* Decomposes n cases of a season, into what is not known of them.  It lives in mem. */
void automatic_prepare(struct automatic_case *c, size_t n, size_t season,
                       struct arena *mem);

/* Fits n cases of one season, 0 or 1: none, into ret[n]; those with a season have been
 * prepared. */
void automatic_fit_cases(const struct automatic_case *c, size_t n, size_t season,
                         struct arena *scratch, struct automatic_fit *ret);

/* The mean change of z[n] from step to step. */
double automatic_drift(const double *z, size_t n);

/* The members' forecasts, into ret[AUTOMATIC_MEMBERS][horizon]; NaN for members that there
 * are not. */
void automatic_forecast_case(const struct automatic_fit *fit,
                             const struct automatic_case *c, size_t season,
                             size_t horizon, struct arena *scratch, double *ret);

/* The standard deviations of the forecasts of exponential smoothing and of the walk, as they
 * know them themselves, into ret[AUTOMATIC_MEMBERS][horizon]; NaN for the other members.
 * Without a season there are few values as a rule, and h / sqrt(n) of an error is added for
 * the trend that these cannot tell. */
void automatic_spread_case(const struct automatic_fit *fit,
                           const struct automatic_case *c, size_t season, size_t horizon,
                           double *ret);

/* The standard deviation of a mean of `members` forecasts with their weights, from f and sd
 * at 0, horizon, 2 horizon, …: what those say of themselves that do, and how far all are
 * apart. */
double automatic_spread(const double *weight, const double *f, const double *sd,
                        size_t members, size_t horizon, double mean);

#endif
