/* The naive forecasts that a model must beat: the baselines of series/models.def, one step
 * ahead.  Hyndman & Athanasopoulos, Forecasting: Principles and Practice (3rd edition,
 * 2021), section 5.2. */
#ifndef SERIES_BASELINE_H
#define SERIES_BASELINE_H

#include "series/one_step.h"

/* one_step_forecasts for each baseline, into ret[series_baselines][n]. */
MUST_USE enum status baseline_forecasts(const struct history *h, size_t season,
                                        const int32_t *key, size_t n,
                                        struct arena *scratch, double *const *ret,
                                        struct error *err);

#endif
