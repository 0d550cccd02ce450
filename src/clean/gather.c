/* Gathering by a counting sort over batches.
 *
 * A table that stands in order is read straight through.  One in random order costs, for
 * every call, a reading of each batch that it touches; calls of 65,536 rows keep that
 * cheap, where a jump a row would read the whole file again and again. */
#include "clean/gather.h"

#include <math.h>

static enum type type_of(const struct gather *g, size_t j)
{
    const struct screen *s = g->screen;
    return arrow_schema(s->file)->field[s->value + j].type;
}

enum status gather_init(struct gather *g, struct screen *s, size_t cap, struct arena *mem,
                        struct error *err)
{
    *g = (struct gather){.screen = s, .mem = mem, .cap = cap > 0 ? cap : 1};
    TRY(cursor_survey(&s->cursor, err));
    g->x = ARENA_ARRAY(mem, double *, s->p);
    g->whole = ARENA_ARRAY(mem, int64_t *, s->p);
    g->text = ARENA_ARRAY(mem, struct gather_text, s->p);
    g->validity = ARENA_ARRAY(mem, uint8_t *, s->p);
    for (size_t j = 0; j < s->p; j++) {
        g->x[j] = ARENA_ARRAY(mem, double, g->cap);
        g->validity[j] = ARENA_ARRAY(mem, uint8_t, g->cap / 8 + 1);
        if (type_of(g, j) == TYPE_INT64)
            g->whole[j] = ARENA_ARRAY(mem, int64_t, g->cap);
        if (type_of(g, j) != TYPE_TEXT)
            continue;
        g->text[j].at = ARENA_ARRAY(mem, size_t, g->cap);
        g->text[j].n = ARENA_ARRAY(mem, size_t, g->cap);
        g->text[j].offsets = ARENA_ARRAY(mem, int32_t, g->cap + 1);
    }
    g->file = ARENA_ARRAY(mem, int32_t, g->cap);
    g->line = ARENA_ARRAY(mem, size_t, g->cap);
    g->order = ARENA_ARRAY(mem, size_t, g->cap);
    g->count = ARENA_ARRAY(mem, size_t, arrow_batches(s->file) + 1);
    return STATUS_OK;
}

/* True when the rows stand in order and all exist. */
static bool ascending(const size_t *row, size_t n)
{
    size_t k = 1;
    while (k < n && row[k - 1] <= row[k])
        k++;
    return n > 0 && k == n && row[n - 1] != SIZE_MAX;
}

/* Places whose rows exist, by the batch that holds the row; equal ones as they stand. */
static size_t sort_places(struct gather *g, const size_t *row, size_t n)
{
    const struct cursor *c = &g->screen->cursor;
    size_t batches = arrow_batches(g->screen->file), total = 0;
    if (ascending(row, n)) {
        for (size_t k = 0; k < n; k++)
            g->order[k] = k;
        return n;
    }
    memset(g->count, 0, (batches + 1) * sizeof *g->count);
    for (size_t k = 0; k < n; k++)
        if (row[k] != SIZE_MAX)
            g->count[cursor_batch(c, row[k]) + 1]++;
    for (size_t b = 0; b < batches; b++)
        g->count[b + 1] += g->count[b];
    for (size_t k = 0; k < n; k++)
        if (row[k] != SIZE_MAX) {
            g->order[g->count[cursor_batch(c, row[k])]++] = k;
            total++;
        }
    return total;
}

static void clear(struct gather *g, size_t n)
{
    for (size_t j = 0; j < g->screen->p; j++) {
        for (size_t k = 0; k < n; k++)
            g->x[j][k] = NAN;
        if (!g->text[j].at)
            continue;
        memset(g->text[j].n, 0, n * sizeof *g->text[j].n);
        memset(g->text[j].at, 0, n * sizeof *g->text[j].at);
        g->text[j].used = 0;
    }
    memset(g->file, 0, n * sizeof *g->file);
    memset(g->line, 0, n * sizeof *g->line);
}

static void add_text(struct gather *g, size_t j, const struct column *c, size_t i,
                     size_t k)
{
    struct gather_text *t = &g->text[j];
    if (!column_present(c, i))
        return;
    g->x[j][k] = 0;
    size_t n = (size_t)(c->offsets[i + 1] - c->offsets[i]);
    if (n > t->room - t->used) {
        size_t room = 2 * (t->used + n) > 4096 ? 2 * (t->used + n) : 4096;
        t->bytes = arena_grow(g->mem, t->bytes, t->room, room);
        t->room = room;
    }
    if (n > 0)
        memcpy(t->bytes + t->used, (const char *)c->values + c->offsets[i], n);
    t->at[k] = t->used;
    t->n[k] = n;
    t->used += n;
}

/* Numbers of type T from a column into their places. */
#define TAKE(T)                                                                          \
    for (size_t o = from; o < to; o++) {                                                 \
        size_t k = g->order[o], i = row[k] - start;                                      \
        if (column_present(c, i))                                                        \
            x[k] = (double)((const T *)c->values)[i];                                    \
    }

static void take_whole(struct gather *g, size_t j, const struct column *c,
                       const size_t *row, size_t from, size_t to)
{
    size_t start = cursor_start(&g->screen->cursor);
    for (size_t o = from; o < to; o++)
        g->whole[j][g->order[o]] = ((const int64_t *)c->values)[row[g->order[o]] - start];
}

/* Column j of the places [from, to) of the order, all of the batch under the cursor. */
static bool take_column(struct gather *g, size_t j, const size_t *row, size_t from,
                        size_t to)
{
    const struct screen *s = g->screen;
    const struct column *c = &s->cursor.batch.column[s->value + j];
    size_t start = cursor_start(&s->cursor);
    double *x = g->x[j];
    switch (arrow_schema(s->file)->field[s->value + j].type) {
    case TYPE_REAL: TAKE(double) break;
    case TYPE_INT64:
        take_whole(g, j, c, row, from, to);
        TAKE(int64_t) // and the reals
        break;
    case TYPE_TIME: TAKE(int64_t) break;
    case TYPE_INT32:
    case TYPE_DATE: TAKE(int32_t) break;
    case TYPE_BOOL:
        for (size_t o = from; o < to; o++)
            x[g->order[o]] =
                cursor_value(&s->cursor, s->value + j, row[g->order[o]] - start);
        break;
    case TYPE_TEXT:
        for (size_t o = from; o < to && g->text[j].used <= GATHER_TEXT; o++)
            add_text(g, j, c, row[g->order[o]] - start, g->order[o]);
        break;
    }
    return g->text[j].used <= GATHER_TEXT;
}

/* Texts of the columns in the order of their places, where they were taken in another. */
static void arrange_text(struct gather *g, struct gather_text *t, size_t n)
{
    size_t used = 0;
    bool in_order = true;
    for (size_t k = 0; k < n; k++) {
        t->offsets[k] = (int32_t)used;
        in_order = in_order && (t->n[k] == 0 || t->at[k] == used);
        used += t->n[k];
    }
    t->offsets[n] = (int32_t)used;
    if (in_order)
        return;
    if (t->spare_room < t->room) {
        t->spare = arena_grow(g->mem, t->spare, t->spare_room, t->room);
        t->spare_room = t->room;
    }
    for (size_t k = 0; k < n; k++)
        if (t->n[k] > 0)
            memcpy(t->spare + t->offsets[k], t->bytes + t->at[k], t->n[k]);
    char *bytes = t->bytes;
    size_t room = t->room;
    t->bytes = t->spare;
    t->room = t->spare_room;
    t->spare = bytes;
    t->spare_room = room;
}

/* Moves to the batch of the place at `from` of the order, notes where its rows came from
 * and sets *ret_to to the end of the places in this batch. */
static enum status next_batch(struct gather *g, const size_t *row, size_t total,
                              size_t from, size_t *ret_to, struct error *err)
{
    struct screen *s = g->screen;
    size_t to = from, i;
    TRY(cursor_seek(&s->cursor, row[g->order[from]], &i, err));
    size_t start = cursor_start(&s->cursor), n = s->cursor.batch.n;
    for (; to < total; to++) {
        size_t k = g->order[to];
        if (row[k] < start || row[k] - start >= n)
            break;
        if (g->placeless)
            continue;
        g->file[k] = (int32_t)screen_file(s, &s->cursor, row[k] - start);
        g->line[k] = screen_line(s, &s->cursor, row[k] - start);
    }
    *ret_to = to;
    return STATUS_OK;
}

enum status gather_rows(struct gather *g, const size_t *row, size_t n, bool *ret_fits,
                        struct error *err)
{
    size_t total = sort_places(g, row, n), p = g->screen->p;
    bool fits = true;
    clear(g, n);
    for (size_t from = 0, to; fits && from < total; from = to) {
        TRY(next_batch(g, row, total, from, &to, err));
        for (size_t j = 0; fits && j < p; j++)
            fits = take_column(g, j, row, from, to) || n == 1;
    }
    for (size_t j = 0; fits && j < p; j++)
        if (g->text[j].at)
            arrange_text(g, &g->text[j], n);
    *ret_fits = fits;
    return STATUS_OK;
}

struct view gather_text(const struct gather *g, size_t j, size_t k)
{
    const struct gather_text *t = &g->text[j];
    if (!t->at || t->n[k] == 0)
        return (struct view){"", 0};
    return (struct view){t->bytes + t->offsets[k], t->n[k]};
}

bool gather_same(const struct gather *a, size_t k, const struct gather *b, size_t l,
                 size_t j)
{
    double x = a->x[j][k], y = b->x[j][l];
    if (isnan(x) || isnan(y))
        return isnan(x) && isnan(y);
    if (a->whole[j])
        return a->whole[j][k] == b->whole[j][l];
    return x == y && view_eq(gather_text(a, j, k), gather_text(b, j, l));
}

/* Which of n values are there; those that are not become zeros.  Returns how many. */
static size_t settle_missing(struct gather *g, size_t j, size_t n)
{
    double *x = g->x[j];
    size_t missing = 0;
    memset(g->validity[j], 0, n / 8 + 1);
    for (size_t k = 0; k < n; k++) {
        bool present = !isnan(x[k]);
        g->validity[j][k >> 3] |= (uint8_t)(present << (k & 7));
        x[k] = present ? x[k] : 0;
        missing += !present;
        if (!present && g->whole[j])
            g->whole[j][k] = 0;
    }
    return missing;
}

/* Zeros and ones as bits, in their own place: bit k comes behind value k. */
static const void *as_bits(double *x, size_t n)
{
    uint8_t *bits = (uint8_t *)x;
    for (size_t k = 0; k < n; k++) {
        uint8_t bit = (uint8_t)((x[k] != 0) << (k & 7));
        bits[k >> 3] = (uint8_t)((k & 7) == 0 ? bit : bits[k >> 3] | bit);
    }
    return bits;
}

void gather_columns(struct gather *g, const struct field *field, size_t n,
                    struct column *ret)
{
    for (size_t j = 0; j < g->screen->p; j++) {
        size_t missing = settle_missing(g, j, n);
        struct column c = {.values = g->x[j],
                           .validity = missing ? g->validity[j] : NULL,
                           .missing = missing};
        if (field[j].type == TYPE_TEXT) {
            c.values = g->text[j].bytes;
            c.offsets = g->text[j].offsets;
        } else if (field[j].type == TYPE_INT64) {
            c.values = g->whole[j];
        } else if (field[j].type == TYPE_BOOL) {
            c.values = as_bits(g->x[j], n);
        }
        ret[j] = c;
    }
}
