/* Garbage: objects that nothing which is to be kept names.
 *
 * Kept is what dvc.lock and .dvc files name, those of the workspace and of every commit
 * of every ref, and in a remote also what its newest manifests name.  Whatever looks like
 * the name of an object in these files counts, so that no other version's notation is
 * misread.  Nothing but objects, manifests and copies of dvc.lock is ever deleted, and
 * manifests go before what they name.
 *
 *     TRY(gc_plan(&gc, &sync, &how, err)); // behind sync_open and, for a remote,
 *     TRY(gc_delete(&gc, err));            // sync_connect */
#ifndef SHIP_GC_H
#define SHIP_GC_H

#include "ship/gc_names.h"
#include "ship/sync.h"

struct gc_how {
    bool workspace; // without git's history
    size_t keep;    // newest manifests of a remote to keep
};

/* What is to be deleted in one place. */
struct gc_garbage {
    struct gc_names names; // keys; in the cache, digests
    uint64_t bytes;
};

struct gc {
    struct sync *sync;
    struct gc_names kept;
    struct gc_garbage cache;              // digests
    struct gc_garbage manifests, objects; // keys; lock copies stand among the manifests
};

/* Finds the garbage.  STATUS_INPUT when a folder's object that is to be kept is there but
 * cannot be read, or the workspace's own is nowhere: then nobody knows what else is
 * needed. */
MUST_USE enum status gc_plan(struct gc *gc, struct sync *sync, const struct gc_how *how,
                             struct error *err);

/* Deletes it; STATUS_BUSY when somebody pushed meanwhile. */
MUST_USE enum status gc_delete(struct gc *gc, struct error *err);

#endif
