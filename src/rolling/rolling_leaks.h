/* What is told of the leak proof of a model, whichever there is: that of the backtest's fits
 * (rolling_proof.c) or else that of the hold-out (search/hold_proof.h). */
#ifndef ROLLING_ROLLING_LEAKS_H
#define ROLLING_ROLLING_LEAKS_H

#include "artifacts/leaks.h"
#include "rolling/rolling_rows.h"
#include "search/hold_proof.h"

/* Notes in found what was proved, or why nothing was, and, in mem, that the answers of the
 * model rest on later or held-out rows, by the name of its estimator, where they do, and
 * warns of it.  The hold-out is proved where no fit of the backtest was. */
MUST_USE enum status rolling_leaks(const struct rolling_rows *rows,
                                   const struct hold_proof_job *hold_out,
                                   struct arena *mem, struct leaks *found,
                                   struct error *err);

#endif
