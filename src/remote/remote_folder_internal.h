/* The parts of a remote in a folder; only remote_folder*.c include this.
 *
 * Keys are walked one component after the other, without following symbolic links. */
#ifndef REMOTE_REMOTE_FOLDER_INTERNAL_H
#define REMOTE_REMOTE_FOLDER_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "file/temporary_folder.h"
#include "remote/remote_ops.h"

/* Objects on their way stand in a folder of the process's own below this. */
#define FOLDER_TEMPORARY "nightmill/tmp"

struct folder {
    struct beneath root; // of the remote; fd -1 while it does not exist
    struct temporary_folder tmp;
    atomic_size_t next; // number of the next temporary file
    bool swept;
    int seized; // nightmill/, locked; -1 while it is not
};

static inline struct folder *folder_of(const struct remote *remote)
{
    return remote->state;
}

/* Fills err from errno, for an object. */
enum status folder_failed(const char *what, const struct remote *remote, const char *key,
                          struct error *err);

/* Opens the remote's folder unless it is open; one that does not exist stays closed, or
 * is created. */
MUST_USE enum status folder_root(struct remote *remote, bool create, struct error *err);

/* Opens a folder below another, created where it is missing and create says so; -1 with
 * errno. */
int folder_below(int fd, const char *name, bool create);

/* The same for the folder that holds the key; *ret_name is the key's last component. */
int folder_parent(const struct remote *remote, const char *key, bool create,
                  const char **ret_name);

/* Makes the folder for what is on its way, unless it is there. */
MUST_USE enum status folder_temporary(struct remote *remote, struct error *err);

/* remote_folder_swap.c */
MUST_USE enum status folder_swap(struct remote *remote, const char *key, struct view body,
                                 const struct transfer *seen, struct arena *mem,
                                 bool *ret_done, struct error *err);

/* remote_folder_lock.c: takes the lock on an open folder, waiting for REMOTE_WAIT_S at
 * most; *ret_none: there are no locks here. */
MUST_USE enum status folder_lock(const struct remote *remote, int fd, bool *ret_none,
                                 struct error *err);
MUST_USE enum status folder_seize(struct remote *remote, bool *ret_alone,
                                  struct error *err);
void folder_release(struct remote *remote);

/* Bytes from a file or a body into a file or memory, digested on the way. */
struct folder_copy {
    int from; // or -1: body
    struct view body;
    int to; // or -1: memory
    char *memory;
    size_t cap;   // of memory
    bool discard; // the digests are all that is wanted
    bool bounded; // more than most bytes are not read
    uint64_t most;
    bool too_long;
    uint64_t bytes;
    struct digest md5, sha256;
    const char *failed; // "read" or "write", with errno
};

/* Copies all and fills the digests in hex; false with errno and c->failed. */
bool folder_copy(struct folder_copy *c, char md5[MD5_HEX], char sha256[SHA256_HEX]);

/* One call of put or get. */
struct folder_work {
    struct remote *remote;
    struct transfer *v;
    size_t n;
    struct arena *mem; // guarded by lock
    pthread_mutex_t lock;
    struct error *fault;   // [n], status STATUS_OK where none
    char (*temporary)[24]; // [n] of a put, names in the temporary folder
    atomic_bool hopeless;  // the disk is full or gone: no other can be done either
    atomic_uint_fast64_t bytes;
    atomic_size_t objects;
};

/* Copies the object with that index to a temporary file of the remote, and back to where
 * its transfer wants it.  On any thread. */
MUST_USE enum status folder_put_object(struct folder_work *work, size_t i,
                                       struct error *err);
MUST_USE enum status folder_get_object(struct folder_work *work, size_t i,
                                       struct error *err);

MUST_USE enum status folder_list(struct remote *remote, const char *prefix,
                                 struct arena *mem, struct remote_objects *ret,
                                 struct error *err);

#endif
