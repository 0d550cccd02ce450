/* Records stages: their outputs go into the cache, what they are into dvc.lock. */
#ifndef TRACK_DVC_RECORD_H
#define TRACK_DVC_RECORD_H

#include "dvc/dvc_ledger.h"
#include "track/dvc_compare.h"
#include "track/dvc_run.h"

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

/* Records stages as they stand, as `dvc commit -f` does; dvc.lock has it once the ledger
 * is folded.
 *
 * The caller holds DVC's lock and has synced the ledger.  All objects are in the cache
 * before a record is put, and only one whose bytes change is.  seen: what the caller has
 * looked at and vouches for is recorded as it was then.  run: the one that made the
 * outputs, or NULL; STATUS_BUSY when dvc_run_check says so.  ret_recorded: [n].
 * STATUS_INPUT for the first dependency or output that is missing, and for a record that
 * would not read back; nothing was recorded then. */
MUST_USE enum status dvc_record_stages(struct dvc_repo *repo, struct dvc_ledger *ledger,
                                       const struct dvc_stage *const *stage, size_t n,
                                       struct dvc_seen *seen, const struct dvc_run *run,
                                       struct arena *mem,
                                       struct dvc_recorded *ret_recorded,
                                       struct error *err);

/* Takes the records of stages that dvc.yaml does not have out of dvc.lock, or, with dry,
 * only finds them; the others keep their bytes.  The caller holds DVC's lock and has
 * folded and synced the ledger. */
MUST_USE enum status dvc_record_prune(struct dvc_ledger *ledger,
                                      const struct dvc_file *file, bool dry,
                                      struct arena *mem, struct texts *ret_removed,
                                      struct error *err);

#endif
