/* Held-out rows, evenly spaced, whose features are shuffled one at a time. */
#include "evaluation/importance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/thread.h"
#include "evaluation/importance_rows.h"

/* What the pieces share; a piece is a feature, reals first, then texts. */
struct shuffling {
    const struct importance_job *job;
    const struct importance_rows *rows;
    size_t repeats;
    double value;                             // the score of the rows as they are
    struct importances_json_feature *feature; // [features]
};

static enum status measure(const struct shuffling *s, const struct matrix *x,
                           struct arena *mem, double *ret, struct error *err)
{
    const struct model *m = s->job->model;
    struct prediction p;
    TRY(steps_predict(m->step, m->n_steps, x, &m->learnt, mem, &p, err));
    *ret = (s->job->score->value)(&s->rows->y, &p);
    return STATUS_OK;
}

static void deal(struct rng *r, size_t n, size_t *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = i;
    rng_shuffle(r, n, ret);
}

/* x with column j, or text j - x->p, dealt anew. */
static struct matrix dealt(const struct matrix *x, size_t j, const size_t *order,
                           struct arena *mem)
{
    struct matrix ret = *x;
    if (j < x->p) {
        const double **col = ARENA_ARRAY(mem, const double *, x->p);
        double *own = ARENA_ARRAY(mem, double, x->n);
        memcpy(col, x->col, x->p * sizeof *col);
        for (size_t i = 0; i < x->n; i++)
            own[i] = x->col[j][order[i]];
        col[j] = own;
        ret.col = col;
        return ret;
    }
    struct text_column *text = ARENA_ARRAY(mem, struct text_column, x->n_texts);
    struct view *own = ARENA_ARRAY(mem, struct view, x->n);
    memcpy(text, x->text, x->n_texts * sizeof *text);
    for (size_t i = 0; i < x->n; i++)
        own[i] = x->text[j - x->p].cell[order[i]];
    text[j - x->p].cell = own;
    ret.text = text;
    return ret;
}

static enum status shuffle_feature(void *context, size_t j, size_t worker UNUSED,
                                   struct error *err)
{
    struct shuffling *s = context;
    const struct matrix *x = &s->rows->x;
    struct arena mem = {0};
    struct rng r;
    size_t *order = ARENA_ARRAY(&mem, size_t, x->n);
    double worse[IMPORTANCE_REPEATS] = {0}, mean = 0, squares = 0;
    double sign = s->job->score->better == BETTER_LOW ? 1 : -1;
    enum status status = STATUS_OK;
    const char *name = j < x->p ? x->name[j] : x->text[j - x->p].name;
    rng_seed(&r, s->job->pipeline->seed, arena_format(&mem, "importance %s", name));
    for (size_t k = 0; status == STATUS_OK && k < s->repeats; k++) {
        struct arena_mark mark = arena_mark(&mem);
        deal(&r, x->n, order);
        struct matrix other = dealt(x, j, order, &mem);
        status = measure(s, &other, &mem, &worse[k], err);
        worse[k] = sign * (worse[k] - s->value);
        mean += worse[k] / (double)s->repeats;
        arena_rewind(&mem, mark);
    }
    for (size_t k = 0; status == STATUS_OK && k < s->repeats; k++)
        squares += (worse[k] - mean) * (worse[k] - mean) / (double)s->repeats;
    arena_release(&mem);
    s->feature[j] = (struct importances_json_feature){name, mean, sqrt(squares)};
    return status;
}

/* The larger first, what does not exist last; of equal ones in the order of names. */
static int by_mean(const void *a, const void *b)
{
    const struct importances_json_feature *u = a, *v = b;
    double x = isnan(u->mean) ? -INFINITY : u->mean,
           y = isnan(v->mean) ? -INFINITY : v->mean;
    return x != y ? (x < y) - (x > y) : strcmp(u->name, v->name);
}

static int by_share(const void *a, const void *b)
{
    const struct importances_json_column *u = a, *v = b;
    return u->share != v->share ? (u->share < v->share) - (u->share > v->share)
                                : strcmp(u->name, v->name);
}

/* Keeps the first IMPORTANCES_LISTED; the rest is counted. */
static void list(size_t n, size_t *ret_n, size_t *ret_other)
{
    *ret_n = n < IMPORTANCES_LISTED ? n : IMPORTANCES_LISTED;
    *ret_other = n - *ret_n;
}

/* What the estimator says of the columns that reach it, where these have names. */
static enum status ask_columns(const struct model *m, const struct matrix *x,
                               struct arena *mem, struct importances_json *ret,
                               struct error *err)
{
    struct matrix now = *x;
    const struct step_fitted *last = &m->step[m->n_steps - 1];
    for (size_t s = 0; s + 1 < m->n_steps; s++)
        TRY(step_apply(m->step[s].step, m->step[s].state, NULL, &now, mem, &now, err));
    if (!last->step->importance || now.sparse || now.n_texts > 0 || !now.name ||
        now.p == 0)
        return STATUS_OK;
    double *share = ARENA_ARRAY(mem, double, now.p);
    if (!(last->step->importance)(last->state, share))
        return STATUS_OK;
    ret->column = ARENA_ARRAY(mem, struct importances_json_column, now.p);
    for (size_t j = 0; j < now.p; j++)
        ret->column[j] = (struct importances_json_column){now.name[j], share[j]};
    qsort(ret->column, now.p, sizeof *ret->column, by_share);
    list(now.p, &ret->n_columns, &ret->other_columns);
    return STATUS_OK;
}

struct telling {
    struct importances_json *into;
    struct arena *mem;
    size_t cap;
};

static void take_figure(void *sink, const char *name, double value)
{
    struct telling *t = sink;
    struct importances_json *into = t->into;
    ARENA_ROOM(t->mem, into->figure, into->n_figures, t->cap, 8);
    into->figure[into->n_figures++] = (struct importances_json_figure){name, value};
}

/* How many features, rows and repeats the bound on the work allows. */
static size_t rows_for(const struct importance_job *job, size_t p, size_t *ret_repeats)
{
    size_t rows = job->held_out < IMPORTANCE_ROWS ? job->held_out : IMPORTANCE_ROWS;
    size_t most = p > 0 ? IMPORTANCE_WORK / p : IMPORTANCE_ROWS;
    if (rows > most)
        rows = most > 1 ? most : 1;
    size_t repeats = rows * p > 0 ? IMPORTANCE_WORK / (rows * p) : IMPORTANCE_REPEATS;
    *ret_repeats = repeats < 1                    ? 1
                   : repeats > IMPORTANCE_REPEATS ? IMPORTANCE_REPEATS
                                                  : repeats;
    return rows;
}

static enum status shuffle_all(struct shuffling *s, struct arena *mem,
                               struct importances_json *ret, struct error *err)
{
    const struct matrix *x = &s->rows->x;
    size_t p = x->p + x->n_texts;
    if (x->n == 0)
        return STATUS_OK;
    s->feature = ARENA_ARRAY(mem, struct importances_json_feature, p);
    TRY(measure(s, x, mem, &s->value, err));
    TRY(thread_run(s->job->threads, p, shuffle_feature, s, err));
    ret->value = s->value;
    ret->feature = s->feature;
    qsort(ret->feature, p, sizeof *ret->feature, by_mean);
    list(p, &ret->n_features, &ret->other_features);
    return ask_columns(s->job->model, x, mem, ret, err);
}

enum status importance_find(const struct importance_job *job, struct arena *mem,
                            struct importances_json *ret, struct error *err)
{
    const struct model *m = job->model;
    struct importance_rows rows;
    struct shuffling s = {.job = job, .rows = &rows};
    *ret = (struct importances_json){.score = job->score->name, .value = NAN};
    if (m->n_steps == 0)
        return STATUS_OK;
    size_t n = rows_for(job, m->features.n + m->texts.n, &s.repeats);
    TRY(importance_rows_read(job, n, mem, &rows, err));
    ret->rows = rows.x.n;
    ret->repeats = s.repeats;
    TRY(shuffle_all(&s, mem, ret, err));
    const struct step_fitted *last = &m->step[m->n_steps - 1];
    struct telling t = {.into = ret, .mem = mem};
    if (last->step->tell)
        (last->step->tell)(last->state, take_figure, &t);
    return STATUS_OK;
}
