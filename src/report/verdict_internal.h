/* Between the figures of a verdict and its words. */
#ifndef REPORT_VERDICT_INTERNAL_H
#define REPORT_VERDICT_INTERNAL_H

#include "report/verdict.h"

/* Standard errors between the model and a baseline on the rows of a part that both have;
 * below 0: the model is better, NaN: too few rows. */
double verdict_errors(const struct report *r, enum report_part part,
                      const struct metrics_json_baseline *b);

/* Fills what a backtest decides; false where there is none with a baseline. */
bool verdict_backtest(const struct report *r, struct verdict *v);

/* Adds the headline behind who is better, without its end, and how sure that is. */
void verdict_backtest_headline(const struct report *r, const struct verdict *v,
                               struct text *t);
void verdict_backtest_sure(const struct report *r, const struct verdict *v,
                           struct text *t);

/* Fills what limits a verdict that is known. */
void verdict_limits(const struct report *r, struct arena *mem, struct verdict *v);

/* Fills the sentences of a verdict whose figures are known. */
void verdict_words(const struct report *r, struct arena *mem, struct verdict *v);

#endif
