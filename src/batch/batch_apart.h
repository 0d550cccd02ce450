/* Files that answers may not go to, because somebody else's bytes stand there. */
#ifndef BATCH_BATCH_APART_H
#define BATCH_BATCH_APART_H

#include "base/arena.h"
#include "base/error.h"

/* Whose they are; log: its path, or NULL. */
struct batch_apart {
    const char *input, *pipeline, *artifacts, *log;
};

/* Refuses a path for answers that is a link, the questions, the pipeline's file, the log,
 * or a place among the artifacts (below their folder, unless the work goes on in there):
 * STATUS_USAGE. */
MUST_USE enum status batch_apart_output(const char *path, const struct batch_apart *from,
                                        struct arena *mem, struct error *err);

/* Refuses a path of the log that is one of the first two. */
MUST_USE enum status batch_apart_log(const struct batch_apart *from, struct error *err);

#endif
