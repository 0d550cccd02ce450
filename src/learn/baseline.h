/* The naive forecasts that a model must beat: the baselines of series/models.def, one step
 * ahead.  Hyndman & Athanasopoulos, Forecasting: Principles and Practice (3rd edition,
 * 2021), section 5.2. */
#ifndef LEARN_BASELINE_H
#define LEARN_BASELINE_H

#include "data/history.h"
#include "series/series.h"

/* The target's history as a series. */
struct series baseline_series(const struct history *h, size_t season);

/* The forecast of each baseline for the steps of n keys, each from the steps before it,
 * into ret[series_baselines][n].  NaN for a step that needs values that are missing, or
 * lies further than one behind the history's end, or before it.  scratch is rewound. */
MUST_USE enum status baseline_forecasts(const struct history *h, size_t season,
                                        const int32_t *key, size_t n,
                                        struct arena *scratch, double *const *ret,
                                        struct error *err);

#endif
