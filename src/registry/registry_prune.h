/* Taking old versions away. */
#ifndef REGISTRY_REGISTRY_PRUNE_H
#define REGISTRY_REGISTRY_PRUNE_H

#include "registry/registry.h"

/* Removes every version that no alias names, but for the newest `keep`, at least 1: the
 * newest keeps its number from being given again.  dry: only says which.  *ret are their
 * numbers, in mem. */
MUST_USE enum status registry_prune(const struct registry *r, size_t keep, bool dry,
                                    struct arena *mem, size_t **ret, size_t *ret_n,
                                    struct error *err);

#endif
