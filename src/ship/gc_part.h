/* What the halves of gc share; only gc.c and gc_keep.c include this. */
#ifndef SHIP_GC_PART_H
#define SHIP_GC_PART_H

#include "ship/gc.h"

/* Adds a name to what is kept. */
void gc_keep(struct gc *gc, const char *name);

/* Keeps what the workspace and git's history name.  A dependency's names may be those of
 * objects, but no cache needs to have them. */
MUST_USE enum status gc_keep_project(struct gc *gc, const struct gc_how *how,
                                     struct error *err);

#endif
