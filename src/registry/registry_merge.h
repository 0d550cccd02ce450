/* Two logs that began alike and went different ways.
 *
 * What the remote has counts; the moves of this machine that it lacks are done again behind
 * it, in their order, as far as each finds its name where it was.  One that does not was
 * overtaken: it is left out, and told. */
#ifndef REGISTRY_REGISTRY_MERGE_H
#define REGISTRY_REGISTRY_MERGE_H

#include "registry/registry.h"

/* A version that has another number now. */
struct registry_renumbered {
    size_t from, to;
};

struct registry_overtaken {
    struct registry_moved move;      // that was left out
    size_t now;                      // what the name means instead
    const struct registry_moved *by; // the move that led there; NULL: none
};

struct registry_merged {
    struct view log; // remote's, and what was done again
    bool is_theirs;  // nothing was done again
    size_t n;
    struct registry_overtaken *overtaken; // [n]
};

/* Merges our log into theirs; numbers of our own moves go through the map. */
MUST_USE enum status registry_merge(struct view ours, struct view theirs,
                                    const struct registry_renumbered *map, size_t n_map,
                                    struct arena *mem, struct registry_merged *ret,
                                    struct error *err);

/* Our log with the numbers of what they lack mapped. */
MUST_USE enum status registry_renumber(struct view ours, struct view theirs,
                                       const struct registry_renumbered *map,
                                       size_t n_map, struct arena *mem, struct view *ret,
                                       struct error *err);

#endif
