/* Where each record of a large dvc.lock begins, .dvc/tmp/nightmill.places.
 *
 * Reading a thousand pipelines' records takes seconds, finding one by its place nothing.
 * The file holds for the dvc.lock that it was made for, by device, inode, length and
 * times; it is a help and no promise: missing, old or damaged, it is not used. */
#ifndef DVC_DVC_PLACES_H
#define DVC_DVC_PLACES_H

#include <sys/stat.h>

#include "dvc/dvc_lockfile.h"

/* From here on a dvc.lock is worth it. */
#define DVC_PLACES_FROM ((size_t)128 << 10)

/* Writes the places of the records, whose texts lie one behind the other, behind the
 * head, in the file of that state. */
void dvc_places_save(const struct dvc_lockfile *lock, const struct stat *state);

/* Fills names and texts of the records, nothing else; false when that is not known.
 * Whoever reads a record finds out whether it is one. */
bool dvc_places_load(const struct stat *state, struct view bytes, struct arena *mem,
                     struct dvc_lockfile *ret);

#endif
