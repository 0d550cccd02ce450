/* Archives in POSIX's ustar format (pax, IEEE Std 1003.1), as far as a registry needs them:
 * plain files in folders, nothing else.
 *
 * What is written depends on names and bytes alone: mode 0644, owner 0, time 0, no padding
 * behind the two blocks of zeros that end it.  What is read is what is written: any other
 * kind of entry (a link, a folder, a device), an absolute path, "..", an extended header and
 * a header whose sum does not fit are refused.  `tar -tvf` lists what export writes. */
#ifndef REGISTRY_USTAR_H
#define REGISTRY_USTAR_H

#include <stdbool.h>

#include "file/file.h"

/* Writes a file of the archive: its header, its n bytes, zeros up to the next block.
 * STATUS_INPUT for a path that no header holds. */
MUST_USE enum status ustar_add(struct output *out, const char *path, const void *p,
                               size_t n, struct error *err);
MUST_USE enum status ustar_end(struct output *out, struct error *err);

/* A file of an archive that is in memory. */
struct ustar_entry {
    const char *path;  // in the arena
    struct view bytes; // of the archive
};

/* Reads all of an archive; name is for messages.  STATUS_INPUT, with the offset, for what
 * ustar_add would not have written. */
MUST_USE enum status ustar_read(const char *name, struct view archive, struct arena *mem,
                                struct ustar_entry **ret, size_t *ret_n,
                                struct error *err);

#endif
