/* What two versions differ in. */
#ifndef REGISTRY_REGISTRY_DIFF_H
#define REGISTRY_REGISTRY_DIFF_H

#include "registry/registry.h"
#include "registry/registry_table.h"

/* A row a difference: what ("parameter", "metric", "backtest", "feature", "data", "code",
 * "file"), its name, and the value in either, missing where it is not there.  The versions'
 * files are checked first.  The names of the last two columns are those of the versions. */
MUST_USE enum status registry_diff(const struct registry *r, const size_t version[2],
                                   struct arena *mem, struct registry_table *ret,
                                   struct error *err);

#endif
