/* The backtest's loop with an origin before each step. */
#include "series/one_step.h"

#include <math.h>

#include "base/thread.h"
#include "series/backtest.h"

struct series one_step_series(const struct history *h, size_t season)
{
    return (struct series){.n = h->n, .season = season, .first = h->first, .y = h->y};
}

enum status one_step_forecasts(const struct series_choice *choice,
                               const struct history *h, size_t season, const int32_t *key,
                               size_t n, const struct fit_context *context,
                               struct arena *scratch, double *ret, struct error *err)
{
    struct arena_mark mark = arena_mark(scratch);
    struct series s = one_step_series(h, season);
    double *all = ARENA_ARRAY(scratch, double, s.n + 1);
    TRY(backtest_series(&backtest_one_step, &s, choice, context, scratch, all, err));
    for (size_t i = 0; i < n; i++) {
        size_t step = history_step(h, key[i]);
        ret[i] = step <= s.n ? all[step] : NAN;
    }
    arena_rewind(scratch, mark);
    return STATUS_OK;
}

/* The series of a table; each is a piece of work. */
struct one_step_job {
    const struct series_choice *choice;
    const struct histories *h;
    size_t season;
    const struct one_step_rows *rows;
    const struct fit_context *context;
    const size_t *start; // [series + 1] rows
    struct arena *mem;   // [2 * threads] of states, and scratch
    double *ret;
};

static enum status forecast_piece(void *context, size_t i, size_t worker,
                                  struct error *err)
{
    const struct one_step_job *job = context;
    const struct one_step_rows *rows = job->rows;
    size_t from = job->start[i], n = job->start[i + 1] - from;
    const struct group_name *name =
        rows->group ? &rows->groups->name[rows->group[from]] : NULL;
    const struct history *h = histories_find(job->h, name);
    struct fit_context own = *job->context;
    own.mem = &job->mem[2 * worker];
    own.threads = 1;
    for (size_t k = 0; !h && k < n; k++)
        job->ret[from + k] = NAN;
    return h ? one_step_forecasts(job->choice, h, job->season, rows->key + from, n, &own,
                                  &job->mem[2 * worker + 1], job->ret + from, err)
             : STATUS_OK;
}

static bool begins(const struct one_step_rows *rows, size_t i)
{
    return i == 0 || (rows->group && rows->group[i] != rows->group[i - 1]);
}

/* The first row of each series, and n behind the last. */
static size_t *starts(const struct one_step_rows *rows, struct arena *mem, size_t *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < rows->n; i++)
        n += begins(rows, i);
    size_t *start = ARENA_ARRAY(mem, size_t, n + 1), at = 0;
    for (size_t i = 0; i < rows->n; i++)
        if (begins(rows, i))
            start[at++] = i;
    start[n] = rows->n;
    *ret = n;
    return start;
}

enum status one_step_rows(const struct series_choice *choice, const struct histories *h,
                          size_t season, const struct one_step_rows *rows,
                          const struct fit_context *context, double *ret,
                          struct error *err)
{
    size_t n, threads = context->threads ? context->threads : 1;
    struct arena own = {0};
    struct one_step_job job = {choice,
                               h,
                               season,
                               rows,
                               context,
                               .start = starts(rows, &own, &n),
                               .mem = ARENA_ARRAY(&own, struct arena, 2 * threads),
                               .ret = ret};
    enum status status = thread_run(threads, n, forecast_piece, &job, err);
    for (size_t t = 0; t < 2 * threads; t++)
        arena_release(&job.mem[t]);
    arena_release(&own);
    return status;
}
