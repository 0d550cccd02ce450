/* A contest of series models: backtests from the same origins, judged by one score.
 *
 * The origins are divided into blocks, as rows are into the folds of a recipe's search;
 * means and ranks are search_rank.h's.  Judged are
 * the steps that every candidate forecasts, so that none wins by its silence.  All
 * are alike in size: within a standard error of the best the first of the list is the
 * simplest. */
#ifndef LEARN_CONTEST_H
#define LEARN_CONTEST_H

#include "learn/folds.h"
#include "learn/model_series.h"
#include "learn/search_told.h"
#include "series/backtest.h"
#include "series/candidates.h"

/* Keys of `train.backtest`, whose defaults are backtest_one_step. */
enum { BACKTEST_ROWS = 6 };
extern const struct option_row backtest_rows[BACKTEST_ROWS];

/* The plan for a series of n steps: where it gives no first origin (0), the middle, or the
 * first at which all candidates can be fitted.  With a candidate whose learning is laborious
 * the last 36 steps or two horizons are judged instead, from origins half a horizon apart,
 * by what was learnt at the first of them, as far as the plan says nothing else. */
struct backtest_plan contest_plan(const struct backtest_plan *given,
                                  const struct candidates *c, const struct series *s);

/* Divides the origins of a plan over a series by the rule, which must be one of blocks.
 * STATUS_INPUT, field 'train.folds', for another one, and for more folds than origins. */
MUST_USE enum status contest_folds(const struct fold_rule *rule,
                                   const struct backtest_plan *plan,
                                   const struct series *s, struct arena *mem,
                                   struct folds *ret, struct error *err);

/* What decides. */
struct contest_rule {
    const struct candidates *candidates;
    struct backtest_plan backtest; // first: as contest_plan takes it
    struct fold_rule folds;
    const struct metric *score;
    const struct watch *watch; // hears how many of many series are judged; NULL: nobody
};

/* The contest over a series, and the best candidate fitted on it; a cell of the search is a
 * candidate.  STATUS_INPUT when the series, or the plan's window, cannot be learnt from by
 * one of them, when there are more folds than origins (field 'train.folds'), and when no
 * candidate has a score that is a number (field 'train.score'). */
MUST_USE enum status contest_fit(const struct contest_rule *rule, const struct series *s,
                                 const struct fit_context *context,
                                 struct search_result *ret_search,
                                 struct model_series *ret, struct error *err);

/* The same over n series, each with its own first origin and blocks.  Taken is the
 * candidate with the best mean, over the folds, of the mean score over the series that are
 * judged: those with enough steps for all candidates and an origin a fold.  A fold of a
 * series in which the score of a candidate is no number, as r2 where all values are the
 * same, counts for none.  Series are pieces of work on context->threads; beside n times
 * the scores of one, memory is for one series a thread.  No state comes of it: see
 * learn/model_series.h. */
MUST_USE enum status contest_fit_groups(const struct contest_rule *rule,
                                        const struct series *s, size_t n,
                                        const struct fit_context *context,
                                        struct search_result *ret_search,
                                        struct model_series *ret, struct error *err);

/* The result as a table with the one column "series", and their scores. */
void contest_table(const struct candidates *c, const struct search_result *result,
                   struct arena *mem, struct search_csv *ret);

#endif
