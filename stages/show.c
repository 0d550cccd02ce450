/* show: any artifact, and any CSV file, as a table, CSV, JSON or statistics.
 *
 * Not a stage of the chain: it writes nothing but standard output.  A file that turns out
 * to be damaged half way fails before anything of it has been printed: it is read twice.
 */
#include <math.h>

#include "base/number.h"
#include "base/stage.h"
#include "data/listing.h"
#include "data/stats.h"

struct config {
    const char *format, *delimiter;
    struct texts columns;
    size_t head, tail;
};

static const struct config defaults = {.format = "table", .delimiter = ","};

/* clang-format off */
static const struct option_row options[] = {
    OPTION_CHOICE(struct config, format, "table|csv|json|stats",
                  "table for people; csv and json: one array a row, the header first; "
                  "stats: figures of each column"),
    OPTION(struct config, columns, 0, 0, "NAMES",
           "only these columns, separated by commas; * stands for any characters"),
    OPTION(struct config, head, 0, 1e15, "N",
           "only the first N rows; a table shows 20 unless told otherwise"),
    OPTION(struct config, tail, 0, 1e15, "N", "only the last N rows"),
    OPTION(struct config, delimiter, 0, 0, "CHAR",
           "what stands between the cells of a CSV file"),
};
/* clang-format on */

#define TABLE_ROWS ((size_t)20)
#define CELL_WIDTH ((size_t)28)

struct job {
    struct run *run;
    const struct config *config;
    size_t rows;     // of the file
    size_t from, to; // rows to show: [from, to)
    size_t p;
    const char **name; // [p] chosen columns
    size_t *column;    // [p]
};

typedef enum status row_action(struct job *job, const struct listing *s, void *context,
                               struct error *err);

/* Calls action for every row of [from, to). */
static enum status each_row(struct job *job, row_action *action, void *context,
                            struct error *err)
{
    struct listing s;
    enum status status = listing_open(&s, job->run->operand, job->config->delimiter[0],
                                      job->run->mem, err);
    for (size_t row = 0; status == STATUS_OK; row++) {
        status = listing_next(&s, err);
        if (status != STATUS_OK || !s.cell || row >= job->to)
            break;
        if (row >= job->from)
            status = action(job, &s, context, err);
    }
    listing_close(&s);
    return status;
}

/* True when one of the patterns, which commas separate, matches. */
static bool chosen(const struct texts *wanted, const char *name, struct arena *mem)
{
    for (size_t i = 0; i < wanted->n; i++)
        for (const char *part = wanted->v[i]; part;) {
            const char *comma = strchr(part, ',');
            size_t n = comma ? (size_t)(comma - part) : strlen(part);
            if (text_match(arena_copy(mem, part, n), name))
                return true;
            part = comma ? comma + 1 : NULL;
        }
    return wanted->n == 0;
}

static enum status choose_columns(struct job *job, const struct listing *s,
                                  struct error *err)
{
    const struct texts *wanted = &job->config->columns;
    job->name = ARENA_ARRAY(job->run->mem, const char *, s->p);
    job->column = ARENA_ARRAY(job->run->mem, size_t, s->p);
    for (size_t c = 0; c < s->p; c++) {
        if (!chosen(wanted, s->name[c], job->run->scratch))
            continue;
        job->name[job->p] = s->name[c];
        job->column[job->p++] = c;
    }
    if (job->p > 0)
        return STATUS_OK;
    const char *near = text_nearest(view_of(wanted->v[0]), s->name, s->p);
    error_set(err, STATUS_USAGE, "no column matches %s", QUOTE(wanted->v[0]));
    if (near)
        error_hint(err, "there is %s", QUOTE(near));
    return STATUS_USAGE;
}

/* Reads all of the file once: it is whole, and has so many rows. */
static enum status survey(struct job *job, struct error *err)
{
    struct listing s;
    enum status status = listing_open(&s, job->run->operand, job->config->delimiter[0],
                                      job->run->mem, err);
    if (status == STATUS_OK)
        status = choose_columns(job, &s, err);
    while (status == STATUS_OK) {
        status = listing_next(&s, err);
        if (status != STATUS_OK || !s.cell)
            break;
        job->rows++;
    }
    listing_close(&s);
    return status;
}

static void choose_rows(struct job *job)
{
    const struct config *c = job->config;
    bool table = strcmp(c->format, "table") == 0;
    size_t head = c->head > 0 ? c->head : table && c->tail == 0 ? TABLE_ROWS : job->rows;
    job->to = head < job->rows ? head : job->rows;
    if (c->tail > 0) {
        job->to = job->rows;
        job->from = c->tail < job->rows ? job->rows - c->tail : 0;
    }
}

static json_t *cell_json(const struct listing_cell *c)
{
    switch (c->kind) {
    case LISTING_TEXT: return json_stringn(c->text.p, c->text.n);
    case LISTING_NUMBER: return isfinite(c->number) ? json_real(c->number) : json_null();
    case LISTING_INTEGER: return json_integer(c->integer);
    case LISTING_BOOL: return json_boolean(c->integer != 0);
    case LISTING_MISSING: break;
    }
    return json_null();
}

static void print_json_row(json_t *row)
{
    json_dumpf(row, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(row);
}

static enum status json_row(struct job *job, const struct listing *s,
                            void *context UNUSED, struct error *err UNUSED)
{
    json_t *row = json_array();
    for (size_t c = 0; c < job->p; c++)
        json_array_append_new(row, cell_json(&s->cell[job->column[c]]));
    fputs(",\n", stdout);
    print_json_row(row);
    return STATUS_OK;
}

static enum status show_json(struct job *job, struct error *err)
{
    json_t *header = json_array();
    for (size_t c = 0; c < job->p; c++)
        json_array_append_new(header, json_string(job->name[c]));
    fputs("[", stdout);
    print_json_row(header);
    TRY(each_row(job, json_row, NULL, err));
    fputs("]\n", stdout);
    return STATUS_OK;
}

static void print_csv_cell(struct view v, bool first)
{
    bool quote = false;
    for (size_t i = 0; i < v.n; i++)
        quote = quote || strchr(",\"\r\n", v.p[i]) != NULL;
    if (!first)
        putchar(',');
    if (quote)
        putchar('"');
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] == '"')
            putchar('"');
        putchar(v.p[i]);
    }
    if (quote)
        putchar('"');
}

static enum status csv_row(struct job *job, const struct listing *s, void *context UNUSED,
                           struct error *err UNUSED)
{
    char buffer[40];
    for (size_t c = 0; c < job->p; c++)
        print_csv_cell(listing_text(&s->cell[job->column[c]], buffer), c == 0);
    putchar('\n');
    return STATUS_OK;
}

static enum status show_csv(struct job *job, struct error *err)
{
    for (size_t c = 0; c < job->p; c++)
        print_csv_cell(view_of(job->name[c]), c == 0);
    putchar('\n');
    return each_row(job, csv_row, NULL, err);
}

/* A table is laid out from its cells' widths: they are collected first. */
struct layout {
    size_t *width; // [p]
    bool *right;   // [p] numbers stand at the right
    bool printing;
};

/* Characters of a UTF-8 text. */
static size_t text_width(struct view v)
{
    size_t n = 0;
    for (size_t i = 0; i < v.n; i++)
        n += ((unsigned char)v.p[i] & 0xC0) != 0x80;
    return n;
}

/* Prints a cell in its width, control characters as dots, longer ones cut. */
static void print_padded(struct view v, size_t width, bool right)
{
    size_t n = text_width(v), shown = n > width ? width - 1 : n, i = 0;
    for (size_t k = 0; right && k < width - (n > width ? width : n); k++)
        putchar(' ');
    for (size_t k = 0; i < v.n; i++) {
        k += ((unsigned char)v.p[i] & 0xC0) != 0x80;
        if (k > shown)
            break;
        putchar((unsigned char)v.p[i] < 0x20 ? '.' : v.p[i]);
    }
    if (n > width)
        putchar('~');
    for (size_t k = n; !right && k < width; k++)
        putchar(' ');
}

static enum status table_row(struct job *job, const struct listing *s, void *context,
                             struct error *err UNUSED)
{
    struct layout *l = context;
    char buffer[40];
    for (size_t c = 0; c < job->p; c++) {
        const struct listing_cell *cell = &s->cell[job->column[c]];
        struct view v = listing_text(cell, buffer);
        size_t width = text_width(v) < CELL_WIDTH ? text_width(v) : CELL_WIDTH;
        l->right[c] =
            l->right[c] || cell->kind == LISTING_NUMBER || cell->kind == LISTING_INTEGER;
        if (!l->printing)
            l->width[c] = width > l->width[c] ? width : l->width[c];
        else
            print_padded(v, l->width[c], l->right[c]);
        if (l->printing)
            fputs(c + 1 < job->p ? "  " : "\n", stdout);
    }
    return STATUS_OK;
}

static enum status show_table(struct job *job, struct error *err)
{
    struct layout l = {ARENA_ARRAY(job->run->mem, size_t, job->p),
                       ARENA_ARRAY(job->run->mem, bool, job->p), false};
    for (size_t c = 0; c < job->p; c++) {
        size_t n = text_width(view_of(job->name[c]));
        l.width[c] = n < CELL_WIDTH ? n : CELL_WIDTH;
    }
    TRY(each_row(job, table_row, &l, err));
    for (size_t c = 0; c < job->p; c++) {
        print_padded(view_of(job->name[c]), l.width[c], l.right[c]);
        fputs(c + 1 < job->p ? "  " : "\n", stdout);
    }
    l.printing = true;
    TRY(each_row(job, table_row, &l, err));
    if (job->to - job->from < job->rows)
        printf("rows %zu to %zu of %zu; --head, --tail show others\n", job->from + 1,
               job->to, job->rows);
    return STATUS_OK;
}

struct column_values {
    double **x; // [p][rows], NaN where no number stands
    size_t n;
};

static enum status collect_row(struct job *job, const struct listing *s, void *context,
                               struct error *err UNUSED)
{
    struct column_values *v = context;
    for (size_t c = 0; c < job->p; c++) {
        const struct listing_cell *cell = &s->cell[job->column[c]];
        double x = NAN;
        if (cell->kind == LISTING_NUMBER)
            x = cell->number;
        else if (cell->kind == LISTING_INTEGER || cell->kind == LISTING_BOOL)
            x = (double)cell->integer;
        else if (cell->kind == LISTING_TEXT &&
                 !number_parse(cell->text.p, cell->text.n, &x))
            x = NAN;
        v->x[c][v->n] = x;
    }
    v->n++;
    return STATUS_OK;
}

static enum status show_stats(struct job *job, struct error *err)
{
    struct column_values v = {ARENA_ARRAY(job->run->mem, double *, job->p), 0};
    for (size_t c = 0; c < job->p; c++)
        v.x[c] = ARENA_ARRAY(job->run->mem, double, job->rows);
    TRY(each_row(job, collect_row, &v, err));
    printf("%-28s %9s %9s %13s %13s %13s %13s %13s\n", "column", "n", "missing", "mean",
           "std", "min", "median", "max");
    for (size_t c = 0; c < job->p; c++) {
        struct stats f = stats_of(v.x[c], v.n);
        stats_sort(v.x[c], v.n);
        print_padded(view_of(job->name[c]), CELL_WIDTH, false);
        printf(" %9zu %9zu", f.n, f.missing);
        if (f.n > 0)
            printf(" %13.6g %13.6g %13.6g %13.6g %13.6g", f.mean, f.std, f.min,
                   stats_quantile(v.x[c], f.n, 0.5), f.max);
        putchar('\n');
    }
    return STATUS_OK;
}

static enum status run_show(struct run *run, struct error *err)
{
    struct job job = {.run = run, .config = run->config, .to = SIZE_MAX};
    run->quiet = !run->verbose; // what is shown is all that should be seen
    if (strlen(job.config->delimiter) != 1)
        return error_set(err, STATUS_USAGE,
                         "expected one character behind --delimiter, found %s",
                         QUOTE(job.config->delimiter));
    TRY(survey(&job, err));
    choose_rows(&job);
    run->rows_in = job.rows;
    run->rows_out = job.to - job.from;
    if (strcmp(job.config->format, "json") == 0)
        return show_json(&job, err);
    if (strcmp(job.config->format, "csv") == 0)
        return show_csv(&job, err);
    return strcmp(job.config->format, "stats") == 0 ? show_stats(&job, err)
                                                    : show_table(&job, err);
}

static const struct stage show = {
    .name = "show",
    .summary = "prints any artifact, and any CSV file",
    .operand = "FILE",
    .about =
        "Reads an Arrow, CSV or JSON file; writes standard output only.\n"
        "Cells of a CSV file are shown as text, exactly as the reader understood them.",
    .options = options,
    .n_options = COUNT_OF(options),
    .config_size = sizeof(struct config),
    .defaults = &defaults,
    .run = run_show,
};

int main(int argc, char **argv)
{
    return stage_main(&show, argc, argv);
}
