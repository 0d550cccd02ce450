/* A forecast for any series, without a choice by hand: the weighted mean of what several
 * models say, with weights by how they would have done at earlier origins of the series.
 *
 * With a season m and n >= 2m + 4 values the members are, for the values and, where all
 * are above 0, for their logarithms: STL + ETS; STL with a window of 35 + theta; SARIMA;
 * ETS(A,Ad,A); and, for one of the two, logarithms where there are, robust STL + AR.
 * Otherwise they are, for the values: ETS by AICc, ETS(A,Ad,N), theta, and a random walk with
 * drift.
 *
 * Weights are 1 / (S + .05 mean S)^2 with S a member's sum of mean absolute errors over the
 * horizon h from origins n - h, n - h - max(1, h/2) and n - 2h, as far as max(2m + 6, 8)
 * values are known there; equal ones where there is no such origin.  Forecasts are clipped
 * to [the smallest value - 3 ranges, or 0 where no value is below it, the largest + 3 ranges];
 * where all values are the same, to that.
 *
 * Where hours (m = 24) have three weeks or more, what comes again each week is taken out
 * first, by two rounds of STL with seasons of 24 and 168, and added again.
 *
 * The spread of a forecast is sqrt(s^2 + (K + 1) / (K - 1) d): s the weighted mean of the
 * standard deviations that the members by exponential smoothing know of themselves, since a
 * mean's is no larger; d the weighted variance of the K members' forecasts, with what makes
 * it that of one draw more of their kind, as which the value to come is taken. */
#ifndef FORECAST_AUTOMATIC_H
#define FORECAST_AUTOMATIC_H

#include "base/arena.h"

enum { AUTOMATIC_LEAST = 4 }; // values

struct automatic_values {
    size_t n, season; // values, steps
    size_t horizon;   // steps that weights are found for, at least 1
    const double *y;  // [n] finite
    const double
        *seen; // [n] NaN where y was not, and no forecast is judged; NULL: all was
};

struct automatic; // what was learnt

/* Learns from at least AUTOMATIC_LEAST values; what comes of it lives in mem. */
struct automatic *automatic_fit(const struct automatic_values *v, struct arena *mem);

/* The forecasts for the 1st to the horizon-th step behind the values, at least those that
 * were learnt from, into ret[horizon].  Behind these nothing is decomposed again: the season
 * goes on as it was, and the filters over what is left.  ret_spread[horizon] are their
 * standard deviations; NULL: nobody asks. */
void automatic_forecast(const struct automatic *a, const struct automatic_values *v,
                        size_t horizon, struct arena *scratch, double *ret,
                        double *ret_spread);

#endif
