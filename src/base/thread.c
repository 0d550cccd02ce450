/* Work over numbered pieces by a few threads.
 *
 * The caller is worker 0; the others are created for one call and joined at its end.
 * Numbers are handed out in rising order, and a piece that was begun is finished: when
 * piece k fails, all below k have run or are running, so the lowest failing index is the
 * same with any number of threads. Where the system gives no thread the work is done by
 * those there are. */
#define _GNU_SOURCE // sched_getaffinity: sysconf also counts what taskset withholds

#include "base/thread.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "base/arena.h"

enum { MAX_THREADS = 1024 };

struct thread_work {
    size_t n;
    thread_piece *piece;
    void *context;
    atomic_size_t next;
    atomic_bool stop;
};

struct worker {
    struct thread_work *work;
    pthread_t thread;
    size_t number;
    size_t failed; // the index that failed, SIZE_MAX while none did
    enum status status;
    struct error err;
};

static void *work_on(void *p)
{
    struct worker *self = p;
    struct thread_work *work = self->work;
    while (!atomic_load(&work->stop)) {
        size_t i = atomic_fetch_add(&work->next, 1);
        if (i >= work->n)
            break;
        self->status = work->piece(work->context, i, self->number, &self->err);
        if (self->status != STATUS_OK) {
            self->failed = i;
            atomic_store(&work->stop, true);
        }
    }
    return NULL;
}

/* Creates workers 1 … n-1, with all signals blocked: handlers run in the caller's
 * thread; but for SIGBUS, which a worker's own access to a mapped file causes. */
static size_t start(struct worker *workers, size_t n)
{
    sigset_t all, before;
    sigfillset(&all);
    sigdelset(&all, SIGBUS);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    size_t started = 1;
    while (started < n && pthread_create(&workers[started].thread, NULL, work_on,
                                         &workers[started]) == 0)
        started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

enum status thread_run(size_t threads, size_t n, thread_piece *piece, void *context,
                       struct error *err)
{
    if (threads > n)
        threads = n;
    if (threads > MAX_THREADS)
        threads = MAX_THREADS;
    if (threads < 1)
        threads = 1;
    struct arena mem = {0};
    struct thread_work work = {.n = n, .piece = piece, .context = context};
    struct worker *workers = ARENA_ARRAY(&mem, struct worker, threads);
    for (size_t i = 0; i < threads; i++) {
        workers[i].work = &work;
        workers[i].number = i;
        workers[i].failed = SIZE_MAX;
    }
    size_t started = threads > 1 ? start(workers, threads) : 1;
    work_on(&workers[0]);
    for (size_t i = 1; i < started; i++)
        pthread_join(workers[i].thread, NULL);

    const struct worker *first = &workers[0];
    for (size_t i = 1; i < started; i++) {
        if (workers[i].failed < first->failed)
            first = &workers[i];
    }
    enum status status = first->status;
    if (status != STATUS_OK)
        *err = first->err;
    arena_release(&mem);
    return status;
}

size_t thread_available(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
        return (size_t)CPU_COUNT(&set);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (size_t)online : 1;
}
