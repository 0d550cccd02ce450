/* Standard streams whose writes are made again when a signal interrupts them.
 *
 * The C library gives up on a stream at the first interrupted write and drops what was
 * buffered; a report that breaks off then looks whole.  stage_main puts these in the
 * place of stdout and stderr. */
#ifndef BASE_STREAM_H
#define BASE_STREAM_H

#include <stdbool.h>
#include <stdio.h>

/* A stream that writes to the descriptor, which stays the caller's: whole lines where
 * `lines` says so, else a buffer at a time.  Returns `instead` when there is no memory for
 * one. */
FILE *stream_to(int fd, bool lines, FILE *instead);

#endif
