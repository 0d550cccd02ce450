/* A contest of series models: backtests from the same origins, judged by one score.
 *
 * The origins are divided into parts, consecutive ones of equal length (the first ones one
 * longer), as folds are for a recipe's cells; means and ranks are search.h's.  Judged are
 * the steps that every candidate forecasts, so that none wins by its silence.  All
 * are alike in size: within a standard error of the best the first of the list is the
 * simplest. */
#ifndef LEARN_CONTEST_H
#define LEARN_CONTEST_H

#include "learn/search.h"
#include "series/backtest.h"
#include "series/candidates.h"

/* Keys of `train.backtest`, whose defaults are backtest_one_step. */
enum { BACKTEST_ROWS = 6 };
extern const struct option_row backtest_rows[BACKTEST_ROWS];

/* The plan for a series of n steps: where it gives no first origin (0), the middle, or the
 * first at which all candidates can be fitted. */
struct backtest_plan contest_plan(const struct backtest_plan *given,
                                  const struct candidates *c, const struct series *s);

/* The metric over the steps of origins [from, to) that have a value and a forecast, NaN when
 * there is none.  forecasts are backtest_run's. */
double contest_score(const struct backtest_plan *plan, const struct series *s,
                     const double *forecasts, size_t from, size_t to,
                     const struct metric *metric, struct arena *scratch);

/* Backtests each candidate on context->threads and ranks them, in `parts` parts; a cell of
 * the result is a candidate.  STATUS_INPUT when the series, or the plan's window, cannot be
 * learnt from by one of them, when there are fewer origins than parts (field 'train.folds'), or when no
 * candidate has a score that is a number (field 'train.score'). */
MUST_USE enum status contest_run(const struct candidates *c,
                                 const struct backtest_plan *plan, size_t parts,
                                 const struct series *s, const struct metric *score,
                                 const struct fit_context *context,
                                 struct search_result *ret, struct error *err);

#endif
