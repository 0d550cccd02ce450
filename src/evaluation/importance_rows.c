/* The table is walked batch by batch; a row in `every` is copied. */
#include "evaluation/importance_rows.h"

#include <math.h>

#include "learn/division.h"

struct gathering {
    const struct importance_job *job;
    size_t every, seen, most; // held-out rows
    struct arena *mem;
    struct matrix x, targets; // [most] rows, of which n are there
    double **real, **y;       // their columns
    struct view **text;       // [texts][most]
    uint32_t *group;          // [most]
    size_t n;
};

static bool wanted(struct gathering *g, const struct frame *f, size_t i)
{
    if (g->n == g->most || g->job->part[f->first + i] != DIVISION_HOLDOUT)
        return false;
    return g->seen++ % g->every == 0 && !isnan(f->target.y.col[0][i]);
}

static void take(struct gathering *g, const struct frame *f, const struct matrix *x,
                 size_t i)
{
    for (size_t j = 0; j < x->p; j++)
        g->real[j][g->n] = x->col[j][i];
    for (size_t j = 0; j < x->n_texts; j++) {
        struct view cell = x->text[j].cell[i];
        g->text[j][g->n] =
            (struct view){cell.p ? arena_copy(g->mem, cell.p, cell.n) : NULL, cell.n};
    }
    for (size_t c = 0; c < f->target.y.p; c++)
        g->y[c][g->n] = f->target.y.col[c][i];
    if (f->group)
        g->group[g->n] = f->group[i];
    g->n++;
}

static enum status walk(struct gathering *g, struct frame_reader *r, struct error *err)
{
    const struct model *m = g->job->model;
    struct arena scratch = {0};
    struct frame f = {.n = 1};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && f.n > 0 && g->n < g->most) {
        struct matrix x;
        struct arena_mark mark = arena_mark(&scratch);
        status = frame_next(r, &scratch, &f, err);
        if (status == STATUS_OK && f.n > 0)
            status = frame_arrange(&f, &m->features, &m->texts, g->job->features,
                                   &scratch, &x, err);
        for (size_t i = 0; status == STATUS_OK && i < f.n; i++)
            if (wanted(g, &f, i))
                take(g, &f, &x, i);
        arena_rewind(&scratch, mark);
    }
    arena_release(&scratch);
    return status;
}

static void begin(struct gathering *g)
{
    const struct model *m = g->job->model;
    g->x = matrix_new(g->mem, g->most, m->features.n, m->features.v, &g->real);
    g->targets = matrix_new(g->mem, g->most, m->learnt.y.p, m->learnt.y.name, &g->y);
    g->text = ARENA_ARRAY(g->mem, struct view *, m->texts.n);
    for (size_t j = 0; j < m->texts.n; j++)
        g->text[j] = ARENA_ARRAY(g->mem, struct view, g->most);
    g->group = ARENA_ARRAY(g->mem, uint32_t, g->most);
}

static void finish(const struct gathering *g, const struct frame_reader *r,
                   struct importance_rows *ret)
{
    const struct model *m = g->job->model;
    struct text_column *text = ARENA_ARRAY(g->mem, struct text_column, m->texts.n);
    for (size_t j = 0; j < m->texts.n; j++)
        text[j] = (struct text_column){m->texts.v[j], g->text[j]};
    ret->x = g->x;
    ret->x.n = g->n;
    ret->x.n_texts = m->texts.n;
    ret->x.text = text;
    if (r->groups) {
        ret->x.group = g->group;
        ret->x.groups = r->groups;
    }
    ret->y = target_of(&m->learnt, g->targets);
    ret->y.y.n = g->n;
    ret->y.n_classes = r->classes.n;
    ret->y.class_name = r->classes.v;
}

enum status importance_rows_read(const struct importance_job *job, size_t n,
                                 struct arena *mem, struct importance_rows *ret,
                                 struct error *err)
{
    struct frame_reader r;
    struct gathering g = {.job = job, .most = n, .mem = mem};
    g.every = n > 0 ? (job->held_out + n - 1) / n : 1;
    if (g.every == 0)
        g.every = 1;
    begin(&g);
    TRY(frame_open(&r, job->features, job->pipeline, mem, err));
    frame_know(&r, &job->model->learnt);
    enum status status = walk(&g, &r, err);
    if (status == STATUS_OK)
        finish(&g, &r, ret);
    frame_close(&r);
    return status;
}
