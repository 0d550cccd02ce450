/* Everything in a project that names objects of the cache: dvc.lock and .dvc files, of
 * the workspace and of git's history. */
#ifndef SYNC_GC_HISTORY_H
#define SYNC_GC_HISTORY_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

struct gc_texts {
    struct view *v; // [n]
    size_t n, cap;
};

/* Adds the files of the workspace, but for the dvc.lock of the working folder. */
MUST_USE enum status gc_workspace(struct arena *mem, struct gc_texts *ret,
                                  struct error *err);

/* Adds every version that a commit of any ref holds; nothing where there is no git
 * repository.  STATUS_ENVIRONMENT when there is one and git could not read it: then
 * nobody knows what it needs. */
MUST_USE enum status gc_history(struct arena *mem, struct gc_texts *ret,
                                struct error *err);

#endif
