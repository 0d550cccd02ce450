/* A stage against its record in dvc.lock: is it up to date, and if not, why.
 *
 * The answer is DVC's own: the command, dependencies and parameters, then outputs: first
 * their objects in the cache, then the workspace.  Lengths, modes and times do not
 * count. */
#ifndef TRACK_DVC_COMPARE_H
#define TRACK_DVC_COMPARE_H

#include "dvc/dvc_cache.h"
#include "dvc/dvc_file.h"
#include "dvc/dvc_lockfile.h"
#include "track/dvc_seen.h"

struct dvc_difference {
    const char *stage;
    const char *part; // "command", "deps", "params", "outs"
    const char *path; // of the file; "pipeline/milk.yaml:train" for a parameter; or ""
    const char *how;  // "changed", "missing", "new", "not in cache", "not in dvc.lock"
};

struct dvc_differences {
    struct dvc_difference *v;
    size_t n, cap;
    struct dvc_seen seen; // reused while the caller reuses this struct
};

/* The command, dependencies and parameters of the record that the stage would get now.
 * STATUS_INPUT for what is missing. */
MUST_USE enum status dvc_inputs_now(struct dvc_repo *repo, const struct dvc_stage *stage,
                                    struct dvc_seen *seen, struct arena *mem,
                                    struct dvc_record *ret, struct error *err);

/* Adds every difference between the stage as it stands and its record (NULL: there is
 * none).  full: go on behind the first one found. */
MUST_USE enum status dvc_compare(struct dvc_repo *repo, const struct dvc_stage *stage,
                                 const struct dvc_record *record, bool full,
                                 struct arena *mem, struct dvc_differences *ret,
                                 struct error *err);

/* *ret: whether the workspace holds the outputs of a record, whatever the cache lacks. */
MUST_USE enum status dvc_outs_whole(struct dvc_repo *repo, const struct dvc_stage *stage,
                                    const struct dvc_record *record,
                                    struct dvc_seen *seen, struct arena *mem, bool *ret,
                                    struct error *err);

/* True when command, dependencies and parameters of both mean the same.  Otherwise, where
 * ret_path is not NULL, *ret_path is the first path that differs, or "the command". */
bool dvc_same_inputs(const struct dvc_record *a, const struct dvc_record *b,
                     const char **ret_path);

#endif
