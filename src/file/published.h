/* Tells whoever started this process which files it published.
 *
 * Where the environment names a file, publish_commit adds to it what got a name: a record
 * of "<device> <inode> <bytes> <mtime in ns> <absolute path>" and a NUL, in one write.
 * bin/track compares that with what stands at a stage's outputs before it records them,
 * for whatever else writes there meanwhile takes no lock. */
#ifndef FILE_PUBLISHED_H
#define FILE_PUBLISHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"

#define PUBLISHED_ENV "NIGHTMILL_PUBLISHED" // holds the absolute path of the report

/* A file as it was published.  A rename keeps all of this. */
struct published {
    const char *path; // absolute
    uint64_t device, inode, bytes;
    int64_t mtime_ns;
};

struct published published_of(const char *path, const struct stat *st);

/* True when both are the same file with the same bytes; the paths do not count. */
bool published_same(const struct published *a, const struct published *b);

/* Adds a file to the report; does nothing where nobody asked for one. */
MUST_USE enum status published_tell(const char *path, const struct stat *st,
                                    struct error *err);

/* Reads a report; a missing one is empty.  STATUS_ENVIRONMENT when it is damaged. */
MUST_USE enum status published_read(const char *report, struct arena *mem,
                                    struct published **ret, size_t *ret_n,
                                    struct error *err);

#endif
