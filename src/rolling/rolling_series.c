/* A series is a piece of work. */
#include "rolling/rolling_series.h"

#include "base/stop.h"
#include "base/thread.h"
#include "rolling/rolling_internal.h"

struct series_job {
    struct rolling_rows *rows;
    const struct histories *histories;
    const struct contest_rule *rule;
    const struct fit_context *context;
    struct arena *states, *scratch; // [threads]
};

static enum status answer_series(void *context, size_t g, size_t worker,
                                 struct error *err)
{
    const struct series_job *job = context;
    struct rolling_rows *r = job->rows;
    size_t from = r->from[g];
    const struct history *h =
        from < r->from[g + 1] ? rolling_history(r, job->histories, from) : NULL;
    struct fit_context own = {
        .mem = &job->states[worker], .seed = job->context->seed, .threads = 1};
    struct backtest_plan plan = rolling_one_by_one(r->plan);
    plan.refit = r->plan->refit;
    plan.window = r->plan->window;
    if (h)
        TRY(rolling_forecast(r, h, g, &plan, &job->rule->candidates->item[0].choice, &own,
                             &job->scratch[worker], r->value[0], err));
    return stop_check(err);
}

enum status rolling_series(struct rolling_rows *rows, const struct histories *h,
                           const struct contest_rule *rule,
                           const struct fit_context *context, struct error *err)
{
    size_t threads = context->threads ? context->threads : 1;
    struct series_job job = {rows, h, rule, context, NULL, NULL};
    job.states = ARENA_ARRAY(context->mem, struct arena, threads);
    job.scratch = ARENA_ARRAY(context->mem, struct arena, threads);
    enum status status = thread_run(threads, rows->n_series, answer_series, &job, err);
    for (size_t t = 0; t < threads; t++) {
        arena_release(&job.states[t]);
        arena_release(&job.scratch[t]);
    }
    rows->fits = rolling_fits(rows->plan);
    rows->reach = rows->plan->horizon;
    return status;
}
