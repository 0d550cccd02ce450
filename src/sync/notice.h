/* Notices: what a push or a gc says of itself in a remote while it works, so that neither
 * takes from the other what it counts on.
 *
 * A push writes the names of all that its manifest will need before it counts on any of
 * them; a gc writes the names of all that it is about to delete.  Both write first and
 * look afterwards, so at least one of two sees the other.  A gc keeps what the notice of
 * a push names; a push waits for a gc that names what it needs.
 *
 *     nightmill/notices/push-3600-<32 hex digits>.json     gc-600-<32 hex digits>.json
 *
 *     {
 *       "format": 1,
 *       "keys": [
 *         "files/md5/ab/cdef…",
 *         …
 *       ]
 *     }
 *
 * The digits are half the writer's machine, as long as it is up, half an accident.  The
 * number is the time in seconds within which its writer will be done.  What is still
 * there that time and a grace later was left by somebody who is dead, or too late to do
 * anything: a server refuses requests that were signed longer than 15 minutes ago, and a
 * writer signs none as of later than its time (remote_limit).  Ages are differences
 * between times that the remote itself gave. */
#ifndef SYNC_NOTICE_H
#define SYNC_NOTICE_H

#include "base/option.h"
#include "remote/remote.h"

#define NOTICE_FOLDER "nightmill/notices/"

/* Twice 15 minutes: a clock that is wrong by so much passes as well. */
#define NOTICE_GRACE_S 1800.0

struct notice {
    const char *key;
    bool gc;   // of a gc; a name that is not known counts as one of a push
    bool here; // by a process of this machine, and not before it was started
    double limit_s, age_s;
};

struct notices {
    struct notice *v; // [n], in the order of the listing
    size_t n;
};

/* A new key. */
const char *notice_key(bool gc, size_t limit_s, struct arena *mem);

bool notice_is_key(const char *key);

/* Adds the bytes of a notice. */
void notice_write(const char *const *keys, size_t n, struct text *out);

/* Reads them back; path is for messages. */
MUST_USE enum status notice_parse(const char *path, struct view bytes, struct arena *mem,
                                  struct texts *ret, struct error *err);

/* The remote's time, in seconds since 1970: that of the object own, which was just
 * written; where own is NULL or not in the listing, the time of this machine. */
double notice_now(const struct remote_objects *listing, const char *own);

/* The notices of a listing, with their ages at that time. */
void notice_find(const struct remote_objects *listing, double now_s, struct arena *mem,
                 struct notices *ret);

/* Deletes notices; err then says that it is no harm. */
MUST_USE enum status notice_remove(struct remote *remote, const char *const *keys,
                                   size_t n, struct arena *mem, struct error *err);

/* True when its writer can no longer do anything, grace_s after its time. */
bool notice_is_dead(const struct notice *notice, double grace_s);

#endif
