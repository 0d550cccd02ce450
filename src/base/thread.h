/* Work over fixed pieces on a few threads; the same bits for any number of them.
 *
 * Pieces are numbered; each writes only its own slot, and the caller combines the slots
 * in index order.  Threads take the next number from an atomic counter.  With one thread,
 * or one piece, the work runs in the caller. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/* One piece: index in [0, n), worker in [0, threads).  A failure stops the rest; the
 * failure with the lowest index is reported. */
typedef enum status thread_piece(void *context, size_t index, size_t worker,
                                 struct error *err);

MUST_USE enum status thread_run(size_t threads, size_t n, thread_piece *piece,
                                void *context, struct error *err);

/* The number of processors that this process may use, at least 1. */
size_t thread_available(void);

/* A few threads that stay together for many short works.
 *
 * thread_run makes threads for each call, which takes longer than a piece of work of a few
 * microseconds.  A team's threads wait for the next work instead: awake for a moment, then
 * asleep.
 *
 *     struct thread_team *team = thread_team_open(threads, &scratch);
 *     for (…)
 *         thread_team_run(team, n, task, context);
 *     thread_team_close(team); // before scratch is released
 */
struct thread_team;

/* One piece: index in [0, n), worker in [0, thread_team_size). */
typedef void thread_task(void *context, size_t index, size_t worker);

/* A team of the caller and threads - 1 others, of fewer where the system gives no more;
 * lives in mem. */
struct thread_team *thread_team_open(size_t threads, struct arena *mem);

/* How many work, the caller with them. */
size_t thread_team_size(const struct thread_team *team);

/* Runs n pieces, below 2^32, and returns when all are done.  Only the thread that opened
 * the team calls it, and no piece does. */
void thread_team_run(struct thread_team *team, size_t n, thread_task *piece,
                     void *context);

/* Ends the threads.  NULL is nothing. */
void thread_team_close(struct thread_team *team);

#endif
