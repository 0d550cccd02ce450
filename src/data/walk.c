/* Sliding buffers over record batches. */
#include "data/walk.h"

#include <math.h>

#include "base/date.h"

#define ALIGNMENT ((size_t)1024) // rolling windows start afresh at multiples of it

enum status walk_begin(struct walk *w, struct error *err)
{
    const struct schema *schema = arrow_schema(w->file);
    if (w->keyed && schema->field[0].type != TYPE_DATE) {
        error_set(err, STATUS_INPUT, "expected a table that begins with its key");
        error_at(err, arrow_path(w->file), 0, 0);
        return STATUS_INPUT;
    }
    w->x = ARENA_ARRAY(w->mem, double *, w->p);
    return STATUS_OK;
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

/* The rows beyond the table's end. */
static void go_beyond(struct walk *w)
{
    if (w->beyond || !w->keyed || w->past == 0)
        return;
    make_room(w, w->past + w->ahead);
    for (size_t i = w->past; i < w->past + w->ahead; i++) {
        w->key[i] = w->month ? month_add(w->key[i - 1], 1) : w->key[i - 1] + 1;
        for (size_t c = 0; c < w->p; c++)
            w->x[c][i] = NAN;
    }
    w->fresh = w->ahead;
    w->beyond = true;
}

/* How many of the batch's rows exist as of the date asked for. */
static size_t rows_as_of(const struct walk *w, const struct batch *batch)
{
    const int32_t *key = batch->column[0].values;
    size_t n = batch->n;
    while (w->has_as_of && w->keyed && n > 0 && key[n - 1] > w->as_of)
        n--;
    return n;
}

enum status walk_next(struct walk *w, struct error *err)
{
    struct batch batch;
    forget_past(w);
    while (w->b < arrow_batches(w->file)) {
        TRY(arrow_read(w->file, w->b, &batch, err));
        size_t n = rows_as_of(w, &batch);
        w->b = n < batch.n ? arrow_batches(w->file) : w->b + 1;
        if (n == 0)
            continue;
        make_room(w, w->past + batch.n);
        const struct schema *schema = arrow_schema(w->file);
        for (size_t c = 0; c < w->p; c++)
            column_reals(schema->field[w->column[c]].type, &batch.column[w->column[c]], n,
                         w->x[c] + w->past);
        if (w->keyed)
            memcpy(w->key + w->past, batch.column[0].values, n * sizeof *w->key);
        w->fresh = n;
        if (w->b > 0)
            arrow_forget(w->file, w->b - 1);
        return STATUS_OK;
    }
    go_beyond(w);
    return STATUS_OK;
}
