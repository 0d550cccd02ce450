/* Files: read whole or mapped; written so that a path holds its old or its new content, never
 * something between.
 *
 * Writing.  A stage has one struct publish.  Each output is a temporary file in the target's own
 * folder (".<name>.<pid>.tmp", created exclusively).  publish_commit flushes, sets mode 0644,
 * syncs, closes and only then renames all of them, in the order in which they were opened, and
 * syncs each folder once: open last the output that others wait for.  publish_release removes
 * whatever was not committed; so do out_of_memory and a deadly signal.
 *
 *     struct publish publish = {0};
 *     struct output *out;
 *     TRY(publish_open(&publish, "artifacts/milk/clean.arrow", &out, err));
 *     TRY(output_write(out, bytes, n, err));
 *     TRY(publish_commit(&publish, err));
 *     publish_release(&publish);
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/* A read-only mapping; of an empty file p is a valid pointer to no bytes. */
struct mapping {
    const unsigned char *p;
    size_t n;
};

/* Maps a regular file.  STATUS_INPUT when it does not exist or is no regular file (with the nearest
 * name in its folder as hint), STATUS_ENVIRONMENT when it could not be read. */
MUST_USE enum status file_map(const char *path, struct mapping *ret, struct error *err);
void file_unmap(struct mapping *map);

/* Reads a regular file of at most max bytes into mem, with a NUL behind. */
MUST_USE enum status file_read(const char *path, size_t max, struct arena *mem,
                               struct view *ret, struct error *err);

/* Opens for reading; the same errors as file_map. */
MUST_USE enum status file_open(const char *path, int *ret_fd, struct error *err);

/* Returns the paths that match a pattern whose last component may hold *, sorted by byte value.
 * STATUS_INPUT when none does. */
MUST_USE enum status file_glob(const char *pattern, struct arena *mem, char ***ret_paths,
                               size_t *ret_n, struct error *err);

bool file_exists(const char *path);

/* Creates a folder and its parents; existing ones are fine. */
MUST_USE enum status file_make_folder(const char *path, struct error *err);

/* Returns folder/name in mem; name alone when it is absolute or folder is NULL, "" or ".". */
char *file_join(struct arena *mem, const char *folder, const char *name);

/* Returns the last component, and the same without its extension, in mem. */
const char *file_name(const char *path);
char *file_stem(struct arena *mem, const char *path);

/* One output under way; sequential, buffered by 64 KiB. */
struct output {
    char *path;      // where it will stand
    char *temporary; // where it stands now
    int fd;
    char *buffer;
    size_t used;     // bytes in the buffer
    uint64_t offset; // bytes handed to output_write so far
};

struct publish {
    struct arena mem;
    struct output **outputs; // [n]
    size_t n;
};

/* Begins an output; creates its folder; sweeps temporary files of dead processes there. */
MUST_USE enum status publish_open(struct publish *p, const char *path, struct output **ret,
                                  struct error *err);
MUST_USE enum status output_write(struct output *out, const void *p, size_t n, struct error *err);
MUST_USE enum status output_text(struct output *out, const char *cstring, struct error *err);
MUST_USE enum status output_format(struct output *out, struct error *err, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Makes all outputs visible; see above.  STATUS_ENVIRONMENT leaves the old files in place, except
 * that a failing sync of a folder after the renames may leave new ones. */
MUST_USE enum status publish_commit(struct publish *p, struct error *err);
void publish_release(struct publish *p);

/* Removes every temporary file of this process; safe in a signal handler. */
void publish_abandon_all(void);

#endif
