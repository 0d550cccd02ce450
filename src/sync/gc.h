/* Garbage: objects that nothing which is to be kept names.
 *
 * Kept is what dvc.lock and .dvc files name, those of the workspace and of every commit
 * of every ref, and in a remote also what its newest manifests name.  Whatever looks like
 * the name of an object in these files counts, so that no other version's notation is
 * misread.  Nothing but objects, manifests, copies of dvc.lock and notices of the dead is
 * ever deleted, and manifests go before what they name.
 *
 *     TRY(gc_announce(&gc, &sync, err));   // of a remote, behind sync_connect
 *     TRY(gc_plan(&gc, &sync, &how, err)); // behind sync_open
 *     TRY(gc_delete(&gc, err));
 *     gc_withdraw(&gc, status);            // in any case, behind gc_announce */
#ifndef SYNC_GC_H
#define SYNC_GC_H

#include "sync/gc_names.h"
#include "sync/sync.h"

struct gc_how {
    bool workspace; // without git's history
    size_t keep;    // newest manifests of a remote to keep
    double grace_s; // for which objects of a remote stay that no manifest ever named
};

/* What is to be deleted in one place. */
struct gc_garbage {
    struct gc_names names; // keys; in the cache, paths
    uint64_t bytes;
};

struct gc {
    struct sync *sync;
    const struct gc_how *how;
    struct gc_names kept;
    struct gc_garbage cache;              // paths
    struct gc_garbage manifests, objects; // keys; lock copies stand among the manifests
    struct gc_garbage notices;            // of the dead
    size_t n_young;                       // objects that stay for now
    size_t n_uploads;                     // that were ended

    const char *notice; // of our own, or NULL
    double noticed_s;   // when it was written, of progress_clock_s
    bool alone;         // no other push or gc of this machine is at work
    double now_s;       // of the remote's clock
    double since_s;     // records are kept from then on: a push may still be at work
    char pointer_md5[MD5_HEX]; // as it was read
    bool missed;               // something went while the plan was made
};

/* Says in the remote that a gc is at work, and lists anew what is there.  STATUS_BUSY
 * when somebody else has the remote. */
MUST_USE enum status gc_announce(struct gc *gc, struct sync *sync, struct error *err);

/* Finds the garbage.  STATUS_INPUT when a folder's object that is to be kept is there but
 * cannot be read, or the workspace's own is nowhere: then nobody knows what else is
 * needed. */
MUST_USE enum status gc_plan(struct gc *gc, struct sync *sync, const struct gc_how *how,
                             struct error *err);

/* Deletes it; STATUS_BUSY when somebody pushed since the remote was listed: then nothing
 * was deleted. */
MUST_USE enum status gc_delete(struct gc *gc, struct error *err);

/* Takes the notice away, unless a request to delete may still come to pass. */
void gc_withdraw(struct gc *gc, enum status status);

#endif
