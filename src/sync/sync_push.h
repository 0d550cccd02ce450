/* A push: a notice, what the remote lacks of everything that dvc.lock names, then dvc.lock
 * itself, a manifest, and the pointer to it; each only when all before it are verified.
 *
 *     TRY(push_plan(&push, &sync, err)); // behind sync_collect
 *     TRY(push_send(&push, err));        // nothing where nothing is missing
 */
#ifndef SYNC_SYNC_PUSH_H
#define SYNC_SYNC_PUSH_H

#include "sync/manifest.h"
#include "sync/sync.h"

struct push {
    struct sync *sync;
    struct transfer *file, *folder; // [n_files], [n_folders]: what is to go, by key
    size_t n_files, n_folders;
    uint64_t bytes;              // of both
    size_t n_present;            // objects that are there already
    struct sync_object **healed; // [n_healed] stand in the remote with other bytes
    size_t n_healed;
    struct manifest manifest; // whole after push_send
    struct manifest_name name;
    size_t n_records;   // of dvc.lock, manifest and pointer: those that were written
    const char *notice; // its key
    struct remote_objects notices; // as they were listed last
    int64_t until_s;               // when the notice's time is over
    bool alone;                    // no other push or gc of this machine is at work
};

/* Decides what is to go.  Objects that neither cache nor remote has, or that are damaged
 * in the cache, are told to sync_fault; STATUS_INPUT then, and nothing has been sent.  In
 * a dry run digests that only a download could tell are left out. */
MUST_USE enum status push_plan(struct push *push, struct sync *sync, struct error *err);

/* STATUS_BUSY when a gc that is about to delete what is needed does not end, or somebody
 * took the notice away; the pointer is where it was then. */
MUST_USE enum status push_send(struct push *push, struct error *err);

/* For sync_push_send.c: an object of the cache on its way, and one that is nowhere. */
struct transfer push_transfer(const struct push *push, const struct sync_object *o);
void push_fault_missing(struct sync *sync, const struct sync_object *o);

#endif
