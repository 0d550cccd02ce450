/* Work over fixed pieces on a few threads; the same bits for any number of them.
 *
 * Pieces are numbered; each writes only its own slot, and the caller combines the slots
 * in index order.  Threads take the next number from an atomic counter.  With one thread,
 * or one piece, the work runs in the caller. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <stddef.h>

#include "base/error.h"

/* One piece: index in [0, n), worker in [0, threads).  A failure stops the rest; the
 * failure with the lowest index is reported. */
typedef enum status thread_piece(void *context, size_t index, size_t worker,
                                 struct error *err);

MUST_USE enum status thread_run(size_t threads, size_t n, thread_piece *piece,
                                void *context, struct error *err);

/* The number of processors that this process may use, at least 1. */
size_t thread_available(void);

#endif
