/* Records stages: their outputs go into the cache, what they are into dvc.lock. */
#ifndef TRACK_DVC_RECORD_H
#define TRACK_DVC_RECORD_H

#include "track/dvc_compare.h"
#include "track/dvc_run.h"

#define DVC_LOCK_FILE "dvc.lock"
#define DVC_FILE "dvc.yaml"

struct dvc_recorded {
    const char *stage;
    size_t outs;  // outputs of the stage
    bool changed; // dvc.lock had another record, or none
};

/* The paths that stages write and read.  runs: their commands are going to write the
 * outputs; otherwise these are read only. */
void dvc_stage_paths(const struct dvc_stage *const *stage, size_t n, bool runs,
                     struct arena *mem, struct texts *ret_written,
                     struct texts *ret_read);

/* Takes DVC's lock for stages (dvc/dvc_repo.h); runs: as above. */
MUST_USE enum status dvc_lock_stages(struct dvc_repo *repo,
                                     const struct dvc_stage *const *stage, size_t n,
                                     bool runs, struct error *err);

/* Records stages as they stand, as `dvc commit -f` does.
 *
 * The caller holds DVC's lock.  All objects are in the cache before dvc.lock is replaced,
 * by a rename, and only when its bytes change.  seen: what the caller has looked at and
 * vouches for is recorded as it was then.  run: the one that made the outputs, or NULL;
 * STATUS_BUSY when dvc_run_check says so.  ret_recorded: [n].  STATUS_INPUT for the first
 * dependency or output that is missing; nothing was changed then. */
MUST_USE enum status dvc_record_stages(struct dvc_repo *repo, const struct dvc_file *file,
                                       const struct dvc_stage *const *stage, size_t n,
                                       struct dvc_seen *seen, const struct dvc_run *run,
                                       struct arena *mem,
                                       struct dvc_recorded *ret_recorded,
                                       struct error *err);

/* Takes the records of stages that dvc.yaml does not have out of dvc.lock, or, with dry,
 * only finds them; the others keep their bytes.  The caller holds DVC's lock. */
MUST_USE enum status dvc_record_prune(const struct dvc_file *file, bool dry,
                                      struct arena *mem, struct texts *ret_removed,
                                      struct error *err);

/* True when Make takes the outputs for old: one of them is older than a file that the
 * stage reads, or than its executable. */
bool dvc_outs_look_old(const struct dvc_stage *stage);

/* Sets the times of a stage's outputs to now, for Make's sake.  The caller holds DVC's
 * lock. */
MUST_USE enum status dvc_touch_outs(struct dvc_repo *repo, const struct dvc_stage *stage,
                                    struct error *err);

#endif
