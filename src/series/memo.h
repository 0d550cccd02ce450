/* What fits and backtests of one series have in common: past forecasts of a combination's
 * members, which are worked out once where a fit_context has a memo.
 *
 *     struct series_memo memo = {0};
 *     context.memo = &memo;
 *     …
 *     memo_release(&memo);
 *
 * Nothing depends on it but time.  The members must outlive it.  It belongs to one thread and holds one series, the last
 * one: values are compared, so that another one is never taken for it. */
#ifndef SERIES_MEMO_H
#define SERIES_MEMO_H

#include "series/candidates.h"

struct series_memo {
    struct arena mem;
    const struct candidates *of; // whose members
    size_t season, wanted, from, n, horizon;
    const double *y; // [n]
    double **value;  // as combination_paths has them
};

void memo_release(struct series_memo *memo);

#endif
