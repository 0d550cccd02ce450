/* Sliding buffers over record batches. */
#include "data/walk.h"

#include <math.h>

#include "base/date.h"
#include "data/key.h"

#define ALIGNMENT ((size_t)1024) // rolling windows start afresh at multiples of it

void walk_begin(struct walk *w)
{
    w->x = ARENA_ARRAY(w->mem, double *, w->p);
}

static void make_room(struct walk *w, size_t rows)
{
    size_t used = w->past + w->fresh;
    if (rows <= w->cap)
        return;
    for (size_t c = 0; c < w->p; c++)
        w->x[c] = arena_grow(w->mem, w->x[c], used * sizeof **w->x, rows * sizeof **w->x);
    w->key = arena_grow(w->mem, w->key, used * sizeof *w->key, rows * sizeof *w->key);
    w->cap = rows;
}

/* Keeps what windows reach back to. */
static void forget_past(struct walk *w)
{
    size_t end = w->start + w->past + w->fresh;
    size_t from = end > w->reach ? (end - w->reach) / ALIGNMENT * ALIGNMENT : 0;
    from = from > w->start ? from : w->start;
    size_t skip = from - w->start, keep = end - from;
    for (size_t c = 0; skip > 0 && c < w->p; c++)
        memmove(w->x[c], w->x[c] + skip, keep * sizeof **w->x);
    if (skip > 0)
        memmove(w->key, w->key + skip, keep * sizeof *w->key);
    w->start = from;
    w->past = keep;
    w->fresh = 0;
}

/* The rows beyond the table's end, as far as there are keys. */
static void go_beyond(struct walk *w)
{
    if (w->beyond || !w->keyed || w->past == 0)
        return;
    make_room(w, w->past + w->ahead);
    w->beyond = true;
    for (size_t i = w->past; i < w->past + w->ahead; i++) {
        int32_t before = w->key[i - 1];
        w->key[i] = w->month ? month_add(before, 1) : before + 1;
        if (!date_valid(date_of(w->key[i])))
            return;
        for (size_t c = 0; c < w->p; c++)
            w->x[c][i] = NAN;
        w->fresh++;
    }
}

/* How many of n rows exist as of the date asked for. */
static size_t rows_as_of(const struct walk *w, const int32_t *key, size_t n)
{
    while (w->has_as_of && w->keyed && n > 0 && key[n - 1] > w->as_of)
        n--;
    return n;
}

/* Takes the next batch in; none of its rows may exist. */
static enum status next_batch(struct walk *w, struct error *err)
{
    const struct schema *schema = arrow_schema(w->file);
    struct batch batch;
    TRY(arrow_read(w->file, w->b, &batch, err));
    make_room(w, w->past + batch.n);
    if (w->keyed)
        TRY(key_copy(w->file, &batch, w->key + w->past, err));
    w->fresh = rows_as_of(w, w->key + w->past, batch.n);
    for (size_t c = 0; c < w->p; c++)
        column_reals(schema->field[w->column[c]].type, &batch.column[w->column[c]],
                     w->fresh, w->x[c] + w->past);
    arrow_forget(w->file, w->b);
    w->b = w->fresh < batch.n ? arrow_batches(w->file) : w->b + 1;
    return STATUS_OK;
}

enum status walk_next(struct walk *w, struct error *err)
{
    forget_past(w);
    while (w->fresh == 0 && w->b < arrow_batches(w->file))
        TRY(next_batch(w, err));
    if (w->fresh == 0)
        go_beyond(w);
    return STATUS_OK;
}
