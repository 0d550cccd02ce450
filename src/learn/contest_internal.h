/* The parts of a contest, for one series and for many. */
#ifndef LEARN_CONTEST_INTERNAL_H
#define LEARN_CONTEST_INTERNAL_H

#include "learn/contest.h"

/* The steps that every candidate needs at least; SIZE_MAX where one needs a season and
 * there is none. */
size_t contest_least(const struct candidates *c, size_t season);

/* Origins of the plan that have a step behind them. */
size_t contest_origins(const struct backtest_plan *plan, const struct series *s);

/* The metric over the steps of origins [from, to) that have a value and a forecast, NaN when
 * there is none.  forecasts are backtest_run's. */
double contest_score(const struct backtest_plan *plan, const struct series *s,
                     const double *forecasts, size_t from, size_t to,
                     const struct metric *metric, struct arena *scratch);

/* Refuses a rule that is not one of blocks. */
MUST_USE enum status contest_check_rule(const struct fold_rule *rule, struct error *err);

/* Refuses a series, or a window of so many steps, that a candidate cannot learn from. */
MUST_USE enum status contest_check(const struct candidates *c, size_t window,
                                   const struct series *s, struct error *err);

/* Backtests each candidate on context->threads, for what contest_check lets pass; folds are
 * those of the plan's origins, a cell of the result is a candidate.  memo[c->n], or NULL, is
 * for fits that follow. */
MUST_USE enum status contest_scores(const struct candidates *c,
                                    const struct backtest_plan *plan,
                                    const struct folds *folds, const struct series *s,
                                    const struct metric *score,
                                    const struct fit_context *context,
                                    struct series_memo *memo, struct search_result *ret,
                                    struct error *err);

/* The forecasts of each candidate, into ret[c->n][origins of the plan][horizon]. */
MUST_USE enum status contest_forecasts(const struct candidates *c,
                                       const struct backtest_plan *plan,
                                       const struct series *s,
                                       const struct fit_context *context,
                                       struct series_memo *memo, double **ret,
                                       struct error *err);

/* What the first n of them come to, into ret[c->n][folds->n].  Overwrites those of steps that
 * some candidate has none for. */
void contest_judge(const struct candidates *c, const struct backtest_plan *plan,
                   const struct folds *folds, const struct series *s,
                   const struct metric *score, double **forecast, size_t n,
                   struct arena *scratch, double *ret);

/* The step that the i-th forecast of a plan is of. */
size_t contest_step(const struct backtest_plan *plan, size_t i);

/* The candidate that lacks most forecasts, of n. */
struct contest_silence {
    size_t candidate, lacks;
};

struct contest_silence contest_silence(const struct backtest_plan *plan,
                                       const struct series *s, double **forecast,
                                       size_t candidates, size_t n);

/* Why a score is undefined, in mem, or NULL where no fold is without a step to judge;
 * `common` are a candidate's forecasts of the steps that all have one for. */
const char *contest_why(const struct candidates *c, const struct backtest_plan *plan,
                        const struct folds *folds, const struct series *s,
                        const double *common, const struct contest_silence *silence,
                        struct arena *mem);

/* Too short a series says nothing against the others. */
bool contest_is_judged(const struct contest_rule *rule, const struct backtest_plan *plan,
                       const struct series *s);

/* Means over n series, in their order, of score[n][candidates][folds], into
 * ret[candidates][folds]; a fold of a series counts where it is judged and every candidate
 * has a number. */
void contest_average(const struct contest_rule *rule, const double *score,
                     const bool *judged, size_t n, double *ret);

/* Means, ranks and the best of given scores. */
MUST_USE enum status contest_rank(struct search_result *r, const struct metric *score,
                                  struct arena *mem, struct error *err);

#endif
