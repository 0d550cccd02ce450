/* Outputs: a path holds its old or its new content, never something between.
 *
 * A stage has one struct publish.  Each output is a temporary file (file/temporary.h,
 * created exclusively, mode 0600) in the target's own folder or, for a target further
 * below a home of the publish, in that home: a folder of outputs may be tracked as a
 * whole and never holds anything unfinished.  publish_commit flushes, sets mode 0644,
 * syncs, closes and only then renames all of them, in the order in which they were
 * opened, and syncs each folder once: open last the output that others wait for.
 * publish_release removes whatever was not committed; so do out_of_memory and a deadly
 * signal.
 *
 * Symbolic links are followed in a path that the user named, and up to the file's own
 * folder where a path leads out of the working folder; below that, and anywhere below the
 * working folder, one is refused by name.
 *
 * publish_sweep names files of former runs that go away then, after the renames.
 *
 * A failed write stays failed: publish_commit then refuses, even when the caller went on.
 *
 *     struct publish publish = {0};
 *     struct output *out;
 *     TRY(publish_open(&publish, "artifacts/milk/clean.arrow", &out, err));
 *     TRY(output_write(out, bytes, n, err));
 *     TRY(publish_commit(&publish, err));
 *     publish_release(&publish);
 */
#ifndef FILE_PUBLISH_H
#define FILE_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "file/checksum.h"
#include "file/temporary.h"

/* One output under way; sequential, buffered by 64 KiB. */
struct output {
    char *path;                    // where it will stand
    struct publish_folder *folder; // in this one
    struct temporary temporary;    // where it stands now
    int fd;
    char *buffer;
    size_t used;         // bytes in the buffer
    uint64_t offset;     // bytes handed to output_write so far
    bool failed;         // a write failed; the file is not complete
    bool summed;         // a checksum is taken of what is written
    struct checksum sum; // of the bytes that left the buffer
};

/* A folder of outputs. */
struct publish_home {
    const char *path;
    bool named; // by the user: its own path is trusted
};

struct publish {
    struct arena mem;
    struct output **outputs; // [n]
    size_t n;
    struct publish_home *homes; // [n_homes]
    size_t n_homes;
    struct publish_folder **folders; // [n_folders] that are open
    size_t n_folders;
    const char *sweep; // a pattern, or NULL
};

/* Names a folder that outputs will stand in or below; to be called before them.  named:
 * its path is the user's word, and links in it are followed. */
void publish_home(struct publish *p, const char *folder, bool named);

/* Begins an output; creates its folder; removes what nobody writes any more of this very
 * output.  STATUS_ENVIRONMENT when the target is something else than a regular file, or
 * cannot be written; STATUS_INPUT when a link stands where none is followed; STATUS_USAGE
 * when this process writes it already. */
MUST_USE enum status publish_open(struct publish *p, const char *path,
                                  struct output **ret, struct error *err);
MUST_USE enum status output_write(struct output *out, const void *p, size_t n,
                                  struct error *err);
MUST_USE enum status output_text(struct output *out, const char *cstring,
                                 struct error *err);
MUST_USE enum status output_format(struct output *out, struct error *err,
                                   const char *format, ...) PRINTF_LIKE(3, 4);

/* Opens a file for what does not fit into memory, beside the output of that path, which is
 * not begun: it has no name and is gone when the caller closes *ret_fd.  Statuses as of
 * publish_open. */
MUST_USE enum status publish_scratch(struct publish *p, const char *path, int *ret_fd,
                                     struct error *err);

/* Takes a checksum of the output from its first byte on; call it before any is written. */
void output_sum_begin(struct output *out);

/* The checksum of all that was handed to output_write so far. */
MUST_USE enum status output_sum(struct output *out, struct checksum *ret,
                                struct error *err);

/* Files that match the pattern (file/file.h, file_glob) and are none of the outputs are
 * removed when the outputs are committed.  One pattern a publish. */
void publish_sweep(struct publish *p, const char *pattern);

/* Makes all outputs visible; see above.  STATUS_ENVIRONMENT leaves the old files in
 * place, except that a failing sync of a folder after the renames may leave new ones. */
MUST_USE enum status publish_commit(struct publish *p, struct error *err);
void publish_release(struct publish *p);

#endif
