/* A pipeline's registry as one file, and back. */
#ifndef REGISTRY_REGISTRY_ARCHIVE_H
#define REGISTRY_REGISTRY_ARCHIVE_H

#include "registry/registry.h"

/* Writes all of a registry into a ustar archive (registry/ustar.h), in the order of the paths,
 * after checking every byte: the same registry is the same archive.  STATUS_INPUT for a
 * damaged one, and for none.  *ret_n: versions. */
MUST_USE enum status registry_export(const struct registry *r, const char *path,
                                     struct arena *mem, size_t *ret_n, struct error *err);

/* Makes a registry of an archive.  Nothing is written before all of it was checked: every
 * file against its manifest, the log against the names.  STATUS_INPUT, too, for an archive of
 * another pipeline and where other versions or moves are already. */
MUST_USE enum status registry_import(const struct registry *r, const char *path,
                                     struct arena *mem, size_t *ret_n, struct error *err);

#endif
