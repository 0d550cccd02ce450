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

/* Blocks all signals for threads that are created now: handlers run in the caller's
 * thread; but for SIGBUS, which a worker's own access to a mapped file causes. */
static sigset_t hold_signals(void)
{
    sigset_t all, before;
    sigfillset(&all);
    sigdelset(&all, SIGBUS);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    return before;
}

/* Creates workers 1 … n-1. */
static size_t start(struct worker *workers, size_t n)
{
    sigset_t before = hold_signals();
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

/* A team.
 *
 * One atomic number says how many pieces the work has and which one is next, so whoever
 * takes a number knows by it alone whether there is a piece: a thread that wakes late finds
 * none, and nobody waits for it.  The caller waits for the pieces, not for the threads. */

enum { LOOKS = 1000 }; // some 50 microseconds: what it takes to wake a thread

struct team_member {
    struct thread_team *team;
    pthread_t thread;
    size_t number;
};

struct thread_team {
    _Atomic uint64_t tickets; // pieces << 32 | the next one
    atomic_size_t done, asleep;
    atomic_bool closing;
    thread_task *piece;
    void *context;
    size_t size;
    struct team_member *member; // [size]; 0 is the caller
    pthread_mutex_t lock;       // for falling asleep and waking
    pthread_cond_t work;
};

static bool has_piece(uint64_t tickets)
{
    return (uint32_t)tickets < tickets >> 32;
}

static void pause_a_little(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static void take_pieces(struct thread_team *team, size_t worker)
{
    while (has_piece(atomic_load(&team->tickets))) {
        uint64_t ticket = atomic_fetch_add(&team->tickets, 1);
        if (!has_piece(ticket))
            return;
        team->piece(team->context, (uint32_t)ticket, worker);
        atomic_fetch_add(&team->done, 1);
    }
}

static bool wanted(struct thread_team *team)
{
    return has_piece(atomic_load(&team->tickets)) || atomic_load(&team->closing);
}

static void sleep_until_wanted(struct thread_team *team)
{
    pthread_mutex_lock(&team->lock);
    atomic_fetch_add(&team->asleep, 1); // before it looks: who brings work looks after
    while (!wanted(team))
        pthread_cond_wait(&team->work, &team->lock);
    atomic_fetch_sub(&team->asleep, 1);
    pthread_mutex_unlock(&team->lock);
}

static void *serve(void *p)
{
    struct team_member *self = p;
    struct thread_team *team = self->team;
    while (!atomic_load(&team->closing)) {
        for (size_t i = 0; i < LOOKS && !wanted(team); i++)
            pause_a_little();
        if (!wanted(team))
            sleep_until_wanted(team);
        take_pieces(team, self->number);
    }
    return NULL;
}

static void wake(struct thread_team *team)
{
    if (atomic_load(&team->asleep) == 0)
        return;
    pthread_mutex_lock(&team->lock);
    pthread_cond_broadcast(&team->work);
    pthread_mutex_unlock(&team->lock);
}

static void start_team(struct thread_team *team, size_t threads)
{
    sigset_t before = hold_signals();
    while (team->size < threads) {
        struct team_member *m = &team->member[team->size];
        *m = (struct team_member){.team = team, .number = team->size};
        if (pthread_create(&m->thread, NULL, serve, m) != 0)
            break;
        team->size++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct thread_team *thread_team_open(size_t threads, struct arena *mem)
{
    size_t most = threads < 1 ? 1 : threads < MAX_THREADS ? threads : MAX_THREADS;
    struct thread_team *team = ARENA_NEW(mem, struct thread_team);
    team->member = ARENA_ARRAY(mem, struct team_member, most);
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->work, NULL);
    team->size = 1;
    start_team(team, most);
    return team;
}

size_t thread_team_size(const struct thread_team *team)
{
    return team->size;
}

/* Others may hold a piece whose processor the system has given to somebody else. */
static void wait_for(struct thread_team *team, size_t n)
{
    for (size_t i = 0; atomic_load(&team->done) < n; i++)
        if (i < LOOKS)
            pause_a_little();
        else
            sched_yield();
}

void thread_team_run(struct thread_team *team, size_t n, thread_task *piece,
                     void *context)
{
    if (team->size == 1 || n < 2) {
        for (size_t i = 0; i < n; i++)
            piece(context, i, 0);
        return;
    }
    team->piece = piece;
    team->context = context;
    atomic_store(&team->done, 0);
    atomic_store(&team->tickets, (uint64_t)n << 32);
    wake(team);
    take_pieces(team, 0);
    wait_for(team, n);
}

void thread_team_close(struct thread_team *team)
{
    if (!team)
        return;
    atomic_store(&team->closing, true);
    wake(team);
    for (size_t i = 1; i < team->size; i++)
        pthread_join(team->member[i].thread, NULL);
    pthread_cond_destroy(&team->work);
    pthread_mutex_destroy(&team->lock);
}
