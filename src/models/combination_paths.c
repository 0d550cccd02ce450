/* Pieces of paths on threads, and the memo. */
#include <math.h>
#include <string.h>

#include "base/thread.h"
#include "series/backtest.h"
#include "models/combination_internal.h"
#include "series/memo.h"

/* Origins of a piece, at least: a fit from the beginning is what it costs. */
enum { LEAST_PIECE = 16 };

struct paths_job {
    const struct candidates *of;
    const struct series *s;
    const struct fit_context *context;
    size_t from, horizon, pieces; // of each member
    double **value;
    struct arena *states, *scratch; // [threads]
};

/* Where the i-th of the pieces begins. */
static size_t piece_from(const struct paths_job *job, size_t i)
{
    return job->from + (job->s->n - job->from + 1) * i / job->pieces;
}

/* The last pieces first: they are the long ones. */
static enum status work_piece(void *context, size_t index, size_t worker,
                              struct error *err)
{
    const struct paths_job *job = context;
    size_t k = index % job->of->n, i = job->pieces - 1 - index / job->of->n;
    size_t from = piece_from(job, i), to = piece_from(job, i + 1);
    struct series known = *job->s;
    known.n = to - 1;
    struct fit_context own = {
        .mem = &job->states[worker], .seed = job->context->seed, .threads = 1};
    struct backtest_plan plan = backtest_one_step;
    plan.first = from;
    plan.horizon = job->horizon;
    return backtest_series(&plan, &known, &job->of->item[k].choice, &own,
                           &job->scratch[worker],
                           job->value[k] + (from - job->from) * job->horizon, NULL, err);
}

static enum status work_paths(struct paths_job *job, struct error *err)
{
    struct arena own = {0};
    size_t threads = job->context->threads ? job->context->threads : 1,
           origins = job->s->n - job->from + 1, most = 2 * threads;
    job->pieces = origins / LEAST_PIECE < most ? origins / LEAST_PIECE : most;
    job->pieces = threads > 1 && job->pieces > 0 ? job->pieces : 1;
    job->states = ARENA_ARRAY(&own, struct arena, threads);
    job->scratch = ARENA_ARRAY(&own, struct arena, threads);
    enum status status =
        thread_run(threads, job->of->n * job->pieces, work_piece, job, err);
    for (size_t t = 0; t < threads; t++) {
        arena_release(&job->states[t]);
        arena_release(&job->scratch[t]);
    }
    arena_release(&own);
    return status;
}

/* Whether the memo has these paths. */
static bool is_remembered(const struct series_memo *memo, const struct paths_job *job)
{
    const struct series *s = job->s;
    return memo->of && candidates_equal(memo->of, job->of) && memo->season == s->season &&
           memo->wanted == s->horizon && memo->from == job->from && memo->n >= s->n &&
           memo->horizon >= job->horizon &&
           memcmp(memo->y, s->y, s->n * sizeof *s->y) == 0;
}

static void remember(struct series_memo *memo, const struct paths_job *job)
{
    const struct series *s = job->s;
    double *y = ARENA_ARRAY(&memo->mem, double, s->n);
    memcpy(y, s->y, s->n * sizeof *y);
    memo->of = job->of;
    memo->season = s->season;
    memo->wanted = s->horizon;
    memo->from = job->from;
    memo->n = s->n;
    memo->horizon = job->horizon;
    memo->y = y;
    memo->value = job->value;
}

void memo_release(struct series_memo *memo)
{
    arena_release(&memo->mem);
    *memo = (struct series_memo){0};
}

enum status combination_paths_of(const struct combination_params *p,
                                 const struct series *s, size_t horizon,
                                 const struct fit_context *context, struct arena *mem,
                                 struct combination_paths *ret, struct error *err)
{
    struct series_memo *memo = context->memo;
    struct paths_job job = {.of = p->of,
                            .s = s,
                            .context = context,
                            .from = combination_first(p, s->season),
                            .horizon = horizon};
    if (!memo || !is_remembered(memo, &job)) {
        if (memo)
            memo_release(memo);
        struct arena *to = memo ? &memo->mem : mem;
        job.value = ARENA_ARRAY(to, double *, p->of->n);
        for (size_t k = 0; k < p->of->n; k++)
            job.value[k] = ARENA_ARRAY(to, double, (s->n - job.from + 1) * horizon);
        TRY(work_paths(&job, err));
        if (memo)
            remember(memo, &job);
    }
    *ret = (struct combination_paths){job.from, s->n, memo ? memo->horizon : horizon,
                                      p->of->n, memo ? memo->value : job.value};
    return STATUS_OK;
}
