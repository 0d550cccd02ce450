/* Outputs: a path holds its old or its new content, never something between.
 *
 * A stage has one struct publish.  Each output is a temporary file in the target's own
 * folder (".<name>.<pid>.tmp", created exclusively, mode 0600).  publish_commit flushes,
 * sets mode 0644, syncs, closes and only then renames all of them, in the order in which
 * they were opened, and syncs each folder once: open last the output that others wait
 * for.  publish_release removes whatever was not committed; so do out_of_memory and a
 * deadly signal.
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
#ifndef BASE_PUBLISH_H
#define BASE_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* One output under way; sequential, buffered by 64 KiB. */
struct output {
    char *path;      // where it will stand
    char *temporary; // where it stands now
    int fd;
    char *buffer;
    size_t used;     // bytes in the buffer
    uint64_t offset; // bytes handed to output_write so far
    bool failed;     // a write failed; the file is not complete
};

struct publish {
    struct arena mem;
    struct output **outputs; // [n]
    size_t n;
    const char *sweep; // a pattern, or NULL
};

/* Begins an output; creates its folder; removes what dead processes left of this very
 * output.  STATUS_ENVIRONMENT when the target is something else than a regular file, or
 * cannot be written; STATUS_USAGE when this process writes it already. */
MUST_USE enum status publish_open(struct publish *p, const char *path,
                                  struct output **ret, struct error *err);
MUST_USE enum status output_write(struct output *out, const void *p, size_t n,
                                  struct error *err);
MUST_USE enum status output_text(struct output *out, const char *cstring,
                                 struct error *err);
MUST_USE enum status output_format(struct output *out, struct error *err,
                                   const char *format, ...) PRINTF_LIKE(3, 4);

/* Files that match the pattern (base/file.h, file_glob) and are none of the outputs are
 * removed when the outputs are committed.  One pattern a publish. */
void publish_sweep(struct publish *p, const char *pattern);

/* Makes all outputs visible; see above.  STATUS_ENVIRONMENT leaves the old files in
 * place, except that a failing sync of a folder after the renames may leave new ones. */
MUST_USE enum status publish_commit(struct publish *p, struct error *err);
void publish_release(struct publish *p);

/* Removes every temporary file of this process; safe in a signal handler. */
void publish_abandon_all(void);

#endif
