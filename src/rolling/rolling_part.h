/* Figures of some of a backtest's rows. */
#ifndef ROLLING_ROLLING_PART_H
#define ROLLING_ROLLING_PART_H

#include "artifacts/backtest_json.h"
#include "rolling/rolling_rows.h"

/* The figures that parts have: the metrics of the task and, of numbers, mase and rmsse. */
size_t rolling_part_figures(const struct rolling_rows *rows);

/* The part that the rows index[n] are, in mem. */
void rolling_part(const struct rolling_rows *rows, const char *name, const size_t *index,
                  size_t n, struct arena *mem, struct backtest_json_part *ret);

#endif
