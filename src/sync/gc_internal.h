/* What the parts of gc share; only gc*.c include this. */
#ifndef SYNC_GC_INTERNAL_H
#define SYNC_GC_INTERNAL_H

#include "sync/gc.h"

/* Adds a name to what is kept. */
void gc_keep(struct gc *gc, const char *name);

/* Adds a name to what is to go. */
void gc_waste(struct gc *gc, struct gc_garbage *garbage, const char *name,
              uint64_t bytes);

/* gc_remote.c: the remote's part of planning and deleting. */
MUST_USE enum status gc_plan_remote(struct gc *gc, struct error *err);
MUST_USE enum status gc_delete_remote(struct gc *gc, struct error *err);

/* Keeps what the workspace and git's history name.  A dependency's names may be those of
 * objects, but no cache needs to have them. */
MUST_USE enum status gc_keep_project(struct gc *gc, const struct gc_how *how,
                                     struct error *err);

#endif
