/* Sliding buffers over record batches.
 *
 * A batch's rows are copied in runs of neighbouring keys, with steps of missing values
 * between them.  How the steps fall into calls depends on the rows before alone, so that
 * a table that was cut gives the same numbers up to the cut. */
#include "data/walk.h"

#include <math.h>

#include "data/key.h"

#define ALIGNMENT ((size_t)1024) // rolling windows start afresh at multiples of it

void walk_begin(struct walk *w)
{
    w->x = ARENA_ARRAY(w->mem, double *, w->p);
}

static void make_room(struct walk *w, size_t steps)
{
    size_t used = w->past + w->fresh;
    if (steps <= w->cap)
        return;
    for (size_t c = 0; c < w->p; c++)
        w->x[c] =
            arena_grow(w->mem, w->x[c], used * sizeof **w->x, steps * sizeof **w->x);
    w->key = arena_grow(w->mem, w->key, used * sizeof *w->key, steps * sizeof *w->key);
    w->row = arena_grow(w->mem, w->row, used * sizeof *w->row, steps * sizeof *w->row);
    w->cap = steps;
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
    if (skip > 0) {
        memmove(w->key, w->key + skip, keep * sizeof *w->key);
        memmove(w->row, w->row + skip, keep * sizeof *w->row);
    }
    w->start = from;
    w->past = keep;
    w->fresh = 0;
}

static int32_t step_after(const struct walk *w, int32_t key)
{
    return timestep_add(w->step, key, 1);
}

/* Steps from one key to a later one. */
static size_t steps_between(const struct walk *w, int32_t from, int32_t to)
{
    return (size_t)timestep_between(w->step, from, to);
}

static void add_missing(struct walk *w, size_t n)
{
    for (size_t i = w->past + w->fresh; n > 0; i++, n--) {
        for (size_t c = 0; c < w->p; c++)
            w->x[c][i] = NAN;
        w->key[i] = w->due;
        w->row[i] = WALK_NO_ROW;
        w->due = step_after(w, w->due);
        w->fresh++;
    }
}

/* Brings the rows of the batch that follow one another step by step, at most n. */
static void add_rows(struct walk *w, size_t n)
{
    const struct schema *schema = arrow_schema(w->file);
    size_t to = w->past + w->fresh, i = 0;
    for (; i < n && w->taken + i < w->n; i++) {
        int32_t key = w->step ? w->batch_key[w->taken + i] : 0;
        if (w->step && i > 0 && key != w->due)
            break;
        w->key[to + i] = key;
        w->row[to + i] = w->at++;
        w->due = w->step ? step_after(w, key) : 0;
    }
    for (size_t c = 0; c < w->p; c++)
        column_reals_from(schema->field[w->column[c]].type,
                          &w->batch.column[w->column[c]], w->taken, i, w->x[c] + to);
    w->taken += i;
    w->fresh += i;
}

/* The steps beyond the table's end, as far as there are keys. */
static void go_beyond(struct walk *w)
{
    if (w->beyond || !w->step || w->past == 0)
        return;
    make_room(w, w->past + w->ahead);
    w->beyond = true;
    for (size_t i = 0; i < w->ahead && timestep_valid(w->step, w->due); i++)
        add_missing(w, 1);
}

/* How many of n rows exist as of the date asked for. */
static size_t rows_as_of(const struct walk *w, const int32_t *key, size_t n)
{
    while (w->has_as_of && n > 0 && key[n - 1] > w->as_of)
        n--;
    return n;
}

/* Keys must ascend from the step that is due on, and be the beginnings of steps. */
static enum status check_keys(const struct walk *w, size_t n, struct error *err)
{
    bool good = true;
    for (size_t i = 0; good && i < n; i++) {
        int32_t key = w->batch_key[i];
        good = i > 0 ? key > w->batch_key[i - 1] : w->at == 0 || key >= w->due;
        good = good && timestep_begins(w->step, key);
    }
    if (good)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "the rows do not stand in the order of their keys");
    error_hint(err, "run the stage that wrote the table again");
    error_at(err, arrow_path(w->file), 0, 0);
    return STATUS_INPUT;
}

static enum status too_large(const struct walk *w, const char *column, int64_t value,
                             size_t row, struct error *err)
{
    error_set(
        err, STATUS_INPUT,
        "%lld of column %s in row %zu cannot be a feature or the target: above 2^53 "
        "not every whole number is a real",
        (long long)value, QUOTE(column), row + 1);
    error_hint(err, "leave the column out with `except`, or read it as text");
    error_at(err, arrow_path(w->file), 0, 0);
    error_field(err, column);
    return STATUS_INPUT;
}

/* Whole numbers of the columns that are read must be reals, bit for bit. */
static enum status check_whole(const struct walk *w, struct error *err)
{
    const int64_t most = INT64_C(1) << 53;
    for (size_t c = 0; c < w->p; c++) {
        const struct field *f = &arrow_schema(w->file)->field[w->column[c]];
        const struct column *from = &w->batch.column[w->column[c]];
        const int64_t *x = from->values;
        for (size_t i = 0; f->type == TYPE_INT64 && i < w->n; i++)
            if ((x[i] > most || x[i] < -most) && column_present(from, i))
                return too_large(w, f->name, x[i], w->at + i, err);
    }
    return STATUS_OK;
}

/* Takes the next batch in hand; none of its rows may exist. */
static enum status next_batch(struct walk *w, struct error *err)
{
    TRY(arrow_read(w->file, w->b, &w->batch, err));
    w->n = w->batch.n;
    w->taken = 0;
    if (w->step) {
        size_t size = sizeof *w->batch_key;
        if (w->n > w->batch_cap) {
            w->batch_key =
                arena_grow(w->mem, w->batch_key, w->batch_cap * size, w->n * size);
            w->batch_cap = w->n;
        }
        TRY(key_copy(w->file, &w->batch, w->batch_key, err));
        TRY(check_keys(w, w->n, err));
        w->n = rows_as_of(w, w->batch_key, w->n);
    }
    return check_whole(w, err);
}

/* The batch in hand is done with; no batch comes behind the date asked for. */
static void leave_batch(struct walk *w)
{
    arrow_forget(w->file, w->b);
    w->b = w->n < w->batch.n ? arrow_batches(w->file) : w->b + 1;
}

/* Brings steps of the batch in hand, a batch's worth at most. */
static void bring(struct walk *w)
{
    size_t steps = w->n - w->taken;
    if (w->step && steps > 0)
        steps = steps_between(w, w->at > 0 ? w->due : w->batch_key[0],
                              w->batch_key[w->n - 1]) +
                1;
    steps = steps < ARROW_BATCH ? steps : ARROW_BATCH;
    make_room(w, w->past + steps);
    while (w->fresh < steps) {
        size_t room = steps - w->fresh, gap = 0;
        if (w->step && w->at > 0)
            gap = steps_between(w, w->due, w->batch_key[w->taken]);
        if (gap > 0)
            add_missing(w, gap < room ? gap : room);
        else
            add_rows(w, room);
    }
}

enum status walk_next(struct walk *w, struct error *err)
{
    forget_past(w);
    while (w->fresh == 0 && w->b < arrow_batches(w->file)) {
        if (w->taken == w->n)
            TRY(next_batch(w, err));
        bring(w);
        if (w->taken == w->n)
            leave_batch(w);
    }
    if (w->fresh == 0)
        go_beyond(w);
    return STATUS_OK;
}
