/* Many series as pieces of work: a batch on all threads, then the next, so that a terminal
 * sees how far it is, a signal is heard, and what a batch needs is all the memory there
 * is to be. */
#ifndef SERIES_BATCHES_H
#define SERIES_BATCHES_H

#include "base/arena.h"
#include "base/thread.h"
#include "base/watch.h"

/* thread_run over n pieces; between batches the watch, NULL: nobody, is told of `what` so
 * many are done.  Each piece has an arena of its worker for scratch, which it rewinds. */
typedef enum status batches_piece(void *context, size_t index, struct arena *scratch,
                                  struct error *err);

MUST_USE enum status batches_run(size_t threads, size_t n, batches_piece *piece,
                                 void *context, const struct watch *watch,
                                 const char *what, struct error *err);

#endif
