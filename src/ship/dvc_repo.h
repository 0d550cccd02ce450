/* The DVC side of a project: its folder .dvc, its locks, where its cache lies.
 *
 * Everything is relative to the working folder, which must hold .dvc. */
#ifndef SHIP_DVC_REPO_H
#define SHIP_DVC_REPO_H

#include "ship/dvc_config.h"
#include "ship/memo.h"

struct dvc_repo {
    struct dvc_config config;
    const char *cache;     // folder that holds files/md5: .dvc/cache, or cache.dir
    enum dvc_link link[4]; // [n_links] cache.type: the first that works
    size_t n_links;
    struct memo *memo; // .dvc/tmp/nightmill.memo
    int lock_fd;       // -1 while not held
    bool impatient;    // the lock is not waited for
    struct arena *mem; // the one that it was opened with
};

/* Opens the repository of the working folder: reads its configuration, sweeps what dead
 * processes left below the cache's own temporary folder.  STATUS_INPUT without .dvc ("dvc
 * init" is the hint), for a .dvcignore with patterns and for a cache.type that is not
 * supported. */
MUST_USE enum status dvc_repo_open(struct arena *mem, struct dvc_repo *ret,
                                   struct error *err);

/* Takes DVC's own lock (.dvc/tmp/lock, flock), waiting up to three seconds as DVC does,
 * and looks into .dvc/tmp/rwlock: STATUS_BUSY when someone holds the one, or a live
 * process holds one of the paths in the other (its pid in the message); nothing is held
 * then.  written: paths that the caller will rewrite; read: those it reads; relative;
 * either may be NULL.  The lock that is held already is kept. */
MUST_USE enum status dvc_repo_lock(struct dvc_repo *repo, const struct texts *written,
                                   const struct texts *read, struct error *err);
void dvc_repo_unlock(struct dvc_repo *repo);

/* Saves the memo and unlocks. */
void dvc_repo_close(struct dvc_repo *repo); // also for CLEANUP, also of zeros

#endif
