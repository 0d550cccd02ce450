/* Every difference between what dvc.lock names and what the remote has. */
#ifndef SYNC_SYNC_STATUS_H
#define SYNC_SYNC_STATUS_H

#include "sync/sync.h"

struct sync_difference {
    const struct sync_object *object;
    const char *expected, *found; // "12 bytes", "md5 …", "nothing"
};

struct sync_differences {
    struct sync_difference *v; // [n], by key
    size_t n;
};

/* Compares lengths and ETags, from the listing; deep: every object's bytes too, which are
 * downloaded.  Behind sync_collect. */
MUST_USE enum status sync_compare(struct sync *sync, bool deep,
                                  struct sync_differences *ret, struct error *err);

#endif
