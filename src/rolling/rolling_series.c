/* A series is a piece of work. */
#include "rolling/rolling_series.h"

#include <math.h>

#include "data/key.h"
#include "learn/contest_past.h"
#include "rolling/rolling_internal.h"
#include "series/batches.h"

struct series_job {
    struct rolling_rows *rows;
    const struct histories *histories;
    const struct contest_rule *rule;
    const struct fit_context *context;
    const struct series_choice **chosen; // [fits] of several candidates, NULLs behind
};

/* The contest at each fit's origin, over all histories as far as they are known there. */
static enum status choose(struct series_job *job, struct error *err)
{
    struct arena *mem = job->context->mem;
    const struct rolling_rows *r = job->rows;
    const struct histories *h = job->histories;
    struct contest_moments moments = {rolling_fits(r->plan), r->plan->refit, NULL};
    struct series *s = ARENA_ARRAY(mem, struct series, h->n);
    int64_t *known = ARENA_ARRAY(mem, int64_t, h->n);
    size_t *best = ARENA_ARRAY(mem, size_t, moments.n);
    moments.step *= r->plan->step;
    moments.known = known;
    for (size_t g = 0; g < h->n; g++) {
        s[g] = one_step_series(&h->of[g], r->plan->season);
        if (r->pipeline->group)
            s[g].group = group_string(&h->groups, (uint32_t)g, mem);
        known[g] = timestep_between(key_step(r->pipeline), h->of[g].first,
                                    rolling_origin(r->plan, r->pipeline, 0)) +
                   1;
    }
    TRY(contest_past(job->rule, s, h->n, &moments, job->context, best, err));
    for (size_t k = 0; k < moments.n; k++)
        job->chosen[k] =
            best[k] == SIZE_MAX ? NULL : &job->rule->candidates->item[best[k]].choice;
    return STATUS_OK;
}

static enum status answer_series(void *context, size_t g, struct arena *scratch,
                                 struct error *err)
{
    const struct series_job *job = context;
    struct arena states = {0};
    enum status status = STATUS_OK;
    struct rolling_rows *r = job->rows;
    size_t from = r->from[g];
    const struct history *h =
        from < r->from[g + 1] ? rolling_history(r, job->histories, from) : NULL;
    struct fit_context own = {.mem = &states,
                              .seed = job->context->seed,
                              .threads = r->n_series > 1 ? 1 : job->context->threads,
                              .memo = r->n_series > 1 ? NULL : job->context->memo};
    struct backtest_plan plan = rolling_one_by_one(r->plan);
    struct rolling_choice choice = {.one = &job->rule->candidates->item[0].choice};
    plan.refit = r->plan->refit;
    plan.window = r->plan->window;
    if (h && job->chosen) // the last fit at or before the first row's origin, and so on
        choice = (struct rolling_choice){.chosen = job->chosen +
                                                   r->turn[from] / r->plan->refit};
    if (h)
        status = rolling_forecast(r, h, g, &plan, &choice, &own, scratch, r->value[0],
                                  r->spread, err);
    arena_release(&states);
    return status;
}

enum status rolling_series(struct rolling_rows *rows, const struct histories *h,
                           const struct contest_rule *rule,
                           const struct fit_context *context, const struct watch *watch,
                           struct error *err)
{
    struct arena *mem = context->mem;
    struct series_job job = {
        .rows = rows, .histories = h, .rule = rule, .context = context};
    rows->fits = rolling_fits(rows->plan);
    rows->reach = rows->plan->horizon;
    rows->spread = ARENA_ARRAY(mem, double, rows->n);
    for (size_t i = 0; i < rows->n; i++)
        rows->spread[i] = NAN;
    if (rule->candidates->n > 1) {
        size_t room = rows->fits + rows->plan->gap + 2; // origins behind the last row too
        job.chosen = ARENA_ARRAY(mem, const struct series_choice *, room);
        TRY(choose(&job, err));
    }
    return batches_run(context->threads, rows->n_series, answer_series, &job, watch,
                       "backtest", err);
}
