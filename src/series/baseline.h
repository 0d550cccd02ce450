/* The naive forecasts that a model must beat: the baselines of series/models.def, one step
 * ahead.  Hyndman & Athanasopoulos, Forecasting: Principles and Practice (3rd edition,
 * 2021), section 5.2. */
#ifndef SERIES_BASELINE_H
#define SERIES_BASELINE_H

#include "series/one_step.h"

/* one_step_rows for each baseline, into ret[series_baselines][rows->n], on so many
 * threads. */
MUST_USE enum status baseline_forecasts(const struct histories *h, size_t season,
                                        const struct one_step_rows *rows, size_t threads,
                                        double *const *ret, struct error *err);

#endif
