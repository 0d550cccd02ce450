/* Is a registry whole?  Every byte of it is looked at. */
#ifndef REGISTRY_REGISTRY_VERIFY_H
#define REGISTRY_REGISTRY_VERIFY_H

#include "base/watch.h"
#include "registry/registry.h"

/* Tells every fault to w: a version whose manifest or file is damaged or missing, a file
 * that no manifest names, a damaged aliases.json or log, a name that means no version, names
 * that are not those that the log leads to.  STATUS_OK when it was looked through, with
 * faults or without; *ret_n: versions. */
MUST_USE enum status registry_verify(const struct registry *r, const struct watch *w,
                                     struct arena *mem, size_t *ret_n, struct error *err);

#endif
