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

/* The steps behind the series' last one, as far as there are keys. */
static void go_beyond(struct walk *w)
{
    size_t from = w->past + w->fresh;
    w->ended = true;
    if (!w->step)
        return;
    make_room(w, from + w->ahead);
    for (size_t i = 0; i < w->ahead && timestep_valid(w->step, w->due); i++)
        add_missing(w, 1);
    w->beyond = w->past + w->fresh - from;
}

static size_t group_column(const struct walk *w)
{
    return w->step ? 1 : 0;
}

static struct group_name group_of(const struct walk *w, size_t i)
{
    size_t c = group_column(w);
    return group_at(arrow_schema(w->file)->field[c].type, &w->batch.column[c], i);
}

static int compare(const struct walk *w, const struct group_name *a,
                   const struct group_name *b)
{
    bool numbers = arrow_schema(w->file)->field[group_column(w)].type == TYPE_INT64;
    return group_compare(numbers, a, b);
}

/* Keeps group and key of row i of the batch, which may then go. */
static void keep_row(const struct walk *w, size_t i, struct walk_row *ret)
{
    ret->key = w->step ? w->batch_key[i] : 0;
    if (!w->grouped)
        return;
    ret->group = group_of(w, i);
    if (ret->group.text.n > 0)
        memcpy(ret->bytes, ret->group.text.p, ret->group.text.n);
    ret->group.text.p = ret->bytes;
}

/* Rows [w->taken, w->end) are of one series; the first w->n of them exist. */
static void find_rows(struct walk *w)
{
    size_t end = w->grouped ? w->taken + 1 : w->batch.n;
    struct group_name first = w->grouped ? group_of(w, w->taken) : (struct group_name){0};
    for (; end < w->batch.n; end++) {
        struct group_name name = group_of(w, end);
        if (compare(w, &first, &name) != 0)
            break;
    }
    w->n = w->end = end;
    while (w->step && w->has_as_of && w->n > w->taken &&
           w->batch_key[w->n - 1] > w->as_of)
        w->n--;
}

/* Rows must stand in the order of their groups, then of their keys, which are the
 * beginnings of steps. */
static enum status check_keys(const struct walk *w, struct error *err)
{
    struct group_name last = w->before.group;
    int32_t before = w->before.key;
    bool good = true, first = w->at == 0;
    for (size_t i = 0; good && i < w->batch.n; i++, first = false) {
        struct group_name name = w->grouped ? group_of(w, i) : last;
        int order = w->grouped && !first ? compare(w, &last, &name) : 0;
        int32_t key = w->step ? w->batch_key[i] : 0;
        good = order < 0 || (order == 0 && (first || !w->step || before < key));
        good = good && (!w->step || timestep_begins(w->step, key));
        before = key;
        last = name;
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

/* Whole numbers of the rows in hand must be reals, bit for bit, where they are read. */
static enum status check_whole(const struct walk *w, struct error *err)
{
    const int64_t most = INT64_C(1) << 53;
    for (size_t c = 0; c < w->p; c++) {
        const struct field *f = &arrow_schema(w->file)->field[w->column[c]];
        const struct column *from = &w->batch.column[w->column[c]];
        const int64_t *x = from->values;
        for (size_t i = w->taken; f->type == TYPE_INT64 && i < w->n; i++)
            if ((x[i] > most || x[i] < -most) && column_present(from, i))
                return too_large(w, f->name, x[i], w->at + i - w->taken, err);
    }
    return STATUS_OK;
}

static enum status read_keys(struct walk *w, struct error *err)
{
    size_t size = sizeof *w->batch_key;
    if (w->batch.n > w->batch_cap) {
        w->batch_key =
            arena_grow(w->mem, w->batch_key, w->batch_cap * size, w->batch.n * size);
        w->batch_cap = w->batch.n;
    }
    return key_copy(w->file, &w->batch, w->batch_key, err);
}

/* Takes the next batch in hand; none of its rows may exist. */
static enum status next_batch(struct walk *w, struct error *err)
{
    size_t c = group_column(w);
    TRY(arrow_read(w->file, w->b, &w->batch, err));
    w->taken = w->n = w->end = 0;
    if (w->step)
        TRY(read_keys(w, err));
    if (w->grouped)
        TRY(groups_check(&arrow_schema(w->file)->field[c], &w->batch.column[c],
                         w->batch.n, w->at, arrow_path(w->file), err));
    if (w->step || w->grouped)
        TRY(check_keys(w, err));
    return STATUS_OK;
}

/* The batch in hand is done with; without groups no batch comes behind the date asked
 * for. */
static void leave_batch(struct walk *w)
{
    bool later = w->n < w->end && !w->grouped;
    if (w->batch.n > 0 && (w->step || w->grouped))
        keep_row(w, w->batch.n - 1, &w->before);
    arrow_forget(w->file, w->b);
    w->b = later ? arrow_batches(w->file) : w->b + 1;
    w->batch = (struct batch){0};
    w->taken = w->n = w->end = 0;
}

/* Finds the next rows of one series; there are none at the end. */
static enum status next_rows(struct walk *w, struct error *err)
{
    while (w->taken == w->n) {
        bool done = w->end == w->batch.n;
        w->at += w->end - w->n;
        if (done && w->batch.column)
            leave_batch(w);
        if (done && w->b == arrow_batches(w->file))
            return STATUS_OK;
        if (done)
            TRY(next_batch(w, err));
        w->taken = w->n = w->end;
        if (w->taken < w->batch.n)
            find_rows(w);
        TRY(check_whole(w, err));
    }
    return STATUS_OK;
}

/* Brings steps of the rows in hand, a batch's worth at most. */
static void bring(struct walk *w)
{
    bool first = w->start + w->past == 0;
    size_t steps = w->n - w->taken;
    if (w->step)
        steps = steps_between(w, first ? w->batch_key[w->taken] : w->due,
                              w->batch_key[w->n - 1]) +
                1;
    steps = steps < ARROW_BATCH ? steps : ARROW_BATCH;
    make_room(w, w->past + steps);
    while (w->fresh < steps) {
        size_t room = steps - w->fresh, gap = 0;
        if (w->step && (!first || w->fresh > 0))
            gap = steps_between(w, w->due, w->batch_key[w->taken]);
        if (gap > 0)
            add_missing(w, gap < room ? gap : room);
        else
            add_rows(w, room);
    }
}

/* True when the rows in hand are of another series than those before. */
static bool is_new(const struct walk *w)
{
    struct group_name name = w->grouped ? group_of(w, w->taken) : (struct group_name){0};
    return !w->begun || (w->grouped && compare(w, &w->series.group, &name) != 0);
}

static void forget_series(struct walk *w)
{
    w->start = w->past = w->fresh = 0;
    w->begun = w->ended = false;
}

/* True when nothing more can come of the series whose rows were in hand. */
static bool is_over(const struct walk *w)
{
    bool last = w->end == w->batch.n && w->b + 1 < arrow_batches(w->file);
    return w->grouped && w->taken == w->n && (w->n < w->end || !last);
}

enum status walk_next(struct walk *w, struct error *err)
{
    forget_past(w);
    w->beyond = 0;
    if (w->ended)
        forget_series(w);
    TRY(next_rows(w, err));
    bool none = w->taken == w->n;
    if (w->begun && (none || is_new(w))) {
        go_beyond(w);
        if (w->fresh > 0)
            return STATUS_OK;
        forget_series(w);
    }
    if (none)
        return STATUS_OK;
    if (!w->begun)
        keep_row(w, w->taken, &w->series);
    w->begun = true;
    bring(w);
    if (is_over(w))
        go_beyond(w);
    return STATUS_OK;
}
