/* Evaluation by rolling origin: what the pipeline would have forecast from each of a row of
 * origins, had it been run there, beside what came and what naive forecasts would have said.
 *
 * All that is chosen and fitted, the search over a recipe's grid, the contest of series
 * models and their parameters, sees at each origin what was known at it: a copy that holds
 * nothing else.
 *
 *     TRY(rolling_run(&job, mem, &rows, err));
 *     TRY(rolling_table(&rows, &files, mem, err));    // the rows (rolling_table.h)
 *     rolling_figures(&rows, mem, &figures);          // what they come to */
#ifndef ROLLING_ROLLING_RUN_H
#define ROLLING_ROLLING_RUN_H

#include "base/watch.h"
#include "rolling/rolling_rows.h"
#include "search/learning.h"

struct rolling_job {
    const struct pipeline *pipeline;
    const struct learning *learning; // its sections split and train
    const struct rolling_settings *settings;
    const struct histories *histories; // of the target, up to the last key that counts
    const char *features, *catalogue;  // paths of features.arrow and features.json
    const struct texts *only;          // features that a recipe looks at; NULL: all
    size_t threads;
    struct series_memo *memo; // of the one series there is, or NULL
    const struct watch *watch;
    bool prove; // of a recipe: rolling_rule.prove
};

/* Plans and runs it; rows live in mem and borrow what the job has.  Without a plan (see
 * rows->plan->why) there are no rows.  STATUS_INPUT as rolling_plan_of says, and for what
 * `train` does not allow; an origin that nothing could be learnt at has no answer, and the
 * first of them is warned of.  STATUS_STOPPED between two origins. */
MUST_USE enum status rolling_run(const struct rolling_job *job, struct arena *mem,
                                 struct rolling_rows *ret, struct error *err);

#endif
