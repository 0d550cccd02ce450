/* A series as trend + season + rest: STL, the seasonal-trend decomposition by loess
 * (Cleveland, Cleveland, McRae & Terpenning 1990, Journal of Official Statistics 6),
 * every point computed (all jumps 1), as statsmodels' STL does, with which it agrees to
 * 1e-12.
 *
 *     struct stl_plan plan = {.season = 12, .seasonal = 11, .inner = 5, …};
 *     struct stl *stl = stl_new(&plan, n, mem);
 *     stl_run(stl, y, season, trend);        // as often as wanted, for series of n values
 */
#ifndef FORECAST_STL_H
#define FORECAST_STL_H

#include <stddef.h>

#include "base/arena.h"

struct stl_plan {
    size_t season;            // steps after which it comes round, at least 2
    size_t seasonal;          // seasons that its smoothing looks at, odd
    unsigned seasonal_degree; // 0 or 1, as the two below
    size_t trend;             // steps that the trend's smoothing looks at, odd; 0: the
                              // least odd number from 1.5 season / (1 - 1.5 / seasonal)
    unsigned trend_degree;
    size_t low_pass; // the same of the low-pass filter; 0: the least odd number
                     // above the season
    unsigned low_pass_degree;
    size_t inner; // passes of a loop, at least 1
    size_t outer; // loops behind the first, with robustness weights from the one before
};

/* The steps below which there is nothing to decompose: two seasons. */
size_t stl_least(size_t season);

struct stl;

/* The filters and the memory for series of n values, at least stl_least.  Lives in mem. */
struct stl *stl_new(const struct stl_plan *plan, size_t n, struct arena *mem);

/* From now on for series of n values, at most as many as it was made for: cheaper than a
 * new one, since most filters stay.  Others are taken from mem. */
void stl_resize(struct stl *stl, size_t n, struct arena *mem);

/* Decomposes y[n], all finite, into ret_season[n] and ret_trend[n]. */
void stl_run(struct stl *stl, const double *y, double *ret_season, double *ret_trend);

#endif
