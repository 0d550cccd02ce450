/* A fit beside the one in the file. */
#include "search/hold_proof.h"

#include <math.h>
#include <string.h>

#include "file/file.h"
#include "learn/search_told.h"
#include "search/training.h"

/* One proof under way; all lives in mem. */
struct hold_proof_work {
    const struct hold_proof_job *job;
    struct arena *mem;
    struct recipes recipes;
    size_t cell;
    struct training rows;
};

static const char *const other_recipe =
    "the model was learnt by another recipe than the pipeline's file has";
static const char *const other_rows =
    "the table has other rows than those that the model learnt from";

static enum status read_rows(struct hold_proof_work *w, struct error *err)
{
    const struct hold_proof_job *job = w->job;
    struct frame_reader r;
    TRY(frame_open(&r, job->features, job->pipeline, w->mem, err));
    size_t cells = arrow_rows(r.file) * (r.p + r.n_texts + r.n_targets);
    enum status status =
        watch_need(job->watch, 3 * cells * sizeof(double), "the feature table", err);
    if (status == STATUS_OK)
        status = training_read(&r, &job->model->rows.rule, w->mem, &w->rows, err);
    frame_close(&r);
    return status;
}

/* The rows that are learnt from and looked at, with some of the first in the place of all
 * others. */
static struct training disturbed(const struct hold_proof_work *w)
{
    struct training t = w->rows;
    struct frame *f = &t.frame;
    size_t known = t.division.n_train, *from = ARENA_ARRAY(w->mem, size_t, f->n);
    for (size_t i = 0; i < f->n; i++)
        from[i] = i < division_held(&t.division) ? i : known - 1 - i % known;
    f->x = matrix_rows(w->mem, &f->x, from, f->n);
    f->target.y = matrix_rows(w->mem, &f->target.y, from, f->n);
    training_take(&t, w->mem);
    return t;
}

/* What the cell, fitted on t, answers to the held-out rows as they are.  The answer has no
 * columns where nothing could be learnt. */
static enum status answer(const struct hold_proof_work *w, const struct training *t,
                          struct prediction *ret, struct error *err)
{
    const struct fit_context context = {
        .mem = w->mem, .seed = w->job->pipeline->seed, .threads = w->job->threads};
    const struct division *d = &w->rows.division;
    size_t *row = ARENA_ARRAY(w->mem, size_t, d->n_holdout);
    struct model model = {0};
    struct error fault = {0};
    for (size_t i = 0; i < d->n_holdout; i++)
        row[i] = division_held(d) + i;
    struct matrix x = matrix_rows(w->mem, &w->rows.frame.x, row, d->n_holdout);
    enum status status = training_fit(t, &w->recipes, w->cell, &context, &model, &fault);
    if (status == STATUS_OK)
        status = steps_predict(model.step, model.n_steps, &x, &t->y, w->mem, ret, &fault);
    if (status == STATUS_OK || status == STATUS_INPUT)
        return STATUS_OK;
    *err = fault;
    return status;
}

/* Counts the answers that differ from what the model says. */
static void compare(const struct hold_proof_work *w, const struct prediction *again,
                    struct hold_proof *found)
{
    const struct prediction *said = w->job->said;
    const struct division *d = &w->rows.division;
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < d->n_holdout; i++) {
        size_t c = 0, row = d->order[division_held(d) + i];
        while (c < said->p && again->p == said->p &&
               memcmp(&again->value[c][i], &said->value[c][row], sizeof(double)) == 0)
            c++;
        found->answers++;
        found->leaks += c < said->p ? 1 : 0;
        first = c < said->p && row < first ? row : first;
    }
    if (found->leaks > 0)
        (void)frame_label(&w->rows.frame, first, found->first);
}

static enum status prove(struct hold_proof_work *w, struct hold_proof *ret,
                         struct error *err)
{
    const struct model_rows *rows = &w->job->model->rows;
    struct prediction again = {0}, as_it_is = {0};
    struct hold_proof stale = {0};
    TRY(read_rows(w, err));
    if (w->rows.frame.n != rows->table || strcmp(w->rows.identity, rows->identity) != 0) {
        ret->why = other_rows;
        return STATUS_OK;
    }
    struct training other = disturbed(w);
    TRY(answer(w, &other, &again, err));
    compare(w, &again, ret);
    if (ret->leaks == 0)
        return STATUS_OK;
    TRY(answer(w, &w->rows, &as_it_is, err));
    compare(w, &as_it_is, &stale);
    if (stale.leaks > 0)
        *ret = (struct hold_proof){.why = other_recipe};
    return STATUS_OK;
}

enum status hold_prove(const struct hold_proof_job *job, struct hold_proof *ret,
                       struct error *err)
{
    const struct learning_train *train = &job->learning->train;
    struct arena mem = {0};
    struct hold_proof_work w = {.job = job, .mem = &mem};
    struct hold_proof found = {0};
    enum status status =
        recipes_read(&train->recipes, job->pipeline->task, &mem, &w.recipes, err);
    if (status == STATUS_OK && file_size(job->features) > HOLD_PROOF_BYTES)
        found.why = "the table is large, and there is no backtest";
    else if (status == STATUS_OK && !search_cell(&w.recipes, job->model->search, &w.cell))
        found.why = other_recipe;
    else if (status == STATUS_OK)
        status = prove(&w, &found, err);
    arena_release(&mem);
    *ret = found;
    return status;
}
