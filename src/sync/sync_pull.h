/* A pull: what the cache lacks of every output, then the workspace.
 *
 * An object gets into the cache only after its bytes had the right MD5; one that is
 * missing from the remote or damaged there is told to sync_fault, and the others still
 * come.  Files of the workspace that no cache has are somebody's work: they are not
 * replaced unless force is given. */
#ifndef SYNC_SYNC_PULL_H
#define SYNC_SYNC_PULL_H

#include "sync/sync.h"

struct pull {
    struct sync *sync;
    bool force;
    struct sync_object **wanted; // [n_wanted], by key: what the cache lacks
    size_t n_wanted;
    uint64_t bytes;              // of wanted, as the remote's listing has it
    size_t n_fetched, n_changed; // objects that came, files of the workspace that changed
};

/* Looks through the cache and finds out what is missing there; behind sync_open_locked.
 * The remote is asked only when something is.  Objects of the cache that are damaged are
 * deleted, unless it is a dry run. */
MUST_USE enum status pull_plan(struct pull *pull, struct sync *sync, bool force,
                               struct error *err);

/* Fetches into the cache. */
MUST_USE enum status pull_fetch(struct pull *pull, struct error *err);

/* Puts every output whose objects are all in the cache into the workspace. */
MUST_USE enum status pull_checkout(struct pull *pull, struct error *err);

#endif
