/* Two feature tables and one model. */
#include "learn/outlook.h"

#include <math.h>

static enum status predict(struct run *run, const struct model *model, const char *name,
                           struct predicted *ret, struct error *err)
{
    const char *path = run_input(run, name);
    struct matrix x, out;
    TRY(frame_read(path, &run->pipeline, run->mem, &ret->frame, err));
    if (ret->frame.n == 0)
        return STATUS_OK;
    TRY(frame_arrange(&ret->frame, model->feature, model->p, path, run->mem, &x, err));
    TRY(steps_predict(model->step, model->n_steps, &x, run->mem, &out, err));
    ret->value = out.col[0];
    return STATUS_OK;
}

enum status outlook_read(struct run *run, const struct model *model, struct outlook *ret,
                         struct error *err)
{
    struct outlook o = {0};
    TRY(predict(run, model, "features.arrow", &o.known, err));
    TRY(predict(run, model, "upcoming.arrow", &o.upcoming, err));
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
