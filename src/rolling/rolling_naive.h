/* What a model has to beat in a backtest: naive forecasts from the same origins, for the
 * same steps, or for classes and labels the most frequent value until then.  They learn
 * from all that is known, at every origin anew.
 *
 * The scale of a row is the mean magnitude of the naive errors in the past of its origin,
 * y[t] - y[t-m] with m a season where there is one and it is known long enough, else 1;
 * the square scale is the mean of their squares.  (Hyndman & Koehler 2006, "Another look at
 * measures of forecast accuracy", International Journal of Forecasting 22: MASE; RMSSE as
 * in the M5 competition.) */
#ifndef ROLLING_ROLLING_NAIVE_H
#define ROLLING_ROLLING_NAIVE_H

#include "rolling/rolling_rows.h"

/* Fills baselines and scales of numbers, in mem; series are worked on by so many threads. */
MUST_USE enum status rolling_naive(struct rolling_rows *rows, const struct histories *h,
                                   size_t threads, struct arena *mem, struct error *err);

/* Fills the one of classes and labels; scales stay NULL. */
void rolling_majority(struct rolling_rows *rows, struct arena *mem);

#endif
