/* Runs the stages of lanes that are not what dvc.lock says.
 *
 * Digests decide, not times.  Each lane goes from its first stage to its last; lanes go
 * side by side, as many commands at once as there are jobs.  DVC's lock is held while
 * files are digested and recorded, and released while this process waits for a command,
 * as DVC does.  A stage that ended is recorded at once, in the journal of
 * dvc/dvc_ledger.h; dvc.lock is written when all is done, also where stages failed, and
 * meanwhile as often as that takes no more than a twentieth of the time. */
#ifndef TRACK_DVC_RUNNER_H
#define TRACK_DVC_RUNNER_H

#include "dvc/dvc_ledger.h"
#include "dvc/dvc_repo.h"
#include "track/dvc_lane.h"

struct dvc_runner {
    struct dvc_repo *repo;
    const struct dvc_file *file;
    struct dvc_ledger *ledger;
    const struct dvc_lane *lane; // [n_lanes]
    size_t n_lanes;
    size_t jobs;     // from 1
    bool keep_going; // other lanes, when one has failed
    struct arena *mem;
    void (*begins)(void *sink, const char *command);
    void (*failed)(void *sink, struct error *err); // behind the first that failed
    void *sink;
};

/* Runs the lanes up to their ends.  What a stage's command ended with is the status, with
 * no message: it has told of itself. */
MUST_USE enum status dvc_runner_run(const struct dvc_runner *runner, struct error *err);

#endif
