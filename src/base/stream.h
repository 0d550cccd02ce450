/* Standard streams whose writes are made again when a signal interrupts them.
 *
 * The C library gives up on a stream at the first interrupted write and drops what was
 * buffered; a report that breaks off then looks whole.  stage_main puts these in the
 * place of stdout and stderr. */
#ifndef BASE_STREAM_H
#define BASE_STREAM_H

#include <stdbool.h>
#include <stdio.h>

struct stream {
    int fd;
    int failed; // errno of the first write that failed; 0: none did
};

/* Opens a stream that writes to the descriptor, which stays the caller's: whole lines where
 * `lines` says so, else a buffer at a time.  It holds `to` until the process ends.  Returns
 * `instead` when there is no memory for one. */
FILE *stream_open(struct stream *to, bool lines, FILE *instead);

#endif
