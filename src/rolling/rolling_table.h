/* The rows of a backtest as a table: backtest.csv or backtest.arrow (data/long_table.h).
 *
 *     group, origin, horizon, KEY, actual, prediction, lower, upper, naive, …
 *
 * The group only where rows have one, under its own name, as the key; lower and upper only
 * of numbers.  Of classes actual, prediction and majority are names, and the probabilities
 * stand behind the prediction where the model has them; of labels there are columns for
 * each.  What is not known is empty. */
#ifndef ROLLING_ROLLING_TABLE_H
#define ROLLING_ROLLING_TABLE_H

#include "rolling/rolling_rows.h"

MUST_USE enum status rolling_table(const struct rolling_rows *rows,
                                   const struct long_files *files, struct arena *mem,
                                   struct error *err);

#endif
