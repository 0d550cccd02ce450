/* The parts of a backtest, one after another. */
#include "rolling/rolling_run.h"

#include <math.h>

#include "data/key.h"
#include "judge/conformal.h"
#include "search/kind.h"
#include "learn/metric.h"
#include "rolling/rolling_naive.h"
#include "rolling/rolling_recipe.h"
#include "rolling/rolling_series.h"

/* A backtest under way. */
struct rolling_work {
    const struct rolling_job *job;
    struct arena *mem;
    struct candidates candidates;     // none: the model is a recipe
    struct rolling_features features; // of a recipe
    const struct metric *score;
    struct rolling_points *points;
    struct rolling_plan *plan;
    struct rolling_rows rows;
};

static enum status read_models(struct rolling_work *w, struct error *err)
{
    const struct learning_train *c = &w->job->learning->train;
    const struct pipeline *p = w->job->pipeline;
    TRY(kind_check(p, &c->recipes, c->series, err));
    TRY(metric_score(c->score, p->task, &w->score, err));
    if (c->series)
        return kind_candidates(p, c->series, w->job->learning->split.method, w->mem,
                               &w->candidates, err);
    return recipes_read(&c->recipes, p->task, w->mem, &w->features.recipes, err);
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

static enum status answer_rows(struct rolling_work *w, struct error *err)
{
    const struct rolling_job *job = w->job;
    const struct learning_train *c = &job->learning->train;
    const struct contest_rule rule = {&w->candidates, c->backtest, c->folds, w->score,
                                      NULL};
    const struct fit_context context = {.mem = w->mem,
                                        .seed = job->pipeline->seed,
                                        .threads = job->threads,
                                        .memo = job->memo};
    const struct rolling_rule recipe = {c,
                                        job->learning->split.validation,
                                        job->pipeline->seed,
                                        job->threads,
                                        job->watch,
                                        job->prove};
    if (w->candidates.n > 0)
        return rolling_series(&w->rows, job->histories, &rule, &context, job->watch, err);
    return rolling_recipe(&w->rows, &w->features, &recipe, w->mem, err);
}

/* Whether all that may be chosen works on logarithms: errors then are on that scale. */
static bool on_logarithms(const struct candidates *c)
{
    size_t n = 0;
    while (n < c->n && c->item[n].choice.transform.transform == TRANSFORM_LOG)
        n++;
    return c->n > 0 && n == c->n;
}

/* The band of each row, known at its origin, of each series by itself. */
static void take_bands(struct rolling_work *w)
{
    struct rolling_rows *r = &w->rows;
    r->log = on_logarithms(&w->candidates);
    const struct conformal_rule rule = {r->plan->level, r->plan->season, r->log};
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
        const struct conformal_rows rows = {
            r->from[g + 1] - at,     origin + at,      step + at,
            r->actual.y.col[0] + at, r->value[0] + at, r->spread ? r->spread + at : NULL};
        if (rows.n > 0)
            conformal_bands(&rule, &rows, r->lower + at, r->upper + at);
    }
}

/* Reads the feature table and its points, if the plan has a use for them. */
static enum status read_features(struct rolling_work *w, struct frame_reader *r,
                                 struct rolling_extent *extent, struct error *err)
{
    const struct rolling_job *job = w->job;
    size_t rows = arrow_rows(r->file), columns = r->p + r->n_texts;
    extent->rows = rows;
    extent->work = rolling_recipe_work(&w->features.recipes, rows, columns);
    w->plan->why = rolling_plan_none(job->settings, job->pipeline, extent);
    if (w->plan->why)
        return STATUS_OK;
    size_t copies = 1 + (job->threads < 3 ? job->threads : 3); // of the proof, a thread
    size_t bytes = rows * (copies * columns + 4 * r->n_targets + 4) * sizeof(double);
    TRY(watch_need(job->watch, bytes, "the feature table", err));
    TRY(rolling_features_read(r, job->catalogue, w->mem, &w->features, err));
    *w->points = rolling_features_points(&w->features);
    return STATUS_OK;
}

static enum status read_points(struct rolling_work *w, struct rolling_extent *extent,
                               struct error *err)
{
    const struct rolling_job *job = w->job;
    struct frame_reader r;
    if (w->candidates.n > 0) {
        *w->points = rolling_points_of(job->histories, job->pipeline, w->mem);
        return STATUS_OK;
    }
    TRY(frame_open(&r, job->features, job->pipeline, w->mem, err));
    if (job->only)
        frame_only(&r, job->only, w->mem);
    enum status status = read_features(w, &r, extent, err);
    frame_close(&r);
    return status;
}

static enum status plan_work(struct rolling_work *w, struct error *err)
{
    const struct rolling_job *job = w->job;
    struct rolling_extent extent = {0};
    w->points = ARENA_NEW(w->mem, struct rolling_points);
    w->plan = ARENA_NEW(w->mem, struct rolling_plan);
    TRY(read_points(w, &extent, err));
    double work = extent.work;
    extent = rolling_extent_of(w->points);
    extent.work = work;
    extent.least = least_steps(w);
    for (size_t i = 0; i < w->candidates.n; i++)
        extent.laborious |= series_laborious(&w->candidates.item[i].choice);
    extent.usual = &job->learning->train.backtest;
    return rolling_plan_of(job->settings, job->pipeline, &extent, w->mem, w->plan, err);
}

static void lay_out(struct rolling_work *w)
{
    bool series = w->candidates.n > 0;
    const struct pipeline *p = w->job->pipeline;
    enum answer answer =
        series ? ANSWER_VALUES : recipes_answer(&w->features.recipes, p->task);
    if (w->plan->origins == 0) // no table may have been read
        *w->points = (struct rolling_points){
            .y = {.task = p->task, .y = {.p = p->targets.n, .name = p->targets.v}}};
    size_t width = answer_width(answer, &w->points->y);
    rolling_rows_make(w->points, w->plan, p, answer, width, w->mem, &w->rows);
}

enum status rolling_run(const struct rolling_job *job, struct arena *mem,
                        struct rolling_rows *ret, struct error *err)
{
    struct rolling_work w = {.job = job, .mem = mem};
    size_t threads = job->threads > 0 ? job->threads : 1;
    TRY(read_models(&w, err));
    TRY(plan_work(&w, err));
    lay_out(&w);
    if (w.plan->origins > 0) {
        if (w.rows.actual.task == TASK_REGRESSION)
            TRY(rolling_naive(&w.rows, job->histories, threads, mem, err));
        else
            rolling_majority(&w.rows, mem);
        TRY(answer_rows(&w, err));
        if (w.rows.actual.task == TASK_REGRESSION)
            take_bands(&w);
    }
    *ret = w.rows;
    return STATUS_OK;
}
