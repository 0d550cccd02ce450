/* Rows without a time: the table is divided as tonight's training divided it. */
#include <math.h>
#include <string.h>

#include "gate/duel_internal.h"
#include "search/kind.h"
#include "learn/metric.h"
#include "search/training_search.h"

/* What it works with. */
struct duel_held {
    const struct duel_request *request;
    const struct duel_other *other;
    struct arena *mem;
    struct model model; // the challenger's
    struct training rows;
    struct matrix x; // held out
    struct target y;
    struct prediction mine, theirs;
};

static enum status need(const struct duel_held *w, const struct frame_reader *r,
                        struct error *err)
{
    size_t row = (r->p + r->n_targets) * sizeof(double);
    size_t folds = w->other->learning->train.folds.n;
    return watch_need(w->request->job.watch,
                      arrow_rows(r->file) * (row * (2 + 2 * folds) + sizeof(uint32_t)),
                      "the feature table", err);
}

/* Reads the table, its classes numbered as the challenger's model numbers them. */
static enum status read_rows(struct duel_held *w, const struct division_rule *rule,
                             struct error *err)
{
    const struct rolling_job *job = &w->request->job;
    struct frame_reader r;
    TRY(frame_open(&r, job->features, job->pipeline, w->mem, err));
    frame_know(&r, &w->model.learnt);
    enum status status = need(w, &r, err);
    if (status == STATUS_OK)
        status = training_read(&r, rule, w->mem, &w->rows, err);
    w->rows.frame.target.n_classes = r.classes.n;
    w->rows.frame.target.class_name = r.classes.v;
    frame_close(&r);
    return status;
}

/* The rows that are held out, of both. */
static void hold_out(struct duel_held *w)
{
    const struct frame *f = &w->rows.frame;
    size_t from = division_held(&w->rows.division);
    size_t to = from + w->rows.division.n_holdout;
    w->x = matrix_part(w->mem, &f->x, from, to);
    w->y = target_of(&f->target, matrix_part(w->mem, &f->target.y, from, to));
    if (w->y.task == TASK_ANOMALY)
        w->y = target_planted(&w->y, &w->x, &w->request->job.settings->planted,
                              w->request->job.pipeline->seed, "planted in a duel", w->mem,
                              NULL);
}

static enum status answer_mine(struct duel_held *w, struct error *err)
{
    struct frame held = w->rows.frame;
    struct matrix x;
    held.x = w->x;
    TRY(frame_arrange(&held, &w->model.features, &w->model.texts,
                      w->request->job.features, w->mem, &x, err));
    return steps_predict(w->model.step, w->model.n_steps, &x, &w->model.learnt, w->mem,
                         &w->mine, err);
}

/* The rows as production's recipe sees them: with its own features. */
static enum status narrow(struct duel_held *w, struct training *ret, struct matrix *ret_x,
                          struct error *err)
{
    const struct texts *only = w->other->only;
    struct frame *f = &ret->frame;
    size_t held = division_held(&w->rows.division);
    *ret = w->rows;
    *ret_x = w->x;
    if (!only)
        return STATUS_OK;
    const char **number = ARENA_ARRAY(w->mem, const char *, only->n);
    const char **text = ARENA_ARRAY(w->mem, const char *, only->n);
    struct texts numbers = {0, number}, texts = {0, text};
    for (size_t i = 0; i < only->n; i++) {
        bool is_text = false;
        for (size_t t = 0; t < f->x.n_texts; t++)
            is_text |= strcmp(f->x.text[t].name, only->v[i]) == 0;
        if (is_text)
            text[texts.n++] = only->v[i];
        else
            number[numbers.n++] = only->v[i];
    }
    TRY(frame_arrange(f, &numbers, &texts, w->request->job.features, w->mem, &f->x, err));
    training_take(ret, w->mem);
    *ret_x = matrix_part(w->mem, &f->x, held, held + w->rows.division.n_holdout);
    return STATUS_OK;
}

/* Learns production's recipe from the same rows, and asks it. */
static enum status answer_theirs(struct duel_held *w, struct error *err)
{
    const struct learning_train *c = &w->other->learning->train;
    const struct pipeline *p = w->other->pipeline;
    const struct fit_context context = {
        .mem = w->mem, .seed = p->seed, .threads = w->request->job.threads};
    struct recipes recipes;
    struct model model = {0};
    struct training rows;
    struct matrix x;
    size_t best;
    TRY(narrow(w, &rows, &x, err));
    TRY(kind_check(p, &c->recipes, c->series, err));
    TRY(recipes_read(&c->recipes, p->task, w->mem, &recipes, err));
    TRY(training_search(&rows, &recipes, c, p->seed, &context, &best, err));
    TRY(training_fit(&rows, &recipes, best, &context, &model, err));
    return steps_predict(model.step, model.n_steps, &x, &rows.y, w->mem, &w->theirs, err);
}

/* The scores of a yes or no, and which rows are one; false where there are none. */
static const double *score_of(const struct target *y, const struct prediction *p)
{
    if (p->answer != ANSWER_PROBABILITIES)
        return NULL;
    if (y->task == TASK_CLASSES)
        return y->n_classes == 2 && p->p == 2 ? p->value[1] : NULL;
    return y->task == TASK_LABELS && y->y.p == 1 ? p->value[0] : NULL;
}

static void take_areas(const struct duel_held *w, struct duel *ret)
{
    const double *mine = score_of(&w->y, &w->mine), *theirs = score_of(&w->y, &w->theirs);
    if (!mine || !theirs || ret->unit != DUEL_ROWS || ret->n < w->y.y.n)
        return;
    uint8_t *is = ARENA_ARRAY(w->mem, uint8_t, w->y.y.n);
    for (size_t i = 0; i < w->y.y.n; i++)
        is[i] = w->y.y.col[0][i] == 1;
    ret->auc = delong(is, theirs, mine, w->y.y.n);
    ret->scored = isfinite(ret->auc.statistic);
}

static void compare(const struct duel_held *w, struct duel *ret)
{
    const struct frame *f = &w->rows.frame;
    size_t n = w->y.y.n, from = division_held(&w->rows.division);
    ret->unit = f->group ? DUEL_GROUPS : DUEL_ROWS;
    struct duel_sums sums = duel_sums_new(f->group ? f->groups->n : n, w->mem);
    for (size_t i = 0; i < n; i++) {
        size_t unit = f->group ? f->group[w->rows.division.order[from + i]] : i;
        duel_add(&sums, unit, &w->y, i, &w->mine, &w->theirs, i);
    }
    duel_take(&sums, w->mem, ret);
    take_areas(w, ret);
    ret->why = ret->n == 0 ? "no row that was held out has answers of both" : NULL;
}

/* With the challenger's model at hand. */
static enum status run(struct duel_held *w, struct duel *ret, struct error *err)
{
    const struct rolling_job *job = &w->request->job;
    const struct division_rule rule =
        learning_division(&job->learning->split, job->pipeline);
    TRY(read_rows(w, &rule, err));
    if (strcmp(w->model.rows.identity, w->rows.identity) != 0) {
        ret->why = "features.arrow is not the table that tonight's model has learnt from";
        return STATUS_OK;
    }
    hold_out(w);
    TRY(answer_mine(w, err));
    struct error fault = {0};
    enum status status = answer_theirs(w, &fault);
    if (status == STATUS_INPUT) {
        ret->why = arena_format(
            w->mem, "production's recipe learns nothing from today's rows: %s",
            fault.message);
        return STATUS_OK;
    }
    if (status != STATUS_OK) {
        *err = fault;
        return status;
    }
    compare(w, ret);
    return STATUS_OK;
}

enum status duel_rows(const struct duel_request *q, const struct duel_other *other,
                      struct arena *mem, struct duel *ret, struct error *err)
{
    struct duel_held w = {.request = q, .other = other, .mem = mem};
    ret->unit = DUEL_ROWS;
    TRY(model_read(q->model, mem, &w.model, err));
    enum status status = run(&w, ret, err);
    model_release(&w.model);
    return status;
}
