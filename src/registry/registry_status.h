/* What differs between the registries here and those in a remote, without changing either.
 *
 * No difference is what pulling leaves alone: a version that is in the remote only, is older
 * than the newest one here, and that no name of the remote means, was pruned here. */
#ifndef REGISTRY_REGISTRY_STATUS_H
#define REGISTRY_REGISTRY_STATUS_H

#include "registry/registry.h"
#include "remote/remote.h"

/* Adds a line a difference of one pipeline's registry, which may be on one side only. */
MUST_USE enum status registry_status(const struct registry *r, struct remote *remote,
                                     struct text *out, size_t *ret_n, struct error *err);

/* The same of every registry below the folder or in the remote. */
MUST_USE enum status registry_status_all(const char *folder, struct remote *remote,
                                         struct text *out, size_t *ret_n,
                                         size_t *ret_registries, struct error *err);

#endif
