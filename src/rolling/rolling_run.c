/* The parts of a backtest, one after another. */
#include "rolling/rolling_run.h"

#include <math.h>

#include "data/key.h"
#include "judge/conformal.h"
#include "learn/kind.h"
#include "learn/metric.h"
#include "rolling/rolling_naive.h"
#include "rolling/rolling_series.h"

/* A backtest under way. */
struct rolling_work {
    const struct rolling_job *job;
    struct arena *mem;
    struct candidates candidates; // none: the model is a recipe
    struct rolling_points *points;
    struct rolling_plan *plan;
    struct rolling_rows rows;
};

static enum status read_models(struct rolling_work *w, struct error *err)
{
    const struct learning_train *c = &w->job->learning->train;
    const struct pipeline *p = w->job->pipeline;
    TRY(kind_check(p, c->steps, c->series, err));
    if (!c->series)
        return STATUS_OK;
    return kind_candidates(p, c->series, w->job->learning->split.method, w->mem,
                           &w->candidates, err);
}

static size_t least_steps(const struct rolling_work *w)
{
    size_t least = 1, season = key_season(w->job->pipeline);
    for (size_t i = 0; i < w->candidates.n; i++) {
        size_t own = series_least(&w->candidates.item[i].choice, season);
        least = own > least ? own : least;
    }
    return least;
}

static enum status answer_series(struct rolling_work *w, struct error *err)
{
    const struct rolling_job *job = w->job;
    const struct learning_train *c = &job->learning->train;
    struct contest_rule rule = {&w->candidates, c->backtest, c->folds, NULL};
    struct fit_context context = {
        .mem = w->mem, .seed = job->pipeline->seed, .threads = job->threads};
    TRY(metric_score(c->score, TASK_REGRESSION, &rule.score, err));
    return rolling_series(&w->rows, job->histories, &rule, &context, err);
}

/* The band of each row, known at its origin, of each series by itself. */
static void take_bands(struct rolling_work *w)
{
    struct rolling_rows *r = &w->rows;
    const struct conformal_rule rule = {r->plan->level, r->plan->season, false};
    int32_t *origin = ARENA_ARRAY(w->mem, int32_t, r->n);
    int32_t *step = ARENA_ARRAY(w->mem, int32_t, r->n);
    r->lower = ARENA_ARRAY(w->mem, double, r->n);
    r->upper = ARENA_ARRAY(w->mem, double, r->n);
    for (size_t i = 0; i < r->n; i++) {
        origin[i] = (int32_t)key_number(r->pipeline, r->origin[i]);
        step[i] = (int32_t)key_number(r->pipeline, r->key[i]);
    }
    for (size_t g = 0; g < r->n_series; g++) {
        size_t at = r->from[g];
        const struct conformal_rows rows = {r->from[g + 1] - at, origin + at, step + at,
                                            r->actual.y.col[0] + at, r->value[0] + at};
        if (rows.n > 0)
            conformal_bands(&rule, &rows, r->lower + at, r->upper + at);
    }
}

static enum status plan_work(struct rolling_work *w, struct error *err)
{
    const struct rolling_job *job = w->job;
    struct rolling_extent extent;
    w->points = ARENA_NEW(w->mem, struct rolling_points);
    w->plan = ARENA_NEW(w->mem, struct rolling_plan);
    *w->points = rolling_points_of(job->histories, job->pipeline, w->mem);
    extent = rolling_extent_of(w->points);
    extent.least = least_steps(w);
    extent.usual = &job->learning->train.backtest;
    return rolling_plan_of(job->settings, job->pipeline, &extent, w->mem, w->plan, err);
}

enum status rolling_run(const struct rolling_job *job, struct arena *mem,
                        struct rolling_rows *ret, struct error *err)
{
    struct rolling_work w = {.job = job, .mem = mem};
    TRY(read_models(&w, err));
    TRY(plan_work(&w, err));
    if (w.candidates.n != 1) {
        w.plan->origins = 0;
        w.plan->why = "only one series model is evaluated this way yet";
    }
    rolling_rows_make(w.points, w.plan, job->pipeline, ANSWER_VALUES, 1, mem, &w.rows);
    if (w.plan->origins > 0) {
        TRY(rolling_naive(&w.rows, job->histories, job->threads ? job->threads : 1, mem,
                          err));
        TRY(answer_series(&w, err));
        take_bands(&w);
    }
    *ret = w.rows;
    return STATUS_OK;
}
