/* The target's series from the tables that hold it. */
#include "data/history.h"

#include <math.h>

#include "data/key.h"

/* Keys and target of one table. */
struct column_pair {
    size_t n;
    int32_t *key;    // [n]
    double *value;   // [n]
    uint32_t *group; // [n] codes, NULL without groups
};

/* The codes that the groups of a table's rows have. */
static enum status read_codes(struct arrow_file *file, size_t c, struct groups *groups,
                              uint32_t *ret, struct error *err)
{
    const struct field *f = &arrow_schema(file)->field[c];
    struct batch batch;
    size_t n = 0;
    for (size_t b = 0; b < arrow_batches(file); b++) {
        TRY(arrow_read(file, b, &batch, err));
        TRY(groups_check(f, &batch.column[c], batch.n, n, arrow_path(file), err));
        for (size_t i = 0; i < batch.n; i++)
            ret[n++] = groups_code(groups, group_at(f->type, &batch.column[c], i));
        arrow_forget(file, b);
    }
    return STATUS_OK;
}

/* *ret_found is false, and nothing else happens, when the table lacks the key or the
 * target. */
static enum status read_pair(const char *path, const struct pipeline *p,
                             struct groups *groups, struct arena *mem,
                             struct column_pair *ret, bool *ret_found, struct error *err)
{
    struct arrow_file *file;
    TRY(arrow_open(path, mem, &file, err));
    const struct schema *s = arrow_schema(file);
    size_t c = schema_find(s, p->target), g = groups ? schema_find(s, p->group) : 0;
    enum status status = STATUS_OK;
    *ret_found = c > 0 && c < s->n && g < s->n &&
                 (s->field[0].type == TYPE_DATE || s->field[0].type == TYPE_TIME);
    if (*ret_found) {
        *ret = (struct column_pair){.n = arrow_rows(file)};
        ret->key = ARENA_ARRAY(mem, int32_t, ret->n);
        ret->value = ARENA_ARRAY(mem, double, ret->n);
        status = arrow_reals(file, c, ret->value, err);
        if (status == STATUS_OK)
            status = key_read(file, false, ret->key, err);
        if (groups && status == STATUS_OK) {
            groups->numbers = s->field[g].type == TYPE_INT64;
            ret->group = ARENA_ARRAY(mem, uint32_t, ret->n);
            status = read_codes(file, g, groups, ret->group, err);
        }
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
        if (pair->group)
            pair->group[n] = pair->group[i];
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
        TRY(read_pair(arena_format(mem, "%s/raw/%s.arrow", folder, h.source), p, NULL,
                      mem, &pair, &found, err));
    }
    if (found)
        forget_later(last, &pair);
    if (found && pair.n > 0) {
        lay_out(&h, &pair, mem);
        TRY(read_pair(file_join(mem, folder, "clean.arrow"), p, NULL, mem, &pair, &found,
                      err));
        for (size_t i = 0; found && i < pair.n; i++) {
            size_t step = history_step(&h, pair.key[i]);
            if (step < h.n)
                h.y[step] = pair.value[i];
        }
    }
    *ret = h;
    return STATUS_OK;
}

/* Lays out each series from its rows, in the order in which they stand. */
static void lay_out_all(struct histories *h, const struct column_pair *raw,
                        struct arena *mem)
{
    struct arena scratch = {0};
    size_t *start = ARENA_ARRAY(&scratch, size_t, h->groups.n + 2);
    struct column_pair sorted = {.key = ARENA_ARRAY(&scratch, int32_t, raw->n),
                                 .value = ARENA_ARRAY(&scratch, double, raw->n)};
    for (size_t i = 0; i < raw->n; i++)
        start[raw->group[i] + 2]++;
    for (size_t g = 0; g < h->groups.n; g++)
        start[g + 2] += start[g + 1];
    for (size_t i = 0; i < raw->n; i++) {
        size_t at = start[raw->group[i] + 1]++;
        sorted.key[at] = raw->key[i];
        sorted.value[at] = raw->value[i];
    }
    for (size_t g = 0; g < h->groups.n; g++) {
        struct column_pair one = {.n = start[g + 1] - start[g],
                                  .key = sorted.key + start[g],
                                  .value = sorted.value + start[g]};
        if (one.n > 0)
            lay_out(&h->of[g], &one, mem);
    }
    arena_release(&scratch);
}

/* Gives the groups codes in the order of their names. */
static void order_groups(struct groups *groups, struct column_pair *pair)
{
    const uint32_t *rank = groups_sort(groups);
    for (size_t i = 0; i < pair->n; i++)
        pair->group[i] = rank[pair->group[i]];
}

enum status histories_read(const char *folder, const struct pipeline *p,
                           const struct sources *sources, int32_t last, struct arena *mem,
                           struct histories *ret, struct error *err)
{
    struct histories h = {.groups.mem = mem};
    struct column_pair pair = {0};
    const char *source = NULL;
    bool found = false;
    for (size_t i = 0; !found && i < sources->sources.n; i++) {
        source = source_at(sources, i)->name;
        TRY(read_pair(arena_format(mem, "%s/raw/%s.arrow", folder, source), p, &h.groups,
                      mem, &pair, &found, err));
    }
    if (found) {
        forget_later(last, &pair);
        order_groups(&h.groups, &pair);
        h.n = h.groups.n;
        h.of = ARENA_ARRAY(mem, struct history, h.n);
        for (size_t g = 0; g < h.n; g++)
            h.of[g] = (struct history){.step = key_step(p), .source = source};
        lay_out_all(&h, &pair, mem);
        TRY(read_pair(file_join(mem, folder, "clean.arrow"), p, &h.groups, mem, &pair,
                      &found, err));
        for (size_t i = 0; found && i < pair.n; i++) {
            struct history *of = pair.group[i] < h.n ? &h.of[pair.group[i]] : NULL;
            size_t step = of ? history_step(of, pair.key[i]) : SIZE_MAX;
            if (of && step < of->n)
                of->y[step] = pair.value[i];
        }
    }
    *ret = h;
    return STATUS_OK;
}

const struct history *histories_find(const struct histories *h,
                                     const struct group_name *name)
{
    uint32_t code = groups_find(&h->groups, name);
    return code < h->n && h->of[code].n > 0 ? &h->of[code] : NULL;
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
