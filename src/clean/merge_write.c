/* Writing joined rows.
 *
 * Rows are fetched for a whole batch of the result at a time (clean/gather.h), so that a
 * table whose rows stand out of order costs readings of its batches, but no memory. */
#include <math.h>

#include "clean/gather.h"
#include "clean/merge_internal.h"
#include "data/key.h"

/* One column of the result. */
struct merge_column {
    size_t t, j; // table, and value column of it
    const struct repair_rule *rule;
    int16_t *exponent; // [m->n] where the rule places the point
};

/* The result under way. */
struct writing {
    struct merge *m;
    struct schema schema;
    struct merge_column *target; // [m->p]
    struct gather *gather;       // [m->n_tables]
    struct column *column;       // [schema.n] of the batch under way
    struct join_rows join;
    size_t **row;      // [m->n_tables][cap] the next rows
    int32_t *key;      // [cap]
    uint32_t *group;   // [cap] codes
    size_t cap, at, n; // of them [at, n) have not been written
    size_t done;       // rows that were
    bool any;          // series_group is that of the row before
    uint32_t series_group;
    int64_t *times;            // [cap] of keys
    struct group_column names; // of the batch's groups
    struct arrow_writer *to;
};

static const struct field *field_of(const struct merge *m, size_t t, size_t j)
{
    const struct screen *s = &m->table[t];
    return &arrow_schema(s->file)->field[s->value + j];
}

static enum status check_new(const struct writing *w, size_t c, size_t t,
                             const char *name, struct error *err)
{
    const struct merge *m = w->m;
    for (size_t i = 0; i < c; i++)
        if (strcmp(field_of(m, w->target[i].t, w->target[i].j)->name, name) == 0)
            return error_set(err, STATUS_INPUT, "sources %s and %s both have a column %s",
                             QUOTE(m->table[w->target[i].t].name),
                             QUOTE(m->table[t].name), QUOTE(name));
    return STATUS_OK;
}

/* Columns in front of the values: the key's and the groups'. */
static size_t leading(const struct merge *m)
{
    return (m->step ? 1u : 0u) + (m->groups ? 1u : 0u);
}

/* What becomes of a column: whole numbers, truths and texts stay what they are, unless a
 * rule may give a number a fraction. */
static enum type type_of(const struct field *f, const struct repair_rule *rule)
{
    bool stays = f->type == TYPE_INT64 || f->type == TYPE_BOOL || f->type == TYPE_TEXT;
    return stays && !rule ? f->type : TYPE_REAL;
}

static enum status list_targets(struct writing *w, struct arena *mem, struct error *err)
{
    struct merge *m = w->m;
    size_t key = leading(m), c = 0;
    m->p = 0;
    for (size_t t = 0; t < m->n_tables; t++)
        m->p += m->table[t].p;
    w->target = ARENA_ARRAY(mem, struct merge_column, m->p);
    m->column = ARENA_ARRAY(mem, struct merged_column, m->p);
    w->schema.n = key + m->p;
    w->schema.field = ARENA_ARRAY(mem, struct field, w->schema.n);
    if (m->step)
        w->schema.field[0] = key_field(m->step);
    if (m->groups)
        w->schema.field[key - 1] =
            (struct field){m->group, m->groups->numbers ? TYPE_INT64 : TYPE_TEXT};
    for (size_t t = 0; t < m->n_tables; t++)
        for (size_t j = 0; j < m->table[t].p; j++, c++) {
            const struct field *f = field_of(m, t, j);
            TRY(check_new(w, c, t, f->name, err));
            bool id = j < m->table[t].ids;
            const struct repair_rule *rule =
                id ? NULL : repair_find(m->rule, m->n_rules, f);
            w->target[c] = (struct merge_column){t, j, rule, NULL};
            m->column[c] = (struct merged_column){
                .source = m->table[t].name, .name = f->name, .rule = rule};
            w->schema.field[key + c] = (struct field){f->name, type_of(f, rule)};
        }
    return STATUS_OK;
}

/* Rows that are held at a time: where they do not stand in order each fetching reads the
 * whole table, so there should be few of them. */
static size_t rows_held(const struct merge *m)
{
    size_t most = ARROW_BATCH, apart = MERGE_APART / (m->p + 1);
    for (size_t t = 0; t < m->n_tables; t++)
        if (!m->table[t].in_order && apart > ARROW_BATCH)
            most = apart / ARROW_BATCH * ARROW_BATCH;
    return m->n < most ? m->n : most;
}

/* Keys and groups are known, and where all rows are from. */
static enum status begin_gather(struct gather *g, struct screen *s, size_t cap,
                                struct arena *mem, struct error *err)
{
    TRY(gather_init(g, s, cap, mem, err));
    g->placeless = s->n_files == 1;
    if (!s->in_order) // else the order is read through the same file
        arrow_leave_out(s->file, 0, s->value);
    return STATUS_OK;
}

static enum status make_room(struct writing *w, struct arena *mem, struct error *err)
{
    struct merge *m = w->m;
    w->cap = rows_held(m);
    w->key = ARENA_ARRAY(mem, int32_t, w->cap);
    w->group = ARENA_ARRAY(mem, uint32_t, w->cap);
    w->times = ARENA_ARRAY(mem, int64_t, w->cap);
    w->column = ARENA_ARRAY(mem, struct column, w->schema.n);
    w->gather = ARENA_ARRAY(mem, struct gather, m->n_tables);
    w->row = ARENA_ARRAY(mem, size_t *, m->n_tables);
    for (size_t t = 0; t < m->n_tables; t++) {
        w->row[t] = ARENA_ARRAY(mem, size_t, w->cap);
        TRY(begin_gather(&w->gather[t], &m->table[t], w->cap, mem, err));
    }
    return STATUS_OK;
}

static enum status begin_rows(struct writing *w, struct arena *mem, struct error *err)
{
    w->at = w->n = w->done = 0;
    w->any = false;
    return merge_rows(w->m, mem, &w->join, err);
}

/* Makes the next rows be in hand once the last ones are written; there are none at the
 * end. */
static enum status fill(struct writing *w, struct error *err)
{
    const uint64_t *rank = NULL;
    if (w->at < w->n)
        return STATUS_OK;
    for (w->at = w->n = 0; w->n < w->cap; w->n++) {
        TRY(join_next(&w->join, &rank, err));
        if (!rank)
            break;
        w->key[w->n] = screen_rank_key(*rank);
        w->group[w->n] = screen_rank_group(*rank);
        for (size_t t = 0; t < w->m->n_tables; t++)
            w->row[t][w->n] = w->join.row[t];
    }
    return STATUS_OK;
}

/* Repairs one cell of row i, when a rule means it, and notes what was done. */
static void repair_cell(struct writing *w, size_t c, size_t i)
{
    struct merge *m = w->m;
    const struct merge_column *to = &w->target[c];
    double *x = &w->gather[to->t].x[to->j][i], found = *x;
    int exponent = to->exponent ? to->exponent[w->done + i] : 0;
    if (!to->rule || isnan(found))
        return;
    double padded = repair_padded(found, to->rule->digits);
    *x = repair_scaled(padded, exponent);
    m->column[c].padded += padded != found ? 1 : 0;
    m->column[c].moved += *x != padded ? 1 : 0;
    if (*x == found)
        return;
    m->column[c].repaired++;
    if (m->n_repaired < MERGE_REPAIRS)
        m->repair[m->n_repaired] = (struct repair){m->column[c].source, m->column[c].name,
                                                   w->key[w->at + i], found, *x};
    m->n_repaired++;
}

/* The end of the run of rows of one series that begins at row i of n in hand. */
static size_t series_end(const struct writing *w, size_t i, size_t n)
{
    const uint32_t *group = w->group + w->at;
    size_t end = i + 1;
    while (end < n && group[end] == group[i])
        end++;
    return end;
}

/* True when row i in hand is of another series than the one before. */
static bool begins_series(const struct writing *w, size_t i)
{
    uint32_t group = w->group[w->at + i];
    return i > 0 ? group != w->group[w->at + i - 1] : !w->any || group != w->series_group;
}

/* Looks for jumps in n rows of a column: series by series, each of which begins afresh. */
static void find_jumps(struct writing *w, size_t c, size_t n)
{
    const double *x = w->gather[w->target[c].t].x[w->target[c].j];
    struct jumps *jumps = &w->m->column[c].jumps;
    for (size_t i = 0, end; i < n; i = end) {
        end = series_end(w, i, n);
        if (begins_series(w, i))
            jumps->last = 0;
        jumps_add(jumps, w->key + w->at + i, x + i, end - i);
    }
}

/* Repairs n rows, row by row, and looks for jumps in what comes of it. */
static void repair_rows(struct writing *w, size_t n)
{
    struct merge *m = w->m;
    for (size_t i = 0; m->n_rules > 0 && i < n; i++)
        for (size_t c = 0; c < m->p; c++)
            repair_cell(w, c, i);
    for (size_t c = m->table[0].ids; m->step && c < m->p; c++)
        if (!w->gather[w->target[c].t].text[w->target[c].j].at)
            find_jumps(w, c, n);
}

/* Remembers which of n rows rest on an arrival. */
static void note_arrivals(struct writing *w, size_t n)
{
    struct merge *m = w->m;
    for (size_t i = 0; i < n; i++) {
        bool arrived = false;
        int32_t key = w->key[w->at + i];
        for (size_t t = 0; t < m->n_tables; t++)
            arrived = arrived || w->gather[t].file[i] > 0;
        if (!arrived)
            continue;
        bool first = m->arrived.n == 0;
        m->arrived_first = first || key < m->arrived_first ? key : m->arrived_first;
        m->arrived_last = first || key > m->arrived_last ? key : m->arrived_last;
        runs_add(&m->arrived, m->rows + i);
    }
}

/* Fetches n rows of every table; false when their texts are too long together. */
static enum status fetch(struct writing *w, size_t n, bool *ret_fits, struct error *err)
{
    *ret_fits = true;
    for (size_t t = 0; *ret_fits && t < w->m->n_tables; t++)
        TRY(gather_rows(&w->gather[t], w->row[t] + w->at, n, ret_fits, err));
    return STATUS_OK;
}

/* Fetches the rows in hand, or the first of them; *ret_n is how many, 0 at the end. */
static enum status fetch_some(struct writing *w, size_t *ret_n, struct error *err)
{
    bool fits = false;
    TRY(fill(w, err));
    size_t n = 2 * (w->n - w->at);
    while (n > 0 && !fits) {
        n /= 2;
        TRY(fetch(w, n, &fits, err));
    }
    *ret_n = n;
    return STATUS_OK;
}

/* The rows in hand are done with, the first n of them. */
static void pass_rows(struct writing *w, size_t n)
{
    w->any = true;
    w->series_group = w->group[w->at + n - 1];
    w->at += n;
    w->done += n;
}

/* The values of a series in a column whose point is placed. */
struct placing {
    double *x;           // [n]
    size_t n, cap, from; // from: the series' first row
};

/* Places the points of the series that has come whole. */
static void place_series(struct placing *p, struct merge_column *to, struct arena *mem)
{
    repair_place(p->x, p->n, mem, to->exponent + p->from);
    p->from += p->n;
    p->n = 0;
}

static void add_values(struct writing *w, size_t c, size_t n, struct placing *p,
                       struct arena *mem)
{
    struct merge_column *to = &w->target[c];
    for (size_t i = 0; i < n; i++) {
        if (begins_series(w, i))
            place_series(p, to, mem);
        ARENA_ROOM(mem, p->x, p->n, p->cap, 1024);
        p->x[p->n++] = repair_padded(w->gather[to->t].x[to->j][i], to->rule->digits);
    }
}

/* Places the points of the columns whose rules say so, from all their values. */
static enum status place_points(struct writing *w, struct arena *mem, struct error *err)
{
    struct merge *m = w->m;
    struct placing *p = ARENA_ARRAY(mem, struct placing, m->p);
    size_t places = 0, n = 1;
    for (size_t c = 0; m->step && c < m->p; c++)
        if (repair_places(w->target[c].rule)) {
            w->target[c].exponent = ARENA_ARRAY(mem, int16_t, m->n);
            places++;
        }
    TRY(begin_rows(w, mem, err));
    while (places > 0 && n > 0) {
        TRY(fetch_some(w, &n, err));
        for (size_t c = 0; c < m->p; c++)
            if (w->target[c].exponent)
                add_values(w, c, n, &p[c], mem);
        if (n > 0)
            pass_rows(w, n);
    }
    for (size_t c = 0; c < m->p; c++)
        if (w->target[c].exponent)
            place_series(&p[c], &w->target[c], mem);
    return places > 0 ? begin_rows(w, mem, err) : STATUS_OK;
}

/* Writes rows that were fetched. */
static enum status write_some(struct writing *w, size_t n, struct error *err)
{
    struct merge *m = w->m;
    size_t c = leading(m);
    repair_rows(w, n);
    note_arrivals(w, n);
    if (m->step)
        w->column[0] = key_column(m->step, w->key + w->at, n, w->times);
    if (m->groups)
        w->column[c - 1] = groups_column(m->groups, w->group + w->at, n, &w->names);
    for (size_t t = 0; t < m->n_tables; t++) {
        gather_columns(&w->gather[t], w->schema.field + c, n, w->column + c);
        c += m->table[t].p;
    }
    m->rows += n;
    return arrow_write(w->to, &(struct batch){.n = n, .column = w->column}, err);
}

static enum status write_rows(struct writing *w, struct error *err)
{
    for (size_t n;; pass_rows(w, n)) {
        TRY(fetch_some(w, &n, err));
        if (n == 0)
            return STATUS_OK;
        TRY(write_some(w, n, err));
    }
}

enum status merge_write(struct merge *m, struct output *out, const struct meta *meta,
                        size_t n_meta, struct arena *mem, struct error *err)
{
    struct writing w = {.m = m};
    m->repair = ARENA_ARRAY(mem, struct repair, MERGE_REPAIRS);
    m->arrived.mem = mem;
    TRY(list_targets(&w, mem, err));
    w.schema.n_meta = n_meta;
    w.schema.meta = ARENA_ARRAY(mem, struct meta, n_meta);
    if (n_meta > 0)
        memcpy(w.schema.meta, meta, n_meta * sizeof *meta);
    TRY(arrow_begin(out, &w.schema, mem, &w.to, err));
    TRY(make_room(&w, mem, err));
    TRY(place_points(&w, mem, err));
    TRY(write_rows(&w, err));
    if (m->arrived.n > 0)
        arrow_add_meta(w.to, "arrived", runs_text(&m->arrived));
    return arrow_finish(w.to, err);
}
