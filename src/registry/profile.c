/* The profile of a table, in one pass: counts, and moments by Welford's recurrence (1962,
 * "Note on a method for calculating corrected sums of squares and products", Technometrics
 * 4), of all rows; quantiles and levels of those that are looked at, which are sorted.  Rows
 * come in the table's order on one thread: the same table has the same bytes. */
#include "registry/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arrow/arrow.h"
#include "base/rng.h"

enum { BLOCK = 512 }; // rows that are turned into reals at once

/* What is known of a column so far. */
struct profiled {
    size_t n, missing;
    double mean, squares, min, max; // squares: of deviations from the mean
    size_t looked;
    double *x;         // [looked] finite numbers, or
    struct view *text; // [looked]
};

/* A table under way. */
struct profile_walk {
    struct arrow_file *file;
    struct arena *mem;
    struct profiled *column; // [schema.n]
    size_t looked, drawn;    // rows of all, and so far: one a stretch of the table
    size_t next;             // the one that was drawn last
    size_t first;            // row of the batch
    size_t n_rows, *row;     // [n_rows] of the batch that are looked at
    struct rng rng;
};

static void add_value(struct profiled *c, double x)
{
    double deviation = x - c->mean;
    c->n++;
    c->mean += deviation / (double)c->n;
    c->squares += deviation * (x - c->mean);
    c->min = c->n == 1 || x < c->min ? x : c->min;
    c->max = c->n == 1 || x > c->max ? x : c->max;
}

static bool has_moments(enum type type)
{
    return type == TYPE_REAL || type == TYPE_INT64 || type == TYPE_INT32 ||
           type == TYPE_BOOL;
}

/* Draws the row of the next stretch; behind the last one there is none. */
static void draw(struct profile_walk *w)
{
    size_t rows = arrow_rows(w->file), i = w->drawn++;
    size_t from = i < w->looked ? rows * i / w->looked : rows;
    size_t to = i < w->looked ? rows * (i + 1) / w->looked : rows;
    w->next = from < to ? from + rng_below(&w->rng, to - from) : SIZE_MAX;
}

/* Finds the rows that are looked at in a batch of n. */
static void take_rows(struct profile_walk *w, size_t n)
{
    for (w->n_rows = 0; w->next < w->first + n; draw(w))
        w->row[w->n_rows++] = w->next - w->first;
}

static void look_at_texts(const struct profile_walk *w, const struct column *column,
                          struct profiled *c)
{
    const char *bytes = column->values;
    for (size_t k = 0; k < w->n_rows; k++) {
        size_t i = w->row[k];
        if (column_present(column, i))
            c->text[c->looked++] =
                (struct view){bytes + column->offsets[i],
                              (size_t)(column->offsets[i + 1] - column->offsets[i])};
    }
}

static void add_reals(const struct profile_walk *w, enum type type,
                      const struct column *column, size_t n, struct profiled *c)
{
    double x[BLOCK];
    for (size_t from = 0, k = 0; from < n; from += BLOCK) {
        size_t to = n - from < BLOCK ? n : from + BLOCK;
        column_reals_from(type, column, from, to - from, x);
        for (size_t i = 0; i < to - from; i++)
            if (isnan(x[i]))
                c->missing++;
            else
                add_value(c, x[i]);
        for (; k < w->n_rows && w->row[k] < to; k++)
            if (isfinite(x[w->row[k] - from]))
                c->x[c->looked++] = x[w->row[k] - from];
    }
}

static void add_column(const struct profile_walk *w, enum type type,
                       const struct column *column, size_t n, struct profiled *c)
{
    if (has_moments(type)) {
        add_reals(w, type, column, n, c);
        return;
    }
    c->missing += column->missing;
    c->n += n - column->missing;
    if (type == TYPE_TEXT)
        look_at_texts(w, column, c);
}

static enum status measure(struct profile_walk *w, struct error *err)
{
    const struct schema *s = arrow_schema(w->file);
    for (size_t b = 0; b < arrow_batches(w->file); b++) {
        struct batch batch;
        TRY(arrow_read(w->file, b, &batch, err));
        take_rows(w, batch.n);
        for (size_t i = 0; i < s->n; i++)
            add_column(w, s->field[i].type, &batch.column[i], batch.n, &w->column[i]);
        w->first += batch.n;
        arrow_forget(w->file, b);
    }
    return STATUS_OK;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Quantiles of the sorted values. */
static struct reals quantiles_of(const struct profiled *c, struct arena *mem)
{
    size_t n = c->looked;
    double *q = ARENA_ARRAY(mem, double, PROFILE_QUANTILES);
    if (n > 1)
        qsort(c->x, n, sizeof *c->x, by_value);
    for (size_t k = 1; k <= PROFILE_QUANTILES && n > 0; k++)
        q[k - 1] = c->x[(k * n + PROFILE_QUANTILES - 1) / PROFILE_QUANTILES - 1];
    return (struct reals){n > 0 ? PROFILE_QUANTILES : 0, q};
}

static int by_text(const void *a, const void *b)
{
    const struct view *x = a, *y = b;
    size_t n = x->n < y->n ? x->n : y->n;
    int order = n > 0 ? memcmp(x->p, y->p, n) : 0;
    return order ? order : (x->n > y->n) - (x->n < y->n);
}

static int by_rows(const void *a, const void *b)
{
    const struct profile_json_level *x = a, *y = b;
    if (x->rows != y->rows)
        return x->rows > y->rows ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* The texts, where there are not too many. */
static void take_levels(const struct profiled *c, struct arena *mem,
                        struct profile_json_column *ret)
{
    struct profile_json_level *level =
        ARENA_ARRAY(mem, struct profile_json_level, PROFILE_LEVELS);
    size_t n = 0, end;
    if (c->looked > 1)
        qsort(c->text, c->looked, sizeof *c->text, by_text);
    for (size_t i = 0; i < c->looked; i = end) {
        for (end = i + 1; end < c->looked && view_eq(c->text[i], c->text[end]);)
            end++;
        if (n == PROFILE_LEVELS)
            return;
        level[n++] = (struct profile_json_level){
            arena_copy(mem, c->text[i].p, c->text[i].n), end - i};
    }
    if (n > 1)
        qsort(level, n, sizeof *level, by_rows);
    ret->n_levels = n;
    ret->level = level;
}

static struct profile_json_column column_of(const struct field *field,
                                            const struct profiled *c, struct arena *mem)
{
    bool moments = has_moments(field->type) && c->n > 0;
    struct profile_json_column ret = {
        .name = field->name,
        .type = type_name(field->type),
        .n = c->n,
        .missing = c->missing,
        .mean = moments ? c->mean : NAN,
        .std = moments && c->n > 1 ? sqrt(c->squares / (double)(c->n - 1)) : NAN,
        .min = moments ? c->min : NAN,
        .max = moments ? c->max : NAN};
    if (c->x)
        ret.quantiles = quantiles_of(c, mem);
    else if (c->text)
        take_levels(c, mem, &ret);
    return ret;
}

/* Room for what is looked at. */
static void make_room(struct profile_walk *w)
{
    const struct schema *s = arrow_schema(w->file);
    size_t rows = arrow_rows(w->file);
    w->looked = rows < PROFILE_LOOKED ? rows : PROFILE_LOOKED;
    w->row = ARENA_ARRAY(w->mem, size_t, w->looked);
    w->column = ARENA_ARRAY(w->mem, struct profiled, s->n);
    for (size_t i = 0; i < s->n; i++)
        if (has_moments(s->field[i].type))
            w->column[i].x = ARENA_ARRAY(w->mem, double, w->looked);
        else if (s->field[i].type == TYPE_TEXT)
            w->column[i].text = ARENA_ARRAY(w->mem, struct view, w->looked);
}

static struct view text_of(const struct profile_walk *w, struct arena *mem)
{
    const struct schema *s = arrow_schema(w->file);
    struct profile_json p = {arrow_rows(w->file), w->looked, s->n,
                             ARENA_ARRAY(w->mem, struct profile_json_column, s->n)};
    for (size_t i = 0; i < s->n; i++)
        p.column[i] = column_of(&s->field[i], &w->column[i], w->mem);
    return profile_json_text(&p, mem);
}

enum status profile_make(const char *path, struct arena *mem, struct view *ret,
                         struct error *err)
{
    struct arena scratch = {0};
    struct profile_walk w = {.mem = &scratch};
    TRY(arrow_open(path, &scratch, &w.file, err));
    make_room(&w);
    rng_seed(&w.rng, 0, PROFILE_FILE);
    draw(&w);
    enum status status = measure(&w, err);
    if (status == STATUS_OK)
        *ret = text_of(&w, mem);
    arrow_close(w.file);
    arena_release(&scratch);
    return status;
}
