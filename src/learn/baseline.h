/* Naive forecasts that a model must beat.  One function and one row in baselines.def
 * each.
 *
 * naive y[t-1]; seasonal_naive y[t-m]; seasonal_drift y[t-1] + y[t-m] - y[t-m-1], with m
 * the season in steps (12 for months).  Hyndman & Athanasopoulos, Forecasting: Principles
 * and Practice, 5.2. */
#ifndef LEARN_BASELINE_H
#define LEARN_BASELINE_H

#include <stddef.h>

struct baseline {
    const char *name, *summary;
    /* The forecast for row t of the target's series y[n] (one value a step, NaN where
     * missing), NaN when it needs values that are not there, or season is 0.  Reads rows
     * before t only, so t may be n. */
    double (*forecast)(const double *y, size_t t, size_t season);
};

extern const struct baseline baseline_all[];
extern const size_t baseline_count;

#endif
