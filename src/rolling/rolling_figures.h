/* What the rows of a backtest come to: the figures of backtest.json. */
#ifndef ROLLING_ROLLING_FIGURES_H
#define ROLLING_ROLLING_FIGURES_H

#include "artifacts/backtest_json.h"
#include "rolling/rolling_rows.h"

/* Fills all of ret but the model, the options and the table, in mem.  A baseline is compared
 * on the rows that both have an answer for, and tested over the origins: of each the mean
 * loss of its rows, squared errors of numbers, else whether the answer is wrong. */
void rolling_figures(const struct rolling_rows *rows, struct arena *mem,
                     struct backtest_json *ret);

#endif
