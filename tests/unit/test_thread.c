#include <criterion/criterion.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "base/thread.h"

enum { PIECES = 500 };

struct job {
    atomic_int runs[PIECES];
    double slots[PIECES];
    size_t threads;
    atomic_int bad_worker;
    size_t fail_from, fail_step; // pieces that fail
};

static enum status work(void *context, size_t index, size_t worker, struct error *err)
{
    struct job *job = context;
    atomic_fetch_add(&job->runs[index], 1);
    if (worker >= job->threads)
        atomic_fetch_add(&job->bad_worker, 1);
    double x = 1;
    for (size_t i = 0; i < 100 * (index % 7); i++)
        x = x / 3 + (double)index;
    job->slots[index] = x;
    if (index >= job->fail_from && (index - job->fail_from) % job->fail_step == 0)
        return error_set(err, STATUS_REFUSED, "piece %zu", index);
    return STATUS_OK;
}

static const size_t thread_counts[] = {0, 1, 2, 3, 7, 64};

Test(thread, every_piece_runs_once_and_the_bits_are_the_same)
{
    double first[PIECES];
    for (size_t k = 0; k < COUNT_OF(thread_counts); k++) {
        static struct job job;
        memset(&job, 0, sizeof(job));
        job.threads = thread_counts[k] ? thread_counts[k] : 1;
        job.fail_from = PIECES;
        job.fail_step = 1;
        struct error err = {.message = "untouched"};
        cr_assert_eq(thread_run(thread_counts[k], PIECES, work, &job, &err), STATUS_OK);
        cr_assert_str_eq(err.message, "untouched");
        for (size_t i = 0; i < PIECES; i++)
            cr_assert_eq(atomic_load(&job.runs[i]), 1, "piece %zu", i);
        cr_assert_eq(atomic_load(&job.bad_worker), 0);
        if (k == 0)
            memcpy(first, job.slots, sizeof(first));
        cr_assert_eq(memcmp(first, job.slots, sizeof(first)), 0);
    }
}

Test(thread, the_lowest_failure_is_reported_and_stops_the_rest)
{
    for (size_t k = 0; k < COUNT_OF(thread_counts); k++) {
        for (int repeat = 0; repeat < 50; repeat++) {
            static struct job job;
            memset(&job, 0, sizeof(job));
            job.threads = 64;
            job.fail_from = 100;
            job.fail_step = 1;
            struct error err = {0};
            cr_assert_eq(thread_run(thread_counts[k], PIECES, work, &job, &err),
                         STATUS_REFUSED);
            cr_assert_str_eq(err.message, "piece 100");
            for (size_t i = 0; i <= 100; i++)
                cr_assert_eq(atomic_load(&job.runs[i]), 1, "piece %zu", i);
            size_t rest = 0;
            for (size_t i = 101; i < PIECES; i++)
                rest += (size_t)atomic_load(&job.runs[i]);
            cr_assert_leq(rest, thread_counts[k] > 1 ? thread_counts[k] : 0);
        }
    }
}

Test(thread, no_pieces_are_done_at_once)
{
    cr_assert_eq(thread_run(4, 0, work, NULL, NULL), STATUS_OK);
}

static enum status who(void *context, size_t index, size_t worker, struct error *err)
{
    (void)err;
    pthread_t *self = context;
    self[index] = pthread_self();
    return worker == 0 ? STATUS_OK : STATUS_REFUSED;
}

Test(thread, one_thread_or_one_piece_runs_in_the_caller)
{
    pthread_t self[3];
    struct error err;
    cr_assert_eq(thread_run(1, 3, who, self, &err), STATUS_OK);
    for (size_t i = 0; i < 3; i++)
        cr_assert(pthread_equal(self[i], pthread_self()));
    cr_assert_eq(thread_run(8, 1, who, self, &err), STATUS_OK);
    cr_assert(pthread_equal(self[0], pthread_self()));
}

static enum status masked(void *context, size_t index, size_t worker, struct error *err)
{
    (void)index, (void)err;
    sigset_t set;
    pthread_sigmask(SIG_SETMASK, NULL, &set);
    if ((worker > 0) != (sigismember(&set, SIGTERM) == 1))
        atomic_fetch_add((atomic_int *)context, 1);
    return STATUS_OK;
}

Test(thread, signals_are_left_to_the_caller)
{
    atomic_int wrong = 0;
    struct error err;
    cr_assert_eq(thread_run(4, 1000, masked, &wrong, &err), STATUS_OK);
    cr_assert_eq(atomic_load(&wrong), 0);
}

static enum status nested(void *context, size_t index, size_t worker, struct error *err)
{
    (void)index, (void)worker;
    return thread_run(3, PIECES, work, context, err);
}

Test(thread, a_piece_may_start_a_run_of_its_own)
{
    static struct job job = {.threads = 3, .fail_from = PIECES, .fail_step = 1};
    struct error err;
    cr_assert_eq(thread_run(1, 20, nested, &job, &err), STATUS_OK);
    for (size_t i = 0; i < PIECES; i++)
        cr_assert_eq(atomic_load(&job.runs[i]), 20);
    job.fail_from = 7;
    cr_assert_eq(thread_run(1, 20, nested, &job, &err), STATUS_REFUSED);
    cr_assert_str_eq(err.message, "piece 7");
    cr_assert_eq(atomic_load(&job.runs[0]), 21);
}

Test(thread, there_is_at_least_one_processor)
{
    cr_assert_geq(thread_available(), 1);
    cr_assert_lt(thread_available(), 100000);
}

struct team_job {
    atomic_int runs[PIECES], bad_worker;
    size_t size;
    double slots[PIECES];
};

static void task(void *context, size_t index, size_t worker)
{
    struct team_job *job = context;
    atomic_fetch_add(&job->runs[index], 1);
    if (worker >= job->size)
        atomic_fetch_add(&job->bad_worker, 1);
    job->slots[index] += (double)index / 3;
}

/* With and without the time that its threads need to fall asleep. */
Test(thread, a_team_does_every_piece_of_every_work_once)
{
    for (size_t k = 0; k < COUNT_OF(thread_counts); k++) {
        static struct team_job job;
        struct arena mem = {0};
        struct thread_team *team = thread_team_open(thread_counts[k], &mem);
        memset(&job, 0, sizeof(job));
        job.size = thread_team_size(team);
        cr_assert(job.size >= 1 && job.size <= (thread_counts[k] ? thread_counts[k] : 1));
        for (int repeat = 0; repeat < 200; repeat++) {
            thread_team_run(team, repeat % 2 ? PIECES : 3, task, &job);
            if (repeat % 40 == 0)
                nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
        }
        thread_team_run(team, 0, NULL, NULL);
        for (size_t i = 0; i < PIECES; i++) {
            int wanted = i < 3 ? 200 : 100;
            cr_assert_eq(atomic_load(&job.runs[i]), wanted, "piece %zu", i);
            cr_assert_float_eq(job.slots[i], wanted * (double)i / 3, 1e-6);
        }
        cr_assert_eq(atomic_load(&job.bad_worker), 0);
        thread_team_close(team);
        arena_release(&mem);
    }
    thread_team_close(NULL);
}
