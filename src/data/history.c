/* The target's series from the tables that hold it. */
#include "data/history.h"

#include <math.h>

#include "data/key.h"

/* Keys, target and outside columns of one table. */
struct column_pair {
    size_t n;
    int32_t *key;                // [n]
    double *value;               // [n]
    double *x[PIPELINE_OUTSIDE]; // [outside][n]
    uint32_t *group;             // [n] codes, NULL without groups
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

/* The series that a row is of. */
static struct history *history_of(struct history *of, const struct column_pair *rows,
                                  size_t i)
{
    return rows->group ? &of[rows->group[i]] : of;
}

/* Where n series begin, and how many steps they have. */
static void measure(struct history *of, size_t n, const struct column_pair *raw)
{
    struct arena scratch = {0};
    int32_t *last = ARENA_ARRAY(&scratch, int32_t, n);
    for (size_t i = 0; i < raw->n; i++) {
        struct history *h = history_of(of, raw, i);
        int32_t key = raw->key[i], *end = &last[h - of];
        h->first = h->n == 0 || key < h->first ? key : h->first;
        *end = h->n == 0 || key > *end ? key : *end;
        h->n = 1;
    }
    for (size_t g = 0; g < n; g++)
        if (of[g].n > 0)
            of[g].n = steps_between(&of[g], last[g], of[g].first) + 1;
    arena_release(&scratch);
}

/* Lays out n series from their rows; of two with one key the first that has a value. */
static void lay_out(struct history *of, size_t n, const struct column_pair *raw,
                    struct arena *mem)
{
    measure(of, n, raw);
    for (size_t g = 0; g < n; g++) {
        of[g].y = ARENA_ARRAY(mem, double, of[g].n);
        for (size_t t = 0; t < of[g].n; t++)
            of[g].y[t] = NAN;
    }
    for (size_t i = 0; i < raw->n; i++) {
        const struct history *h = history_of(of, raw, i);
        double *y = &h->y[steps_between(h, raw->key[i], h->first)];
        *y = isnan(*y) ? raw->value[i] : *y;
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

/* The rows of the first source that holds the target. */
static enum status read_raw(const char *folder, const struct pipeline *p,
                            const struct sources *sources, int32_t last,
                            struct groups *groups, struct arena *mem,
                            struct column_pair *ret, const char **ret_source,
                            struct error *err)
{
    bool found = false;
    *ret = (struct column_pair){0};
    for (size_t i = 0; p->time.column && p->target && !found && i < sources->sources.n;
         i++) {
        *ret_source = source_at(sources, i)->name;
        TRY(read_pair(arena_format(mem, "%s/raw/%s.arrow", folder, *ret_source), p,
                      groups, mem, ret, &found, err));
    }
    if (found)
        forget_later(last, ret);
    return STATUS_OK;
}

/* Column j of those that the pipeline's file names beside the target. */
static enum status read_column(struct arrow_file *file, const struct pipeline *p,
                               size_t j, double *ret, struct error *err)
{
    const struct schema *s = arrow_schema(file);
    size_t c;
    if (schema_require(s, NULL, p->outside.v[j], &c, err) != STATUS_OK) {
        if (!err->hint[0])
            error_hint(err, "`show %s` lists the columns that there are",
                       arrow_path(file));
        pipeline_at_item(p, "outside", j, err);
        return err->status;
    }
    enum type type = s->field[c].type;
    if (type != TYPE_TEXT && type != TYPE_DATE && type != TYPE_TIME)
        return arrow_reals(file, c, ret, err);
    error_set(err, STATUS_INPUT, "the outside column %s is %s, expected numbers",
              QUOTE(p->outside.v[j]), type_name(type));
    error_hint(err, "`kind` in its source says what its cells are read as");
    pipeline_at_item(p, "outside", j, err);
    return err->status;
}

/* The pipeline's outside columns of a table. */
static enum status read_outside(const char *path, const struct pipeline *p,
                                struct arena *mem, struct column_pair *ret,
                                struct error *err)
{
    struct arrow_file *file;
    enum status status = STATUS_OK;
    if (p->outside.n == 0)
        return STATUS_OK;
    TRY(arrow_open(path, mem, &file, err));
    for (size_t j = 0; status == STATUS_OK && j < p->outside.n; j++) {
        ret->x[j] = ARENA_ARRAY(mem, double, ret->n);
        status = read_column(file, p, j, ret->x[j], err);
    }
    arrow_close(file);
    return status;
}

/* Room for them in n series. */
static void lay_out_outside(const struct pipeline *p, struct history *of, size_t n,
                            struct arena *mem)
{
    for (size_t g = 0; g < n && p->outside.n > 0; g++) {
        of[g].p = p->outside.n;
        of[g].x = ARENA_ARRAY(mem, double *, of[g].p);
        for (size_t j = 0; j < of[g].p; j++) {
            of[g].x[j] = ARENA_ARRAY(mem, double, of[g].n);
            for (size_t t = 0; t < of[g].n; t++)
                of[g].x[j][t] = NAN;
        }
    }
}

/* What the clean table says of n series. */
static enum status take_clean(const char *folder, const struct pipeline *p,
                              struct groups *groups, struct history *of, size_t n,
                              struct error *err)
{
    struct arena mem = {0};
    struct column_pair rows;
    bool found;
    const char *path = file_join(&mem, folder, "clean.arrow");
    enum status status = read_pair(path, p, groups, &mem, &rows, &found, err);
    if (status == STATUS_OK && found)
        status = read_outside(path, p, &mem, &rows, err);
    for (size_t i = 0; status == STATUS_OK && found && i < rows.n; i++) {
        if (rows.group && rows.group[i] >= n)
            continue;
        const struct history *h = history_of(of, &rows, i);
        size_t step = history_step(h, rows.key[i]);
        if (step >= h->n)
            continue;
        h->y[step] = rows.value[i];
        for (size_t j = 0; j < h->p; j++)
            h->x[j][step] = rows.x[j][i];
    }
    arena_release(&mem);
    return status;
}

/* Gives the groups codes in the order of their names. */
static void order_groups(struct groups *groups, struct column_pair *pair)
{
    const uint32_t *rank = groups_sort(groups);
    for (size_t i = 0; i < pair->n; i++)
        pair->group[i] = rank[pair->group[i]];
}

/* Of one series where groups is NULL.  Rows are held but once, and not while the others
 * are read. */
static enum status read_all(const char *folder, const struct pipeline *p,
                            const struct sources *sources, int32_t last,
                            struct groups *groups, struct arena *mem, size_t *ret_n,
                            struct history **ret, struct error *err)
{
    struct arena scratch = {0};
    struct column_pair raw;
    const char *source = NULL;
    enum status status =
        read_raw(folder, p, sources, last, groups, &scratch, &raw, &source, err);
    if (status == STATUS_OK && groups)
        order_groups(groups, &raw);
    size_t n = groups ? groups->n : 1;
    struct history *of = ARENA_ARRAY(mem, struct history, n);
    for (size_t g = 0; g < n; g++)
        of[g] = (struct history){.step = key_step(p), .source = source};
    if (status == STATUS_OK)
        lay_out(of, n, &raw, mem);
    if (status == STATUS_OK)
        lay_out_outside(p, of, n, mem);
    bool any = status == STATUS_OK && raw.n > 0;
    arena_release(&scratch);
    *ret_n = n;
    *ret = of;
    return any ? take_clean(folder, p, groups, of, n, err) : status;
}

enum status histories_read(const char *folder, const struct pipeline *p,
                           const struct sources *sources, int32_t last, struct arena *mem,
                           struct histories *ret, struct error *err)
{
    struct histories h = {.groups.mem = mem};
    struct groups *groups = p->group ? &h.groups : NULL;
    TRY(read_all(folder, p, sources, last, groups, mem, &h.n, &h.of, err));
    *ret = h;
    return STATUS_OK;
}

const struct history *histories_find(const struct histories *h,
                                     const struct group_name *name)
{
    uint32_t code = name ? groups_find(&h->groups, name) : 0;
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
    size_t step = h ? history_step(h, key) : SIZE_MAX;
    return h && step < h->n ? h->y[step] : NAN;
}
