/* Joining and writing.
 *
 * Values move row by row from the tables' cursors to the builder.  Tables that are read
 * in order keep one batch each in memory; a table whose rows stand out of order jumps
 * between batches, which costs time but no memory. */
#include "data/merge.h"

#include <math.h>

#include "data/builder.h"
#include "data/join.h"

/* The kept rows of a table by key: keys ascending and unique. */
static struct join_input kept_keys(const struct screen *s, struct arena *mem,
                                   size_t **ret_row)
{
    size_t kept = s->count[REASON_KEPT], n = 0;
    int32_t *key = ARENA_ARRAY(mem, int32_t, kept);
    size_t *row = ARENA_ARRAY(mem, size_t, kept);
    for (size_t i = 0; i < s->n; i++) {
        size_t r = screen_row(s, i);
        if (s->reason[r] != REASON_KEPT)
            continue;
        key[n] = s->key[r];
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

enum status merge_join(struct merge *m, struct arena *mem, struct merge_rows *ret,
                       struct error *err)
{
    size_t k = m->n_tables;
    struct join_input *input = ARENA_ARRAY(mem, struct join_input, k);
    size_t **row = ARENA_ARRAY(mem, size_t *, k);
    for (size_t t = 0; t < k; t++)
        input[t] = kept_keys(&m->table[t], mem, &row[t]);
    struct join_result joined;
    TRY(join_keys(input, k, join_kind(m->how), mem, &joined, err));
    struct merge_rows rows = {.n = joined.n, .key = joined.key, .row = joined.row};
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
struct target {
    struct screen *table;
    size_t t, column;
    const char *name;
    enum type type;
    size_t digits; // to pad to; 0: not repaired
};

static size_t digits_for(const struct merge *m, const char *name)
{
    for (size_t i = 0; i < m->n_rules; i++)
        if (text_match(m->rule[i].match, name))
            return m->rule[i].digits;
    return 0;
}

static enum status list_targets(struct merge *m, struct arena *mem, struct target **ret,
                                struct error *err)
{
    size_t p = 0, n = 0;
    for (size_t t = 0; t < m->n_tables; t++)
        p += m->table[t].p;
    struct target *target = ARENA_ARRAY(mem, struct target, p);
    for (size_t t = 0; t < m->n_tables; t++)
        for (size_t j = 0; j < m->table[t].p; j++) {
            struct screen *s = &m->table[t];
            const struct field *f = &arrow_schema(s->file)->field[s->value + j];
            for (size_t i = 0; i < n; i++)
                if (strcmp(target[i].name, f->name) == 0)
                    return error_set(
                        err, STATUS_INPUT, "sources %s and %s both have a column %s",
                        QUOTE(target[i].table->name), QUOTE(s->name), QUOTE(f->name));
            target[n++] =
                (struct target){s,
                                t,
                                s->value + j,
                                f->name,
                                f->type == TYPE_TEXT ? TYPE_TEXT : TYPE_REAL,
                                f->type == TYPE_INT64 ? digits_for(m, f->name) : 0};
        }
    m->p = p;
    *ret = target;
    return STATUS_OK;
}

/* x with its trailing zeros back: multiplied by ten until it has so many digits. */
static double padded(double x, size_t digits)
{
    double least = 1;
    for (size_t i = 1; i < digits; i++)
        least *= 10;
    while (x > 0 && x < least)
        x *= 10;
    return x;
}

static double repair(struct merge *m, const struct target *target, int32_t key, double x)
{
    double y = padded(x, target->digits);
    if (y == x)
        return x;
    if (m->n_repaired < MERGE_REPAIRS)
        m->repair[m->n_repaired] =
            (struct repair){target->table->name, target->name, key, x, y};
    m->n_repaired++;
    return y;
}

static void put(struct merge *m, struct builder *b, size_t c, const struct target *target,
                int32_t key, size_t i)
{
    const struct column *column = &target->table->cursor.batch.column[target->column];
    if (!column_present(column, i)) {
        builder_missing(b, c);
    } else if (target->type == TYPE_TEXT) {
        int32_t from = column->offsets[i];
        builder_text(b, c,
                     (struct view){(const char *)column->values + from,
                                   (size_t)(column->offsets[i + 1] - from)});
    } else {
        double x = screen_value(target->table, target->column, i);
        builder_real(b, c, target->digits ? repair(m, target, key, x) : x);
    }
}

/* Moves every table's cursor to the row; where[t] is the place, SIZE_MAX for none. */
static enum status seek_all(struct merge *m, const struct merge_rows *rows, size_t i,
                            size_t *where, bool *ret_arrived, struct error *err)
{
    *ret_arrived = false;
    for (size_t t = 0; t < m->n_tables; t++) {
        size_t row = rows ? rows->row[t][i] : i;
        where[t] = SIZE_MAX;
        if (row == SIZE_MAX)
            continue;
        TRY(screen_seek(&m->table[t], row, &where[t], err));
        *ret_arrived = *ret_arrived || screen_file(&m->table[t], where[t]) > 0;
    }
    return STATUS_OK;
}

static void note_arrival(struct merge *m, int32_t key)
{
    m->arrived_first = m->arrived.n == 0 ? key : m->arrived_first;
    m->arrived_last = key;
    runs_add(&m->arrived, m->rows);
}

static enum status write_rows(struct merge *m, const struct merge_rows *rows,
                              const struct target *target, struct builder *b,
                              struct arrow_writer *w, struct arena *mem,
                              struct error *err)
{
    size_t n = rows ? rows->n : m->table[0].n, key = rows != NULL;
    size_t *where = ARENA_ARRAY(mem, size_t, m->n_tables);
    bool arrived;
    for (size_t i = 0; i < n; i++) {
        if (!rows && m->table[0].reason[i] != REASON_KEPT)
            continue;
        TRY(seek_all(m, rows, i, where, &arrived, err));
        if (key)
            builder_int(b, 0, rows->key[i]);
        for (size_t c = 0; c < m->p; c++)
            if (where[target[c].t] == SIZE_MAX)
                builder_missing(b, key + c);
            else
                put(m, b, key + c, &target[c], rows ? rows->key[i] : 0,
                    where[target[c].t]);
        if (arrived)
            note_arrival(m, rows ? rows->key[i] : 0);
        builder_commit(b);
        m->rows++;
        if (builder_full(b))
            TRY(builder_write(b, w, err));
    }
    return builder_write(b, w, err);
}

enum status merge_write(struct merge *m, const struct merge_rows *rows,
                        struct output *out, const struct meta *meta, size_t n_meta,
                        struct arena *mem, struct error *err)
{
    struct target *target;
    struct arrow_writer *w;
    struct builder b;
    size_t key = rows != NULL;
    m->repair = ARENA_ARRAY(mem, struct repair, MERGE_REPAIRS);
    m->arrived.mem = mem;
    TRY(list_targets(m, mem, &target, err));
    struct schema *schema = ARENA_NEW(mem, struct schema);
    *schema = (struct schema){.n = key + m->p, .n_meta = n_meta};
    schema->field = ARENA_ARRAY(mem, struct field, schema->n);
    schema->meta = ARENA_ARRAY(mem, struct meta, n_meta);
    if (n_meta > 0)
        memcpy(schema->meta, meta, n_meta * sizeof *meta);
    if (key)
        schema->field[0] = (struct field){m->key, TYPE_DATE};
    for (size_t c = 0; c < m->p; c++)
        schema->field[key + c] = (struct field){target[c].name, target[c].type};
    TRY(arrow_begin(out, schema, mem, &w, err));
    builder_init(&b, schema, mem);
    TRY(write_rows(m, rows, target, &b, w, mem, err));
    if (rows && rows->n > 0) {
        m->first = rows->key[0];
        m->last = rows->key[rows->n - 1];
    }
    if (m->arrived.n > 0)
        arrow_add_meta(w, "arrived", runs_text(&m->arrived));
    return arrow_finish(w, err);
}
