/* Series models in a backtest: at each origin that is a fit the contest of the candidates is
 * held over what is known then, and the best is fitted on it; between two fits it goes on
 * with what it has learnt. */
#ifndef ROLLING_ROLLING_SERIES_H
#define ROLLING_ROLLING_SERIES_H

#include "base/watch.h"
#include "learn/contest.h"
#include "rolling/rolling_rows.h"

/* Fills the answers.  Series are pieces of work on context->threads; watch is told of
 * them.  There is no answer
 * where too little is known to hold the contest or to fit the best. */
MUST_USE enum status rolling_series(struct rolling_rows *rows, const struct histories *h,
                                    const struct contest_rule *rule,
                                    const struct fit_context *context,
                                    const struct watch *watch, struct error *err);

#endif
