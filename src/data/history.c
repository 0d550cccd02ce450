/* The target's series from the tables that hold it. */
#include "data/history.h"

#include <math.h>

#include "data/key.h"

/* Keys and target of one table. */
struct column_pair {
    size_t n;
    int32_t *key;  // [n]
    double *value; // [n]
};

/* *ret_found is false, and nothing else happens, when the table lacks the key or the
 * target. */
static enum status read_pair(const char *path, const char *target, struct arena *mem,
                             struct column_pair *ret, bool *ret_found, struct error *err)
{
    struct arrow_file *file;
    TRY(arrow_open(path, mem, &file, err));
    const struct schema *s = arrow_schema(file);
    size_t c = schema_find(s, target);
    enum status status = STATUS_OK;
    *ret_found = c > 0 && c < s->n &&
                 (s->field[0].type == TYPE_DATE || s->field[0].type == TYPE_TIME);
    if (*ret_found) {
        *ret = (struct column_pair){.n = arrow_rows(file)};
        ret->key = ARENA_ARRAY(mem, int32_t, ret->n);
        ret->value = ARENA_ARRAY(mem, double, ret->n);
        status = arrow_reals(file, c, ret->value, err);
        if (status == STATUS_OK)
            status = key_read(file, false, ret->key, err);
    }
    arrow_close(file);
    return status;
}

static size_t steps_between(const struct history *h, int32_t later, int32_t earlier)
{
    return (size_t)timestep_between(h->step, earlier, later);
}

static void lay_out(struct history *h, const struct column_pair *raw, struct arena *mem)
{
    int32_t last = raw->key[0];
    h->first = raw->key[0];
    for (size_t i = 1; i < raw->n; i++) {
        h->first = raw->key[i] < h->first ? raw->key[i] : h->first;
        last = raw->key[i] > last ? raw->key[i] : last;
    }
    h->n = steps_between(h, last, h->first) + 1;
    h->y = ARENA_ARRAY(mem, double, h->n);
    for (size_t i = 0; i < h->n; i++)
        h->y[i] = NAN;
    for (size_t i = 0; i < raw->n; i++) {
        size_t step = steps_between(h, raw->key[i], h->first);
        if (isnan(h->y[step]))
            h->y[step] = raw->value[i];
    }
}

/* Leaves rows later than the last key out. */
static void forget_later(int32_t last, struct column_pair *pair)
{
    size_t n = 0;
    for (size_t i = 0; i < pair->n; i++) {
        if (pair->key[i] > last)
            continue;
        pair->key[n] = pair->key[i];
        pair->value[n++] = pair->value[i];
    }
    pair->n = n;
}

enum status history_read(const char *folder, const struct pipeline *p,
                         const struct sources *sources, int32_t last, struct arena *mem,
                         struct history *ret, struct error *err)
{
    struct history h = {.step = key_step(p)};
    struct column_pair pair;
    bool found = false;
    for (size_t i = 0; p->time.column && p->target && !found && i < sources->sources.n;
         i++) {
        h.source = source_at(sources, i)->name;
        TRY(read_pair(arena_format(mem, "%s/raw/%s.arrow", folder, h.source), p->target,
                      mem, &pair, &found, err));
    }
    if (found)
        forget_later(last, &pair);
    if (found && pair.n > 0) {
        lay_out(&h, &pair, mem);
        TRY(read_pair(file_join(mem, folder, "clean.arrow"), p->target, mem, &pair,
                      &found, err));
        for (size_t i = 0; found && i < pair.n; i++) {
            size_t step = history_step(&h, pair.key[i]);
            if (step < h.n)
                h.y[step] = pair.value[i];
        }
    }
    *ret = h;
    return STATUS_OK;
}

size_t history_step(const struct history *h, int32_t key)
{
    if (h->n == 0 || key < h->first)
        return SIZE_MAX;
    size_t step = steps_between(h, key, h->first);
    return step <= h->n ? step : SIZE_MAX;
}

double history_value(const struct history *h, int32_t key)
{
    size_t step = history_step(h, key);
    return step < h->n ? h->y[step] : NAN;
}
