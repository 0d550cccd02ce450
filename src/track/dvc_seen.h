/* What stands in the workspace, looked at once; a part of track/dvc_compare.h.
 *
 * Many stages read the same folder and the same file of parameters.  A struct dvc_seen
 * keeps what was found; zeros are nothing.  It lives as long as the arena of the calls
 * that filled it, and it must be begun anew once the workspace may have changed. */
#ifndef TRACK_DVC_SEEN_H
#define TRACK_DVC_SEEN_H

#include "dvc/dvc_dir.h"
#include "dvc/dvc_lockfile.h"
#include "dvc/dvc_repo.h"

struct dvc_found;
struct dvc_source;

struct dvc_seen {
    struct names paths;
    struct dvc_found *found; // [paths.n]
    size_t cap;
    struct names files;
    struct dvc_source *source; // [files.n]
    size_t sources_cap;
};

/* A file of parameters. */
struct dvc_source {
    const char *path;
    struct view bytes;
    const struct yaml_node *root;
};

/* Digests what stands at a path of the workspace: a file or a folder, whose list goes to
 * *ret_dir where that is not NULL.  STATUS_INPUT when nothing stands there. */
MUST_USE enum status dvc_entry_now(struct dvc_repo *repo, const char *path,
                                   struct dvc_seen *seen, struct arena *mem,
                                   struct dvc_entry *ret, struct dvc_dir *ret_dir,
                                   struct error *err);

/* Reads a file of parameters: a map, or nothing.  Only YAML is read. */
MUST_USE enum status dvc_source_now(const char *path, struct dvc_seen *seen,
                                    struct arena *mem, const struct dvc_source **ret,
                                    struct error *err);

/* True when nothing stands at the path. */
bool dvc_is_missing(const char *path);

#endif
