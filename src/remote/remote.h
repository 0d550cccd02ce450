/* A remote: a place that keeps bytes under keys, on an S3 server or in a folder.
 *
 * Keys are relative to the remote's own prefix, '/' between components, no empty, "." or
 * ".." component, at most 255 bytes each and 1024 in all.  An object is there as a whole
 * or not at all. */
#ifndef REMOTE_REMOTE_H
#define REMOTE_REMOTE_H

#include "digest/digest.h"
#include "file/beneath.h"
#include "remote/credentials.h"

/* What a listing says of an object. */
struct remote_object {
    const char *key;
    uint64_t bytes;
    const char *etag;     // without quotes; "" where there is none
    const char *modified; // ISO 8601, or ""
};

struct remote_objects {
    struct remote_object *v; // [n], sorted by key, strcmp
    size_t n, cap;
};

/* One object on its way. */
struct transfer {
    const char *key;
    const char *path;           // of the file; NULL: body
    const struct beneath *root; // of a get: what path counts from
    struct view body;  // to send; or, after a get without path, what came (lives in mem)
    char md5[MD5_HEX]; // that it must have; empty on a get: not known, not checked
    uint64_t bytes;    // its length; filled by a get
    bool bounded;      // of a get: what is longer than most is refused, and not read on
    uint64_t most;
    bool vouched; // of a put: md5 and sha256 are those of the file as it is

    char sha256[SHA256_HEX]; // filled by both
    const char *etag;        // what the remote answered, or ""
    bool done;
    const struct error *fault; // why it is not done, in mem; NULL: done, or not told
};

/* Told now and then, from the caller's thread: bytes that went over and objects that are
 * done since the put or get under way began. */
typedef void remote_progress(void *context, uint64_t bytes, size_t objects);

struct remote_settings {
    size_t jobs;               // transfers at once, 1 … 16
    double timeout_s;          // for all that this remote is asked for
    remote_progress *progress; // or NULL
    void *context;
};

struct remote;

/* Everything below: STATUS_ENVIRONMENT with one line that says what to do when the remote
 * does not answer as it should; STATUS_BUSY from remote_seize only.  Transient failures
 * are tried again, five times at most, within timeout_s. */
MUST_USE enum status remote_open(const struct remote_config *config,
                                 const struct remote_settings *settings,
                                 struct arena *mem, struct remote **ret,
                                 struct error *err);
void remote_close(struct remote *remote);

/* "s3://bucket/prefix" or the folder's path, for people. */
const char *remote_url(const struct remote *remote);

/* The time of a listing, "2026-01-31T23:59:59.123Z", in seconds since 1970; false for any
 * other text. */
bool remote_time(const char *modified, double *ret_s);

/* Keeps every other push and gc of this machine off that calls this, until remote_release,
 * remote_close or death: where this kind of remote can, *ret_alone says so.  Waits for
 * REMOTE_WAIT_S seconds, then STATUS_BUSY. */
#define REMOTE_WAIT_S 20
MUST_USE enum status remote_seize(struct remote *remote, bool *ret_alone,
                                  struct error *err);
void remote_release(struct remote *remote);

/* What is written and deleted from now on shall count for nothing when it comes too late:
 * no request is signed as of later than this time of this machine, and a server refuses
 * it from 15 minutes later on.  0: no limit. */
void remote_limit(struct remote *remote, int64_t until_s);

/* True when under a limit a request to write or delete went without a clear answer: it may
 * still come to pass. */
bool remote_in_doubt(const struct remote *remote);

/* Ends uploads in parts of keys with that prefix that somebody began and left alone for
 * longer than that; what cannot be ended does no harm but take room.  *ret_n: how many
 * were ended. */
MUST_USE enum status remote_end_uploads(struct remote *remote, const char *prefix,
                                        double grace_s, struct arena *mem, size_t *ret_n,
                                        struct error *err);

/* Every object whose key begins with prefix. */
MUST_USE enum status remote_list(struct remote *remote, const char *prefix,
                                 struct arena *mem, struct remote_objects *ret,
                                 struct error *err);

/* The object with that key in a listing, or NULL. */
const struct remote_object *remote_objects_find(const struct remote_objects *v,
                                                const char *key);

/* Sends or fetches n objects, up to settings.jobs at once, and returns when all are done
 * and verified, or none can be added to those that are: `done` says which.  The first
 * failure, in the order of v, is reported, with the key and the number of others that
 * failed.  A permanent failure that concerns all (wrong secret, missing bucket) ends the
 * work at once.
 *
 * put: the object is verified by its ETag, or by HEAD with its length and
 * x-amz-meta-sha256.  get: path is created (it must not exist), and removed again when
 * the bytes do not have the digest, or are more than the transfer allows: STATUS_INPUT
 * then, naming key, expected and found; STATUS_INPUT also for a key that is not there. */
MUST_USE enum status remote_put(struct remote *remote, struct transfer *v, size_t n,
                                struct arena *mem, struct error *err);
MUST_USE enum status remote_get(struct remote *remote, struct transfer *v, size_t n,
                                struct arena *mem, struct error *err);

/* Puts a small object where its key still is as the caller has seen it: `seen` is what
 * remote_get brought of it, into memory; NULL: there is none.  *ret_done false: it is not so
 * any more, and stays as it is now.  Where an answer is lost the object itself is asked, and
 * the same bytes count as done: two who put the same have both done it. */
MUST_USE enum status remote_swap(struct remote *remote, const char *key, struct view body,
                                 const struct transfer *seen, struct arena *mem,
                                 bool *ret_done, struct error *err);

/* Tries on a key of its own below the folder, which it removes again, whether the remote
 * refuses what remote_swap must not do: some servers take every such request. */
MUST_USE enum status remote_swaps(struct remote *remote, const char *folder,
                                  struct arena *mem, bool *ret, struct error *err);

/* Removes what pushes that were killed have left unfinished; what cannot be removed does
 * no harm. */
void remote_clear(struct remote *remote);

/* Deletes the keys; missing ones count as deleted. */
MUST_USE enum status remote_delete(struct remote *remote, const char *const *keys,
                                   size_t n, struct arena *mem, struct error *err);

/* True when the object of a listing can be the file: the length is the same, and the ETag
 * is its md5, or that of a multipart upload with one of the usual part sizes, or of a
 * shape that says nothing.  path is read only for a multipart ETag, which says nothing
 * where path is NULL. */
MUST_USE enum status remote_matches(const struct remote_object *object, const char *path,
                                    const char *md5, uint64_t bytes, bool *ret,
                                    struct error *err);

#endif
