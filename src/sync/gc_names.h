/* Sets of names, and the names of objects in a text.
 *
 * These are found by their shape alone: 32 hex digits, with ".dir" behind for a folder,
 * whose object then gives the names of its files. */
#ifndef SYNC_GC_NAMES_H
#define SYNC_GC_NAMES_H

#include "base/text.h"

struct gc_names {
    const char **v; // [n]
    size_t n, cap;
};

void gc_names_add(struct gc_names *names, const char *name, struct arena *mem);

/* Sorts them, each once; what was added before can then be asked for. */
void gc_names_settle(struct gc_names *names);
bool gc_names_have(const struct gc_names *names, const char *name);

/* Adds the names in a dvc.lock or .dvc file; those below `deps:` apart, for no cache
 * needs to have them. */
void gc_names_find(struct view text, struct gc_names *outs, struct gc_names *deps,
                   struct arena *mem);

#endif
