/* Two feature tables and one model. */
#include "learn/outlook.h"

#include <math.h>

#include "stage/again.h"

enum status outlook_model(struct run *run, struct model *ret, struct error *err)
{
    const char *path = run_input(run, "model.json");
    TRY(run_need_memory(run, JSON_MEMORY * file_size(path), "the model", err));
    enum status status = model_read(path, run->mem, ret, err);
    if (status != STATUS_OK)
        again_hint(run, "train", NULL, err);
    return status;
}

/* Predicts the rows of one batch into value. */
static enum status predict_rows(const struct frame *f, const struct model *model,
                                const char *path, struct arena *scratch, double *value,
                                struct error *err)
{
    struct matrix x, out;
    TRY(frame_arrange(f, model->feature, model->p, path, scratch, &x, err));
    TRY(steps_predict(model->step, model->n_steps, &x, scratch, &out, err));
    memcpy(value, out.col[0], f->n * sizeof *value);
    return STATUS_OK;
}

static enum status predict_table(struct run *run, const struct model *model,
                                 const char *path, struct frame_reader *r,
                                 struct predicted *ret, struct error *err)
{
    struct frame all = {.n = arrow_rows(r->file), .pipeline = &run->pipeline}, f;
    size_t row = sizeof(double) + sizeof(int32_t);
    TRY(run_need_memory(run, all.n * row, "every row's prediction", err));
    double *value = ARENA_ARRAY(run->mem, double, all.n);
    if (run->pipeline.time.column)
        all.key = ARENA_ARRAY(run->mem, int32_t, all.n);
    do {
        struct arena_mark mark = arena_mark(run->scratch);
        TRY(frame_next(r, run->scratch, &f, err));
        if (f.n > 0)
            TRY(predict_rows(&f, model, path, run->scratch, value + f.first, err));
        if (f.n > 0 && all.key)
            memcpy(all.key + f.first, f.key, f.n * sizeof *all.key);
        arena_rewind(run->scratch, mark);
    } while (f.n > 0);
    *ret = (struct predicted){all, value};
    return STATUS_OK;
}

static enum status predict(struct run *run, const struct model *model, const char *name,
                           bool wanted, struct predicted *ret, struct error *err)
{
    const char *path = run_input(run, name);
    struct frame_reader r;
    TRY(frame_open(&r, path, &run->pipeline, run->mem, err));
    enum status status = STATUS_OK;
    if (wanted)
        status = predict_table(run, model, path, &r, ret, err);
    else
        ret->frame.n = arrow_rows(r.file);
    frame_close(&r);
    return status;
}

enum status outlook_read(struct run *run, const struct model *model, struct outlook *ret,
                         struct error *err)
{
    struct outlook o = {0};
    bool keyed = run->pipeline.time.column != NULL; // else nobody can ask for a known row
    TRY(predict(run, model, "features.arrow", keyed, &o.known, err));
    TRY(predict(run, model, "upcoming.arrow", true, &o.upcoming, err));
    *ret = o;
    return STATUS_OK;
}

/* A binary search; keys ascend. */
static double find(const struct predicted *p, int32_t key)
{
    size_t low = 0, high = p->frame.key ? p->frame.n : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->frame.key[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = p->frame.key && low < p->frame.n && p->frame.key[low] == key;
    return found ? p->value[low] : NAN;
}

double outlook_at(const struct outlook *o, int32_t key)
{
    double known = find(&o->known, key);
    return isnan(known) ? find(&o->upcoming, key) : known;
}

bool outlook_span(const struct outlook *o, int32_t *ret_first, int32_t *ret_last)
{
    const struct frame *frames[] = {&o->known.frame, &o->upcoming.frame};
    bool any = false;
    for (size_t i = 0; i < COUNT_OF(frames); i++) {
        const struct frame *f = frames[i];
        if (!f->key || f->n == 0)
            continue;
        *ret_first = any && *ret_first < f->key[0] ? *ret_first : f->key[0];
        *ret_last = any && *ret_last > f->key[f->n - 1] ? *ret_last : f->key[f->n - 1];
        any = true;
    }
    return any;
}
