/* Screening raw tables.
 *
 * One pass over the batches decides what can be decided row by row; duplicates come last,
 * among the rows that are whole: an arrival may replace a row that has an empty cell.
 * The base file's rows come before all arrivals, so one pass knows the base's range when
 * the first arrival comes. */
#include "clean/screen.h"

#include <math.h>

#include "clean/duplicates.h"
#include "clean/join.h"
#include "data/feature.h"
#include "data/key.h"

#define COLUMNS_SHOWN 3 // that a message names

const char *const reason_name[REASONS] = {"kept",     "later",    "duplicate",
                                          "conflict", "range",    "implausible",
                                          "missing",  "unmatched"};

static void split_names(struct screen *s, const char *joined)
{
    s->n_files = 1;
    for (const char *c = joined; *c; c++)
        s->n_files += *c == '/';
    s->file_name = ARENA_ARRAY(s->mem, const char *, s->n_files);
    for (size_t i = 0; i < s->n_files; i++) {
        size_t n = strcspn(joined, "/");
        s->file_name[i] = arena_copy(s->mem, joined, n);
        joined += n + (joined[n] == '/');
    }
}

/* A raw table ends in source_file and source_line and, with a time, begins with its key.
 */
static enum status check_shape(struct screen *s, const char *path, struct error *err)
{
    struct field key = s->step ? key_field(s->step) : (struct field){"…", TYPE_DATE};
    const struct schema *schema = arrow_schema(s->file);
    size_t file = schema_find(schema, "source_file"),
           line = schema_find(schema, "source_line");
    bool good = schema->n >= 2 && file == schema->n - 2 && line == schema->n - 1 &&
                schema->field[file].type == TYPE_INT32 &&
                schema->field[line].type == TYPE_INT64;
    if (s->step)
        good = good && strcmp(schema->field[0].name, key.name) == 0 &&
               schema->field[0].type == key.type;
    if (!good) {
        error_set(err, STATUS_INPUT,
                  "expected a table that ingest wrote, with columns '%s', 'source_file', "
                  "'source_line'",
                  key.name);
        error_hint(err, "run ingest again");
        error_at(err, path, 0, 0);
        return STATUS_INPUT;
    }
    s->value = s->step != NULL;
    s->p = schema->n - 2 - s->value;
    return STATUS_OK;
}

static enum status read_keys(struct screen *s, struct error *err)
{
    s->key = ARENA_ARRAY(s->mem, int32_t, s->n);
    for (size_t row = 0, i; row < s->n; row += s->cursor.batch.n) {
        TRY(cursor_seek(&s->cursor, row, &i, err));
        TRY(key_copy(s->file, &s->cursor.batch, s->key + row, err));
    }
    return STATUS_OK;
}

enum status screen_open(struct screen *s, const char *name, const char *path,
                        const struct timestep *step, struct arena *mem, struct error *err)
{
    *s = (struct screen){.name = name, .mem = mem, .step = step};
    TRY(arrow_open(path, mem, &s->file, err));
    TRY(check_shape(s, path, err));
    s->n = arrow_rows(s->file);
    s->reason = ARENA_ARRAY(mem, uint8_t, s->n);
    s->dropped = ARENA_ARRAY(mem, struct dropped, SCREEN_DROPPED);
    const char *files = schema_meta(arrow_schema(s->file), "files");
    split_names(s, files ? files : name);
    cursor_init(&s->cursor, s->file, mem);
    s->count[REASON_KEPT] = s->n;
    return s->step ? read_keys(s, err) : STATUS_OK;
}

void screen_close(struct screen *s)
{
    arrow_close(s->file);
    s->file = NULL;
}

void screen_drop(struct screen *s, size_t row, enum reason why, const char *column)
{
    if (s->reason[row] != REASON_KEPT)
        return;
    s->reason[row] = (uint8_t)why;
    s->count[REASON_KEPT]--;
    s->count[why]++;
    if (why != REASON_UNMATCHED && s->n_dropped < SCREEN_DROPPED)
        s->dropped[s->n_dropped++] = (struct dropped){row, why, column};
}

size_t screen_file(const struct screen *s, size_t i)
{
    int32_t f = ((const int32_t *)s->cursor.batch.column[s->value + s->p].values)[i];
    return f >= 0 && (size_t)f < s->n_files ? (size_t)f : 0;
}

size_t screen_line(const struct screen *s, size_t i)
{
    int64_t line =
        ((const int64_t *)s->cursor.batch.column[s->value + s->p + 1].values)[i];
    return line > 0 ? (size_t)line : 0;
}

static const char *value_name(const struct screen *s, size_t j)
{
    return arrow_schema(s->file)->field[s->value + j].name;
}

/* What each value column is to the rows that come of this table. */
static void assign_duties(struct screen *s, const struct screen_rules *rules)
{
    for (size_t j = 0; j < s->p; j++) {
        const char *name = value_name(s, j);
        bool number = arrow_schema(s->file)->field[s->value + j].type != TYPE_TEXT;
        s->target[j] = texts_hold(&rules->targets, name);
        s->read[j] = j >= s->ids &&
                     (!rules->features ||
                      (number && features_read(rules->features, &rules->targets, name)));
        s->needed[j] = s->read[j] && !s->target[j];
    }
}

bool screen_whole(const struct screen *s, size_t row)
{
    enum reason r = s->reason[row];
    bool open = s->open && s->open[row] == OPEN_READ;
    return (r == REASON_KEPT || r == REASON_UNMATCHED) && !open;
}

static const enum reason losses[] = {REASON_MISSING, REASON_RANGE, REASON_IMPLAUSIBLE,
                                     REASON_CONFLICT};

bool screen_is_loss(enum reason why)
{
    size_t i = 0;
    while (i < COUNT_OF(losses) && losses[i] != why)
        i++;
    return i < COUNT_OF(losses);
}

size_t screen_lost(const struct screen *s)
{
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(losses); i++)
        n += s->count[losses[i]];
    return n;
}

/* Appends " (column 'z' is empty, column 'x' in 15 rows)": the needed columns with most
 * empty cells. */
static void name_empty(const struct screen *s, struct text *out)
{
    bool *named = ARENA_ARRAY(s->mem, bool, s->p);
    size_t shown = 0;
    for (; shown < COLUMNS_SHOWN; shown++) {
        size_t worst = s->p;
        for (size_t j = 0; j < s->p; j++)
            if (s->needed[j] && !named[j] && s->empty[j] > 0 &&
                (worst == s->p || s->empty[j] > s->empty[worst]))
                worst = j;
        if (worst == s->p)
            break;
        size_t n = s->empty[worst];
        named[worst] = true;
        text_addf(out, "%scolumn %s ", shown > 0 ? ", " : " (",
                  QUOTE(value_name(s, worst)));
        if (n == s->n)
            text_puts(out, "is empty");
        else
            text_addf(out, "in %zu row%s", n, n == 1 ? "" : "s");
    }
    text_puts(out, shown > 0 ? ")" : "");
}

void screen_losses(const struct screen *s, struct text *out)
{
    const char *between = "";
    for (size_t i = 0; i < COUNT_OF(losses); i++) {
        enum reason r = losses[i];
        if (s->count[r] == 0)
            continue;
        text_addf(out, "%s%zu %s", between, s->count[r], reason_name[r]);
        between = ", ";
        if (r == REASON_MISSING)
            name_empty(s, out);
    }
}

/* What the base file's rows of one column span. */
struct span {
    double low, high;
};

static const struct range *range_of(const struct screen_rules *rules,
                                    const struct field *f)
{
    for (size_t i = 0; i < rules->n_ranges && f->type != TYPE_TEXT; i++)
        if (strcmp(rules->range[i].column, f->name) == 0) {
            rules->range[i].used = true;
            return &rules->range[i];
        }
    return NULL;
}

static bool implausible(double x, const struct span *span, double factor)
{
    double reach = (span->high - span->low) * factor;
    // A column that never moved says nothing about how far it may.
    return span->low < span->high && (x < span->low - reach || x > span->high + reach);
}

/* Screens one value column of the batch under the cursor. */
static void screen_column(struct screen *s, const struct screen_rules *rules,
                          size_t column, const struct range *range, bool judged,
                          struct span *span)
{
    const struct field *f = &arrow_schema(s->file)->field[column];
    const struct column *c = &s->cursor.batch.column[column];
    const int32_t *file = s->cursor.batch.column[s->value + s->p].values;
    for (size_t i = 0; i < s->cursor.batch.n; i++) {
        size_t row = cursor_start(&s->cursor) + i;
        if (!column_present(c, i) || s->reason[row] != REASON_KEPT ||
            f->type == TYPE_TEXT)
            continue;
        double x = cursor_value(&s->cursor, column, i);
        if (range && (x < range->low || x > range->high))
            screen_drop(s, row, REASON_RANGE, f->name);
        else if (file[i] == 0)
            *span = (struct span){fmin(span->low, x), fmax(span->high, x)};
        else if (judged && implausible(x, span, rules->plausible))
            screen_drop(s, row, REASON_IMPLAUSIBLE, f->name);
    }
}

static void leave_open(struct screen *s, size_t row, bool read)
{
    if (!s->open)
        s->open = ARENA_ARRAY(s->mem, uint8_t, s->n);
    if (s->open[row] != OPEN_READ)
        s->open[row] = read ? OPEN_READ : OPEN_TARGET;
}

static void screen_missing(struct screen *s, size_t j)
{
    const struct column *c = &s->cursor.batch.column[s->value + j];
    s->empty[j] += c->missing;
    for (size_t i = 0; c->missing > 0 && i < s->cursor.batch.n; i++) {
        size_t row = cursor_start(&s->cursor) + i;
        if (column_present(c, i))
            continue;
        if (s->needed[j])
            screen_drop(s, row, REASON_MISSING, value_name(s, j));
        else if (s->target[j])
            leave_open(s, row, s->read[j]);
    }
}

static void screen_later(struct screen *s, int32_t as_of)
{
    for (size_t row = 0; row < s->n; row++)
        if (s->key[row] > as_of)
            screen_drop(s, row, REASON_LATER, NULL);
}

/* Everything that a row shows by itself. */
static enum status screen_single(struct screen *s, const struct screen_rules *rules,
                                 struct error *err)
{
    const struct schema *schema = arrow_schema(s->file);
    const struct range **range = ARENA_ARRAY(s->mem, const struct range *, s->p);
    struct span *span = ARENA_ARRAY(s->mem, struct span, s->p);
    s->empty = ARENA_ARRAY(s->mem, size_t, s->p);
    s->needed = ARENA_ARRAY(s->mem, bool, s->p);
    s->target = ARENA_ARRAY(s->mem, bool, s->p);
    s->read = ARENA_ARRAY(s->mem, bool, s->p);
    assign_duties(s, rules);
    for (size_t j = 0; j < s->p; j++) {
        range[j] = j < s->ids ? NULL : range_of(rules, &schema->field[s->value + j]);
        span[j] = (struct span){INFINITY, -INFINITY};
    }
    if (s->step && rules->has_as_of)
        screen_later(s, rules->as_of);
    for (size_t row = 0, i; row < s->n; row += s->cursor.batch.n) {
        TRY(cursor_seek(&s->cursor, row, &i, err));
        for (size_t j = s->ids; j < s->p; j++)
            screen_column(s, rules, s->value + j, range[j], s->read[j] || s->target[j],
                          &span[j]);
        for (size_t j = s->ids; rules->drop_missing && j < s->p; j++)
            screen_missing(s, j);
    }
    return STATUS_OK;
}

/* Rows of arrivals that will not count are worth a warning each: somebody has just sent
 * them. */
static enum status warn_of_arrivals(struct screen *s, screen_fault *report, void *context,
                                    struct error *err)
{
    static const char *const why[REASONS] = {[REASON_RANGE] = "outside clean.ranges",
                                             [REASON_IMPLAUSIBLE] =
                                                 "implausible beside the base file's"};
    for (size_t d = 0; d < s->n_dropped; d++) {
        const struct dropped *row = &s->dropped[d];
        struct error fault = {.status = STATUS_OK};
        size_t i;
        if (!row->column)
            continue;
        TRY(cursor_seek(&s->cursor, row->row, &i, err));
        if (screen_file(s, i) == 0)
            continue;
        double x =
            cursor_value(&s->cursor, schema_find(arrow_schema(s->file), row->column), i);
        if (row->reason == REASON_MISSING)
            error_set(&fault, STATUS_INPUT, "the row is left out: the cell is empty");
        else
            error_set(&fault, STATUS_INPUT, "the row is left out: %.10g is %s", x,
                      why[row->reason]);
        error_at(&fault, s->file_name[screen_file(s, i)], screen_line(s, i), 0);
        error_field(&fault, row->column);
        TRY(report(context, &fault, false));
    }
    return STATUS_OK;
}

enum status screen_rows(struct screen *s, const struct screen_rules *rules,
                        screen_fault *report, void *context, struct error *err)
{
    bool told_apart = s->step || s->id;
    TRY(screen_single(s, rules, err));
    if (told_apart)
        duplicates_yield(s);
    TRY(warn_of_arrivals(s, report, context, err));
    if (told_apart)
        TRY(duplicates_settle(s, rules, report, context, err));
    if (!s->step) // ids are no order: rows stand as they come
        s->order = s->group ? join_order(s->group, NULL, s->n, s->mem) : NULL;
    return STATUS_OK;
}
