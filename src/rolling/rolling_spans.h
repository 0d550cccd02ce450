/* Spans of the pipeline's file that a backtest says nothing of. */
#ifndef ROLLING_ROLLING_SPANS_H
#define ROLLING_ROLLING_SPANS_H

#include "base/watch.h"
#include "rolling/rolling_rows.h"

/* Warns of each span without a row, with its place, and where there is no backtest of all
 * of them at once. */
void rolling_spans_warn(const struct rolling_rows *rows, const struct watch *watch);

#endif
