/* Two feature tables and one model. */
#include "outlook/outlook.h"

#include <math.h>

#include "data/key.h"
#include "file/file.h"
#include "file/json.h"

/* A model of another target answers another question. */
static enum status check_target(const struct model *m, const struct pipeline *p,
                                const char *path, struct error *err)
{
    bool same = m->learnt.task == p->task && m->learnt.y.p == p->targets.n;
    for (size_t t = 0; same && t < p->targets.n; t++)
        same = strcmp(m->learnt.y.name[t], p->targets.v[t]) == 0;
    if (same || p->targets.n == 0)
        return STATUS_OK;
    return error_refuse(err, path, NULL,
                        "the model is for %s of %s, the pipeline for %s of %s",
                        task_name[m->learnt.task], QUOTE(m->learnt.y.name[0]),
                        task_name[p->task], QUOTE(p->target));
}

/* A series model forecasts the kind of series that it was chosen for. */
static enum status check_series(const struct model *m, const struct pipeline *p,
                                const char *path, struct error *err)
{
    const struct model_series *s = &m->series;
    if (!s->fitted.choice.model || (p->time.column && !p->group == (s->groups == 0)))
        return STATUS_OK;
    if (!p->time.column)
        return error_refuse(err, path, NULL,
                            "a series model forecasts steps of time, and rows have none");
    return error_refuse(err, path, NULL,
                        "the model is one of %s series, but rows have %s",
                        s->groups ? "many" : "one", p->group ? "groups" : "no groups");
}

enum status outlook_model(const struct again *run, const struct watch *watch,
                          const char *name, const char *stage, struct arena *mem,
                          struct model *ret, struct error *err)
{
    struct model m = {0};
    const char *path = file_join(mem, run->in, name);
    TRY(watch_need(watch, JSON_MEMORY * file_size(path), "the model", err));
    enum status status = model_read(path, mem, &m, err);
    if (status == STATUS_OK)
        status = check_series(&m, run->pipeline, path, err);
    if (status == STATUS_OK)
        status = check_target(&m, run->pipeline, path, err);
    if (status == STATUS_OK) {
        *ret = m;
        return STATUS_OK;
    }
    model_release(&m);
    again_hint(run, stage, NULL, mem, err);
    return status;
}

static const char *in_words(const struct texts *names, struct arena *mem)
{
    struct text out = {.mem = mem};
    text_puts(&out, names->n > 0 ? "" : "none");
    for (size_t i = 0; i < names->n; i++)
        text_addf(&out, "%s%s", i > 0 ? ", " : "", QUOTE(names->v[i]));
    return out.p;
}

enum status outlook_columns(const struct again *run, const struct model *m,
                            const char *name, struct arena *mem, struct error *err)
{
    const struct texts *theirs = &m->series.outside, *ours = &run->pipeline->outside;
    bool same = theirs->n == ours->n;
    for (size_t i = 0; same && i < ours->n; i++)
        same = strcmp(theirs->v[i], ours->v[i]) == 0;
    if (same || theirs->n == 0)
        return STATUS_OK;
    (void)error_refuse(err, file_join(mem, run->in, name), NULL,
                       "the model takes the outside columns %s, the pipeline's are %s",
                       in_words(theirs, mem), in_words(ours, mem));
    again_hint(run, "train", NULL, mem, err);
    return STATUS_INPUT;
}

enum status outlook_predict(const struct model *model, const struct frame *f,
                            const char *path, struct arena *mem, struct prediction *ret,
                            struct error *err)
{
    struct matrix x;
    TRY(frame_arrange(f, &model->features, &model->texts, path, mem, &x, err));
    return steps_predict(model->step, model->n_steps, &x, &model->learnt, mem, ret, err);
}

/* What the functions below read from, and where what they return lives. */
struct outlook_reader {
    const struct again *run;
    const struct watch *watch;
    struct model *model;
    const struct histories *histories;
    bool asked; // for known rows
    size_t threads;
    struct arena *mem;
};

static bool is_series(const struct outlook_reader *o)
{
    return o->model->series.fitted.choice.model != NULL;
}

/* Predicts the rows of one batch into the columns of a table. */
static enum status predict_rows(const struct outlook_reader *o, const struct frame *f,
                                const char *path, struct arena *scratch, double **value,
                                struct error *err)
{
    struct prediction p;
    TRY(outlook_predict(o->model, f, path, scratch, &p, err));
    for (size_t c = 0; c < p.p; c++)
        memcpy(value[c] + f->first, p.value[c], f->n * sizeof(double));
    return STATUS_OK;
}

/* Keeps what a batch has of each row; actual: the values of an anomaly's, or NULL. */
static void keep_rows(const struct frame *f, struct frame *all, double *actual)
{
    if (all->key)
        memcpy(all->key + f->first, f->key, f->n * sizeof *all->key);
    if (all->group)
        memcpy(all->group + f->first, f->group, f->n * sizeof *all->group);
    if (actual)
        memcpy(actual + f->first, f->target.y.col[0], f->n * sizeof *actual);
}

/* The first key that a series model has not learnt from; of many series nobody knows. */
static int32_t judged(const struct outlook_reader *o)
{
    const struct model_series *m = &o->model->series;
    if (!is_series(o) || m->groups > 0 || o->histories->n == 0)
        return ONE_STEP_HALF;
    return key_add(o->run->pipeline, o->histories->of[0].first, (int32_t)m->steps);
}

static enum status predict_table(const struct outlook_reader *o, const char *path,
                                 struct frame_reader *r, struct predicted *ret,
                                 struct error *err)
{
    const struct pipeline *p = o->run->pipeline;
    struct frame all = {.n = arrow_rows(r->file), .pipeline = p}, f;
    struct arena scratch = {0};
    size_t width = model_width(o->model);
    size_t row = width * sizeof(double) + sizeof(int32_t);
    enum status status = STATUS_OK;
    TRY(watch_need(o->watch, all.n * row, "every row's prediction", err));
    double **value;
    struct prediction answer =
        prediction_new(o->mem, model_answer(o->model), all.n, width, &value);
    double *actual =
        o->model->learnt.task == TASK_ANOMALY ? ARENA_ARRAY(o->mem, double, all.n) : NULL;
    if (p->time.column)
        all.key = ARENA_ARRAY(o->mem, int32_t, all.n);
    all.groups = r->groups;
    all.group = r->groups ? ARENA_ARRAY(o->mem, uint32_t, all.n) : NULL;
    do {
        struct arena_mark mark = arena_mark(&scratch);
        status = frame_next(r, &scratch, &f, err);
        if (status == STATUS_OK && f.n > 0 && !is_series(o))
            status = predict_rows(o, &f, path, &scratch, value, err);
        if (status == STATUS_OK && f.n > 0)
            keep_rows(&f, &all, actual);
        arena_rewind(&scratch, mark);
    } while (status == STATUS_OK && f.n > 0);
    const struct fit_context context = {.threads = o->threads};
    const struct one_step_rows rows = {all.n, all.key, all.group, all.groups, judged(o)};
    for (size_t i = 0; is_series(o) && i < all.n; i++)
        value[0][i] = NAN;
    if (status == STATUS_OK && is_series(o) && o->asked)
        status = model_series_rows(&o->model->series, o->histories, &rows, &context,
                                   o->watch, value[0], err);
    arena_release(&scratch);
    TRY(status);
    TRY(prediction_check(&answer, &o->model->learnt, "model.json", err));
    *ret = (struct predicted){.frame = all, .prediction = answer, .actual = actual};
    return STATUS_OK;
}

static enum status predict(const struct outlook_reader *o, const char *name, bool wanted,
                           struct predicted *ret, struct error *err)
{
    const char *path = file_join(o->mem, o->run->in, name);
    struct frame_reader r;
    TRY(frame_open(&r, path, o->run->pipeline, o->mem, err));
    enum status status = STATUS_OK;
    if (wanted)
        status = predict_table(o, path, &r, ret, err);
    else
        ret->frame.n = arrow_rows(r.file);
    frame_close(&r);
    return status;
}

static enum status refuse_past(const struct outlook_reader *o, struct error *err)
{
    if (o->run->as_of)
        error_hint(err,
                   "it learnt from steps behind --as-of %s: begin with `ingest "
                   "--as-of`",
                   o->run->as_of);
    again_hint(o->run, "train", NULL, o->mem, err);
    return err->status;
}

/* The steps behind the last value of the target. */
static enum status foresee(const struct outlook_reader *o, struct predicted *ret,
                           struct error *err)
{
    const struct pipeline *p = o->run->pipeline;
    struct model_series *m = &o->model->series;
    const struct history *h = &o->histories->of[0];
    struct frame all = {.n = m->horizon, .pipeline = p};
    double **value;
    struct prediction answer = prediction_new(o->mem, ANSWER_VALUES, all.n, 1, &value);
    double *spread = ARENA_ARRAY(o->mem, double, all.n);
    size_t from;
    all.key = ARENA_ARRAY(o->mem, int32_t, all.n);
    if (model_series_coming(m, h, o->mem, &from, value[0], spread, err) != STATUS_OK)
        return refuse_past(o, err);
    for (size_t i = 0; i < all.n; i++)
        all.key[i] = key_add(p, h->first, (int32_t)(from + i));
    TRY(prediction_check(&answer, &o->model->learnt, "model.json", err));
    *ret = (struct predicted){.frame = all, .prediction = answer, .spread = spread};
    return STATUS_OK;
}

/* The same of many series. */
static enum status foresee_groups(const struct outlook_reader *o, struct predicted *ret,
                                  struct error *err)
{
    const struct pipeline *p = o->run->pipeline;
    const struct histories *h = o->histories;
    struct series_coming c;
    if (model_series_coming_groups(&o->model->series, h, o->threads, o->watch, o->mem, &c,
                                   err) != STATUS_OK)
        return refuse_past(o, err);
    struct frame all = {.n = c.n, .key = c.step, .group = c.group, .groups = &h->groups};
    double **value;
    struct prediction answer = prediction_new(o->mem, ANSWER_VALUES, c.n, 1, &value);
    all.pipeline = p;
    for (size_t i = 0; i < c.n; i++)
        all.key[i] = key_add(p, h->of[c.group[i]].first, c.step[i]);
    if (c.n > 0)
        memcpy(value[0], c.value, c.n * sizeof(double));
    TRY(prediction_check(&answer, &o->model->learnt, "model.json", err));
    *ret = (struct predicted){.frame = all, .prediction = answer, .spread = c.spread};
    return STATUS_OK;
}

static enum status predict_coming(const struct outlook_reader *o, struct predicted *ret,
                                  struct error *err)
{
    if (!is_series(o))
        return predict(o, "upcoming.arrow", true, ret, err);
    return o->model->series.groups > 0 ? foresee_groups(o, ret, err)
                                       : foresee(o, ret, err);
}

enum status outlook_read(const struct again *run, const struct watch *watch,
                         struct model *model, const struct histories *histories,
                         const struct outlook_known *known, size_t threads,
                         struct arena *mem, struct outlook *ret, struct error *err)
{
    const struct outlook_reader r = {run,          watch,   model, histories,
                                     known->asked, threads, mem};
    struct outlook o = {0};
    TRY(predict(&r, "features.arrow", known->read, &o.known, err));
    TRY(predict_coming(&r, &o.upcoming, err));
    *ret = o;
    return STATUS_OK;
}

/* A binary search; keys ascend. */
static bool find(const struct predicted *p, int32_t key, size_t *ret)
{
    size_t low = 0, high = p->frame.key ? p->frame.n : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->frame.key[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    *ret = low;
    return p->frame.key && low < p->frame.n && p->frame.key[low] == key;
}

const struct prediction *outlook_find(const struct outlook *o, int32_t key,
                                      size_t *ret_row)
{
    if (find(&o->known, key, ret_row))
        return &o->known.prediction;
    return find(&o->upcoming, key, ret_row) ? &o->upcoming.prediction : NULL;
}

bool outlook_span(const struct outlook *o, int32_t *ret_first, int32_t *ret_last)
{
    const struct frame *frames[] = {&o->known.frame, &o->upcoming.frame};
    bool any = false;
    for (size_t i = 0; i < COUNT_OF(frames); i++) {
        const struct frame *f = frames[i];
        if (!f->key || f->n == 0)
            continue;
        // Each series ascends by itself: without groups the ends are the table's.
        for (size_t r = 0; r < f->n; r += f->group || f->n == 1 ? 1 : f->n - 1) {
            *ret_first = any && *ret_first < f->key[r] ? *ret_first : f->key[r];
            *ret_last = any && *ret_last > f->key[r] ? *ret_last : f->key[r];
            any = true;
        }
    }
    return any;
}
