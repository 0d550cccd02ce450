/* Joining and writing.
 *
 * Rows are fetched for a whole batch of the result at a time (clean/gather.h), so that a
 * table whose rows stand out of order costs readings of its batches, but no memory. */
#include "clean/merge.h"

#include <math.h>

#include "clean/gather.h"
#include "data/key.h"

/* Values of rows out of order that are held at a time. */
#define ROWS_APART ((size_t)8 << 20)

/* The kept rows of a table by key: keys ascending and unique. */
static struct join_input kept_keys(const struct screen *s, struct arena *mem,
                                   size_t **ret_row)
{
    size_t kept = s->count[REASON_KEPT], n = 0;
    uint64_t *key = ARENA_ARRAY(mem, uint64_t, kept);
    size_t *row = ARENA_ARRAY(mem, size_t, kept);
    for (size_t i = 0; i < s->n; i++) {
        size_t r = screen_row(s, i);
        if (s->reason[r] != REASON_KEPT)
            continue;
        key[n] = screen_rank(s, r);
        row[n++] = r;
    }
    *ret_row = row;
    return (struct join_input){key, n};
}

/* Marks the kept rows that the join did not take. */
static void mark_unmatched(struct screen *s, const size_t *taken, size_t n,
                           struct arena *mem)
{
    uint8_t *used = ARENA_ARRAY(mem, uint8_t, s->n);
    for (size_t i = 0; i < n; i++)
        if (taken[i] != SIZE_MAX)
            used[taken[i]] = 1;
    for (size_t row = 0; row < s->n; row++)
        if (!used[row])
            screen_drop(s, row, REASON_UNMATCHED, NULL);
}

/* The groups and keys of joined rows. */
static void take_apart(const struct merge *m, const uint64_t *rank,
                       struct merge_rows *rows, struct arena *mem)
{
    rows->key = m->step ? ARENA_ARRAY(mem, int32_t, rows->n) : NULL;
    rows->group = m->groups ? ARENA_ARRAY(mem, uint32_t, rows->n) : NULL;
    for (size_t i = 0; m->step && i < rows->n; i++)
        rows->key[i] = screen_rank_key(rank[i]);
    for (size_t i = 0; m->groups && i < rows->n; i++)
        rows->group[i] = screen_rank_group(rank[i]);
}

/* A table alone: nothing has to be found in another. */
static void keep_all(struct merge *m, struct arena *mem, struct merge_rows *ret)
{
    struct merge_rows rows = {.row = ARENA_ARRAY(mem, size_t *, 1)};
    struct join_input all = kept_keys(&m->table[0], mem, &rows.row[0]);
    rows.n = all.n;
    take_apart(m, all.key, &rows, mem);
    *ret = rows;
}

enum status merge_join(struct merge *m, struct arena *mem, struct merge_rows *ret,
                       struct error *err)
{
    size_t k = m->n_tables;
    if (k == 1) {
        keep_all(m, mem, ret);
        return STATUS_OK;
    }
    struct join_input *input = ARENA_ARRAY(mem, struct join_input, k);
    size_t **row = ARENA_ARRAY(mem, size_t *, k);
    for (size_t t = 0; t < k; t++)
        input[t] = kept_keys(&m->table[t], mem, &row[t]);
    struct join_result joined;
    TRY(join_keys(input, k, m->how, mem, &joined, err));
    struct merge_rows rows = {.n = joined.n, .row = joined.row};
    take_apart(m, joined.key, &rows, mem);
    for (size_t t = 0; t < k; t++) {
        for (size_t i = 0; i < rows.n; i++)
            if (rows.row[t][i] != SIZE_MAX)
                rows.row[t][i] = row[t][rows.row[t][i]];
        mark_unmatched(&m->table[t], rows.row[t], rows.n, mem);
    }
    *ret = rows;
    return STATUS_OK;
}

/* One column of the result. */
struct merge_column {
    size_t t, j; // table, and value column of it
    const struct repair_rule *rule;
    int16_t *exponent; // [rows->n] where the rule places the point
};

/* The result under way. */
struct writing {
    struct merge *m;
    const struct merge_rows *rows; // NULL without keys and groups
    struct schema schema;
    struct merge_column *target; // [m->p]
    struct gather *gather;       // [m->n_tables]
    struct column *column;       // [schema.n] of the batch under way
    size_t *kept;                // [cap] row numbers, without keys
    int64_t *times;              // [cap] of keys
    struct group_column names;   // of the batch's groups
    size_t cap, at;              // rows of a batch; where the next one begins
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

/* Rows that are fetched at a time where they do not stand in order: each fetching reads
 * the whole table, so there should be few of them. */
static size_t scattered(size_t p, size_t n)
{
    size_t rows = ROWS_APART / (p + 1) / ARROW_BATCH * ARROW_BATCH;
    rows = rows > ARROW_BATCH ? rows : ARROW_BATCH;
    return rows < n ? rows : n;
}

static enum status make_room(struct writing *w, struct arena *mem, struct error *err)
{
    struct merge *m = w->m;
    size_t n = w->rows ? w->rows->n : m->table[0].count[REASON_KEPT];
    w->cap = n < ARROW_BATCH ? n : ARROW_BATCH;
    for (size_t t = 0; t < m->n_tables; t++)
        if (m->table[t].order && n > ROWS_APART / (m->p + 1) && w->cap < n)
            w->cap = scattered(m->p, n);
    w->kept = ARENA_ARRAY(mem, size_t, w->rows ? 0 : w->cap);
    w->times = ARENA_ARRAY(mem, int64_t, w->rows ? w->cap : 0);
    w->column = ARENA_ARRAY(mem, struct column, w->schema.n);
    w->gather = ARENA_ARRAY(mem, struct gather, m->n_tables);
    for (size_t t = 0; t < m->n_tables; t++)
        TRY(gather_init(&w->gather[t], &m->table[t], w->cap, mem, err));
    return STATUS_OK;
}

/* The key of row i of the batch, 0 without a time. */
static int32_t key_at(const struct writing *w, size_t i)
{
    return w->rows && w->rows->key ? w->rows->key[w->at + i] : 0;
}

/* Repairs one cell of row i, when a rule means it, and notes what was done. */
static void repair_cell(struct writing *w, size_t c, size_t i)
{
    struct merge *m = w->m;
    const struct merge_column *to = &w->target[c];
    double *x = &w->gather[to->t].x[to->j][i], found = *x;
    int exponent = to->exponent ? to->exponent[w->at + i] : 0;
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
                                                   key_at(w, i), found, *x};
    m->n_repaired++;
}

/* The end of the run of rows of one series that begins at row i of n of the batch. */
static size_t series_end(const struct writing *w, size_t i, size_t n)
{
    const uint32_t *group = w->rows->group ? w->rows->group + w->at : NULL;
    size_t end = i + 1;
    while (end < n && (!group || group[end] == group[i]))
        end++;
    return end;
}

/* Looks for jumps in n rows of a column: series by series, each of which begins afresh. */
static void find_jumps(struct writing *w, size_t c, size_t n)
{
    const double *x = w->gather[w->target[c].t].x[w->target[c].j];
    struct jumps *jumps = &w->m->column[c].jumps;
    for (size_t i = 0, end; i < n; i = end) {
        size_t row = w->at + i;
        end = series_end(w, i, n);
        if (row > 0 && w->rows->group && w->rows->group[row - 1] != w->rows->group[row])
            jumps->last = 0;
        jumps_add(jumps, w->rows->key + row, x + i, end - i);
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
        int32_t key = key_at(w, i);
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
    for (size_t t = 0; *ret_fits && t < w->m->n_tables; t++) {
        const size_t *row = w->rows ? w->rows->row[t] + w->at : w->kept;
        TRY(gather_rows(&w->gather[t], row, n, ret_fits, err));
    }
    return STATUS_OK;
}

/* Fetches the next n rows, or the first of them; *ret_n is how many. */
static enum status fetch_some(struct writing *w, size_t n, size_t *ret_n,
                              struct error *err)
{
    bool fits = false;
    for (n *= 2; !fits;) {
        n /= 2;
        TRY(fetch(w, n, &fits, err));
    }
    *ret_n = n;
    return STATUS_OK;
}

/* Places the points of the columns whose rules say so, from all their values. */
static enum status place_points(struct writing *w, struct arena *mem, struct error *err)
{
    struct merge *m = w->m;
    size_t n = w->rows ? w->rows->n : 0, places = 0;
    double **x = ARENA_ARRAY(mem, double *, m->p);
    for (size_t c = 0; w->rows && c < m->p; c++)
        if (repair_places(w->target[c].rule)) {
            x[c] = ARENA_ARRAY(mem, double, n);
            w->target[c].exponent = ARENA_ARRAY(mem, int16_t, n);
            places++;
        }
    for (size_t some; places > 0 && w->at < n; w->at += some) {
        TRY(fetch_some(w, n - w->at < w->cap ? n - w->at : w->cap, &some, err));
        for (size_t c = 0; c < m->p; c++)
            for (size_t i = 0; x[c] && i < some; i++)
                x[c][w->at + i] =
                    repair_padded(w->gather[w->target[c].t].x[w->target[c].j][i],
                                  w->target[c].rule->digits);
    }
    w->at = 0;
    for (size_t c = 0; c < m->p; c++)
        for (size_t i = 0, end; x[c] && i < n; i = end) {
            end = series_end(w, i, n);
            repair_place(x[c] + i, end - i, mem, w->target[c].exponent + i);
        }
    return STATUS_OK;
}

/* Writes the next n rows, or the first of them; *ret_n is how many. */
static enum status write_some(struct writing *w, size_t n, size_t *ret_n,
                              struct error *err)
{
    struct merge *m = w->m;
    size_t c = leading(m);
    TRY(fetch_some(w, n, &n, err));
    repair_rows(w, n);
    note_arrivals(w, n);
    if (m->step)
        w->column[0] = key_column(m->step, w->rows->key + w->at, n, w->times);
    if (m->groups)
        w->column[c - 1] = groups_column(m->groups, w->rows->group + w->at, n, &w->names);
    for (size_t t = 0; t < m->n_tables; t++) {
        gather_columns(&w->gather[t], w->schema.field + c, n, w->column + c);
        c += m->table[t].p;
    }
    m->rows += n;
    *ret_n = n;
    return arrow_write(w->to, &(struct batch){.n = n, .column = w->column}, err);
}

/* Lists the next rows that were kept, from row w->at on. */
static size_t list_kept(struct writing *w)
{
    const struct screen *s = &w->m->table[0];
    size_t n = 0;
    for (size_t row = w->at; n < w->cap && row < s->n; row++)
        if (s->reason[row] == REASON_KEPT)
            w->kept[n++] = row;
    return n;
}

static enum status write_rows(struct writing *w, struct error *err)
{
    for (size_t n, wrote;; w->at = w->rows ? w->at + wrote : w->kept[wrote - 1] + 1) {
        size_t left = w->rows ? w->rows->n - w->at : 0;
        n = w->rows ? (left < w->cap ? left : w->cap) : list_kept(w);
        if (n == 0)
            return STATUS_OK;
        TRY(write_some(w, n, &wrote, err));
    }
}

/* The least and the greatest key, whichever group they are of. */
static void note_ends(struct merge *m, const struct merge_rows *rows)
{
    for (size_t i = 0; rows && rows->key && i < rows->n; i++) {
        m->first = i == 0 || rows->key[i] < m->first ? rows->key[i] : m->first;
        m->last = i == 0 || rows->key[i] > m->last ? rows->key[i] : m->last;
    }
}

enum status merge_write(struct merge *m, const struct merge_rows *rows,
                        struct output *out, const struct meta *meta, size_t n_meta,
                        struct arena *mem, struct error *err)
{
    struct writing w = {.m = m, .rows = rows};
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
    note_ends(m, rows);
    if (m->arrived.n > 0)
        arrow_add_meta(w.to, "arrived", runs_text(&m->arrived));
    return arrow_finish(w.to, err);
}
