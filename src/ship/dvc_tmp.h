/* Folders for unfinished files inside the cache: <cache>/tmp/<pid>.
 *
 * The owner holds a lock (flock) on its folder for as long as it lives.  Who opens the
 * cache later removes folders whose process is gone and whose lock is free; both, because
 * a cache may be shared by machines that do not see each other's processes. */
#ifndef SHIP_DVC_TMP_H
#define SHIP_DVC_TMP_H

#include "base/arena.h"
#include "base/error.h"

struct dvc_tmp {
    const char *path; // NULL: none
    int fd;           // holds the lock
};

/* Creates a folder of its own; with ".1" and so on behind the pid when this process has
 * one already. */
MUST_USE enum status dvc_tmp_make(const char *cache, struct arena *mem,
                                  struct dvc_tmp *ret, struct error *err);

/* Removes the folder and what is left in it. */
void dvc_tmp_remove(struct dvc_tmp *tmp);

/* Removes what dead processes left; what cannot be removed stays. */
void dvc_tmp_sweep(const char *cache, struct arena *mem);

#endif
