/* The DVC side of a project: its folder .dvc, its locks, where its cache lies.
 *
 * Everything is relative to the working folder, which must hold .dvc. */
#ifndef DVC_DVC_REPO_H
#define DVC_DVC_REPO_H

#include "digest/memo.h"
#include "dvc/dvc_config.h"
#include "dvc/dvc_table.h"
#include "file/beneath.h"
#include "file/seen.h"

struct dvc_repo {
    struct dvc_config config;
    const char *cache;     // folder that holds files/md5: .dvc/cache, or cache.dir
    bool cache_named;      // by cache.dir: its own path is trusted, links included
    struct beneath store;  // the cache, for what lies in it; dvc_cache_open
    enum dvc_link link[4]; // [n_links] cache.type: the first that works
    size_t n_links;
    struct memo *memo; // .dvc/tmp/nightmill.memo
    int lock_fd;       // -1 while not held
    double wait_s;     // how long the lock, and stages that run, are waited for
    struct arena *mem; // the one that it was opened with
    struct seen *seen; // what is looked at by dvc_compare is added; or NULL
    const struct dvc_table_entry *entry; // of the stage that runs here, or NULL
};

/* Opens the repository of the working folder: reads its configuration, sweeps what
 * killed ones left below the cache's own temporary folder.  STATUS_INPUT without .dvc
 * ("dvc init" is the hint), for a .dvcignore with patterns and for a cache.type that is not
 * supported. */
MUST_USE enum status dvc_repo_open(struct arena *mem, struct dvc_repo *ret,
                                   struct error *err);

/* Takes DVC's own lock (.dvc/tmp/lock, flock) and looks into .dvc/tmp/rwlock, for as long
 * as repo->wait_s says; three seconds, as DVC does, unless it is set.  STATUS_BUSY when
 * someone still holds the one, or a live process one of the paths in the other (its pid
 * in the message); nothing is held then.  written: paths that the caller will rewrite;
 * read: those it reads; relative; either may be NULL; "." is the whole project.  The lock
 * that is held already is kept. */
MUST_USE enum status dvc_repo_lock(struct dvc_repo *repo, const struct texts *written,
                                   const struct texts *read, struct error *err);
void dvc_repo_unlock(struct dvc_repo *repo);

/* Saves the memo and unlocks. */
void dvc_repo_close(struct dvc_repo *repo); // also for CLEANUP, also of zeros

#endif
