/* The profile of a table, in one pass: counts, and moments by Welford's recurrence (1962,
 * "Note on a method for calculating corrected sums of squares and products", Technometrics
 * 4).  Rows come in the table's order on one thread: the same table has the same bytes. */
#include "registry/profile.h"

#include <math.h>
#include <stdlib.h>

#include "arrow/arrow.h"
#include "file/json.h"

enum { BLOCK = 512 }; // rows that are turned into reals at once

/* What is known of a column so far. */
struct profiled {
    size_t n, missing;
    double mean, squares, min, max; // squares: of deviations from the mean
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

static void add_column(enum type type, const struct column *column, size_t n,
                       struct profiled *c)
{
    double x[BLOCK];
    if (!has_moments(type)) {
        c->missing += column->missing;
        c->n += n - column->missing;
        return;
    }
    for (size_t from = 0; from < n; from += BLOCK) {
        size_t k = n - from < BLOCK ? n - from : BLOCK;
        column_reals_from(type, column, from, k, x);
        for (size_t i = 0; i < k; i++)
            if (isnan(x[i]))
                c->missing++;
            else
                add_value(c, x[i]);
    }
}

static json_t *column_json(const struct field *field, const struct profiled *c)
{
    bool moments = has_moments(field->type) && c->n > 0;
    double std = c->n > 1 ? sqrt(c->squares / (double)(c->n - 1)) : NAN;
    return json_pack("{s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:o}", "name", field->name,
                     "type", type_name(field->type), "n", (json_int_t)c->n, "missing",
                     (json_int_t)c->missing, "mean", json_finite(moments ? c->mean : NAN),
                     "std", json_finite(moments ? std : NAN), "min",
                     json_finite(moments ? c->min : NAN), "max",
                     json_finite(moments ? c->max : NAN));
}

static enum status measure(struct arrow_file *f, struct profiled *c, struct error *err)
{
    const struct schema *s = arrow_schema(f);
    for (size_t b = 0; b < arrow_batches(f); b++) {
        struct batch batch;
        TRY(arrow_read(f, b, &batch, err));
        for (size_t i = 0; i < s->n; i++)
            add_column(s->field[i].type, &batch.column[i], batch.n, &c[i]);
        arrow_forget(f, b);
    }
    return STATUS_OK;
}

static struct view text_of(const struct schema *s, const struct profiled *c, size_t rows,
                           struct arena *mem)
{
    struct text out = {.mem = mem};
    json_t *columns = json_array();
    for (size_t i = 0; i < s->n; i++)
        json_array_append_new(columns, column_json(&s->field[i], &c[i]));
    json_t *root = json_pack("{s:I, s:o}", "rows", (json_int_t)rows, "columns", columns);
    char *dumped = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    text_puts(&out, dumped ? dumped : "{}");
    text_putc(&out, '\n');
    free(dumped);
    json_decref(root);
    return (struct view){out.p, out.n};
}

enum status profile_make(const char *path, struct arena *mem, struct view *ret,
                         struct error *err)
{
    struct arrow_file *f;
    TRY(arrow_open(path, mem, &f, err));
    const struct schema *s = arrow_schema(f);
    struct profiled *c = ARENA_ARRAY(mem, struct profiled, s->n);
    enum status status = measure(f, c, err);
    if (status == STATUS_OK)
        *ret = text_of(s, c, arrow_rows(f), mem);
    arrow_close(f);
    return status;
}
