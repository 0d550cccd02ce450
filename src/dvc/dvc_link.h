/* The bytes of a file under a second name: by reflink, hard link or copy. */
#ifndef DVC_DVC_LINK_H
#define DVC_DVC_LINK_H

#include <sys/types.h>

#include "dvc/dvc_repo.h"

/* What came of it. */
struct dvc_linked {
    enum dvc_link way;
    bool same; // the bytes have the digest; otherwise nothing is left at the new name
    uint64_t bytes;
};

/* How the second name is made.  Both paths are walked from their roots without following
 * symbolic links. */
struct dvc_link_wish {
    const struct beneath *from_root, *to_root;
    const char *from, *to, *md5; // md5 may end in ".dir"
    bool executable;             // never a hard link, whose mode would be the cache's
    bool or_copy;                // a copy where none of the kinds of cache.type works
    bool vouched;                // the memo's word counts for the digest of `from`
    mode_t mode;                 // of the new file; hard links get 0444, both names
};

/* Creates `to`, which must not exist, from the regular file `from`, by the first kind of
 * cache.type that works here; one that does not work is not tried again.  The digest is
 * taken of what stands at the new name, or of the bytes on their way there; where it is
 * vouched for, `from` must be the same file in the same state before and behind.
 * STATUS_ENVIRONMENT when no kind works; STATUS_INPUT when `from` is missing or no
 * regular file. */
MUST_USE enum status dvc_link_make(struct dvc_repo *repo,
                                   const struct dvc_link_wish *wish,
                                   struct dvc_linked *ret, struct error *err);

#endif
