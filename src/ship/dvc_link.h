/* The bytes of a file under a second name: by reflink, hard link or copy. */
#ifndef SHIP_DVC_LINK_H
#define SHIP_DVC_LINK_H

#include <sys/types.h>

#include "ship/dvc_repo.h"

/* What came of it. */
struct dvc_linked {
    enum dvc_link way;
    bool same; // the bytes have the digest; otherwise nothing is left at the new name
    uint64_t bytes;
};

/* Creates `to`, which must not exist, from the regular file `from`, by the first of the
 * ways that works here; md5 may end in ".dir".  The digest is taken of what stands at the
 * new name, or of the bytes on their way there.  The file gets the mode, but 0444 as a
 * hard link, which is what both names then have.  STATUS_ENVIRONMENT when none of the ways
 * works; STATUS_INPUT when `from` is missing or no regular file. */
MUST_USE enum status dvc_link_make(const enum dvc_link *way, size_t n, const char *from,
                                   const char *to, const char *md5, mode_t mode,
                                   struct dvc_linked *ret, struct error *err);

#endif
