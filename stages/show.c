/* show: any artifact, and any CSV file, as a table, CSV, JSON or statistics.
 *
 * Not a stage of the chain: it writes nothing but standard output.  A file that turns out
 * to be damaged half way fails before anything of it has been printed: it is read twice,
 * a row at a time.  A terminal gets nothing that it would obey; a pipe gets CSV and JSON
 * as the file has them. */
#include <math.h>

#include "show/figures.h"
#include "show/grid.h"
#include "show/listing.h"
#include "show/outline.h"
#include "show/printed.h"
#include "stage/stage.h"

enum show_format { FORMAT_TABLE, FORMAT_CSV, FORMAT_JSON, FORMAT_STATS };

struct show_config {
    enum show_format format;
    const char *delimiter;
    struct texts columns;
    size_t head, tail;
};

static const struct show_config defaults = {.format = FORMAT_TABLE};

/* clang-format off */
static const struct option_row options[] = {
    OPTION_ENUM(struct show_config, format, "table|csv|json|stats",
                  "table: for people, numbers rounded, a JSON document indented; csv and "
                  "json: every digit, one array a row, the header first; stats: figures of "
                  "each column"),
    OPTION(struct show_config, columns, 0, 0, "NAMES",
           "only these columns, separated by commas; * stands for any characters"),
    OPTION(struct show_config, head, 1, 1e15, "N",
           "only the first N rows; a table shows 20 unless told otherwise"),
    OPTION(struct show_config, tail, 1, 1e15, "N", "only the last N rows"),
    OPTION(struct show_config, delimiter, 0, 0, "CHAR",
           "what stands between the cells of a CSV file, if not a comma"),
};
/* clang-format on */

#define TABLE_ROWS ((size_t)20)
#define PAGE_COLUMNS ((size_t)90) // of a document, where no terminal says otherwise

struct show_job {
    struct run *run;
    const struct show_config *config;
    char delimiter;
    enum listing_kind kind;
    size_t rows;     // of the file
    size_t from, to; // rows to show: [from, to)
    size_t p;
    const char **name; // [p] chosen columns
    size_t *column;    // [p]
    struct text line;  // what is printed next
};

static void print_line(struct show_job *job)
{
    (void)fwrite(job->line.p, 1, job->line.n, stdout); // stage_main looks at ferror
    job->line.n = 0;
}

/* Adds to the line what the file holds, escaped where a terminal shows it. */
static void put(struct show_job *job, struct view v)
{
    if (job->run->terminal)
        text_add_shown(&job->line, v);
    else
        text_add(&job->line, v.p, v.n);
}

typedef enum status row_action(struct show_job *job, const struct listing *s,
                               void *context, struct error *err);

/* Calls action for every row of [from, to). */
static enum status each_row(struct show_job *job, row_action *action, void *context,
                            struct error *err)
{
    struct listing s;
    enum status status =
        listing_open(&s, job->run->operand, job->delimiter, job->run->mem, err);
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

static enum status choose_columns(struct show_job *job, const struct listing *s,
                                  struct error *err)
{
    struct arena *mem = job->run->mem;
    TRY(listing_choose(s, &job->config->columns, mem, &job->column, &job->p, err));
    job->name = ARENA_ARRAY(mem, const char *, job->p);
    for (size_t c = 0; c < job->p; c++)
        job->name[c] = s->name[job->column[c]];
    return STATUS_OK;
}

/* Refuses options that would change nothing for this kind of file. */
static enum status check_kind(const struct show_job *job, struct error *err)
{
    const struct show_config *c = job->config;
    bool document = job->kind == LISTING_JSON &&
                    (c->format == FORMAT_TABLE || c->format == FORMAT_JSON);
    if (c->delimiter && job->kind != LISTING_CSV)
        return error_set(err, STATUS_USAGE, "--delimiter is for CSV files");
    if (c->head > 0 && c->tail > 0)
        return error_set(err, STATUS_USAGE, "--head and --tail exclude each other");
    if (!document || (c->head == 0 && c->tail == 0 && c->columns.n == 0))
        return STATUS_OK;
    error_set(err, STATUS_USAGE,
              "a JSON document has no rows and columns to choose from");
    error_hint(err, "--format csv lists its values, one a row: path, value");
    return STATUS_USAGE;
}

/* Reads all of the file once: it is whole, and has so many rows. */
static enum status survey(struct show_job *job, struct error *err)
{
    struct listing s;
    enum status status =
        listing_open(&s, job->run->operand, job->delimiter, job->run->mem, err);
    job->kind = s.kind;
    if (status == STATUS_OK)
        status = check_kind(job, err);
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

static void choose_rows(struct show_job *job)
{
    const struct show_config *c = job->config;
    bool table = c->format == FORMAT_TABLE;
    size_t head = c->head > 0 ? c->head : table && c->tail == 0 ? TABLE_ROWS : job->rows;
    job->to = head < job->rows ? head : job->rows;
    if (c->tail > 0) {
        job->to = job->rows;
        job->from = c->tail < job->rows ? job->rows - c->tail : 0;
    }
}

static void put_json(struct show_job *job, json_t *value)
{
    char *dumped = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(17));
    put(job, view_of(dumped ? dumped : "null"));
    free(dumped);
    json_decref(value);
}

static enum status json_row(struct show_job *job, const struct listing *s,
                            void *context UNUSED, struct error *err UNUSED)
{
    json_t *row = json_array();
    for (size_t c = 0; c < job->p; c++)
        json_array_append_new(row, listing_json(&s->cell[job->column[c]]));
    text_puts(&job->line, ",\n");
    put_json(job, row);
    print_line(job);
    return STATUS_OK;
}

static enum status show_json(struct show_job *job, struct error *err)
{
    json_t *header = json_array();
    for (size_t c = 0; c < job->p; c++)
        json_array_append_new(header, json_string(job->name[c]));
    text_putc(&job->line, '[');
    put_json(job, header);
    TRY(each_row(job, json_row, NULL, err));
    text_puts(&job->line, "]\n");
    print_line(job);
    return STATUS_OK;
}

/* A JSON document as itself: for people, or with every digit on one line. */
static enum status show_document(struct show_job *job, struct error *err)
{
    struct listing s;
    size_t columns = run_columns(job->run);
    TRY(listing_open(&s, job->run->operand, job->delimiter, job->run->mem, err));
    if (job->config->format == FORMAT_JSON) {
        put_json(job, json_incref(s.json));
        text_putc(&job->line, '\n');
    } else {
        outline_add(s.json, columns == SIZE_MAX ? PAGE_COLUMNS : columns, &job->line);
    }
    listing_close(&s);
    print_line(job);
    return STATUS_OK;
}

static void put_csv_cell(struct show_job *job, struct view v, bool first)
{
    struct arena_mark mark = arena_mark(job->run->scratch);
    struct text cell = {.mem = job->run->scratch};
    printed_cell(v, &cell);
    if (!first)
        text_putc(&job->line, ',');
    put(job, (struct view){cell.p, cell.n});
    arena_rewind(job->run->scratch, mark);
}

static enum status csv_row(struct show_job *job, const struct listing *s,
                           void *context UNUSED, struct error *err UNUSED)
{
    char buffer[40];
    for (size_t c = 0; c < job->p; c++)
        put_csv_cell(job, listing_text(&s->cell[job->column[c]], buffer), c == 0);
    text_putc(&job->line, '\n');
    print_line(job);
    return STATUS_OK;
}

static enum status show_csv(struct show_job *job, struct error *err)
{
    for (size_t c = 0; c < job->p; c++)
        put_csv_cell(job, view_of(job->name[c]), c == 0);
    text_putc(&job->line, '\n');
    print_line(job);
    return each_row(job, csv_row, NULL, err);
}

static enum status measure_row(struct show_job *job, const struct listing *s,
                               void *context, struct error *err UNUSED)
{
    for (size_t c = 0; c < job->p; c++)
        grid_measure(context, c, &s->cell[job->column[c]]);
    return STATUS_OK;
}

static enum status table_row(struct show_job *job, const struct listing *s, void *context,
                             struct error *err UNUSED)
{
    struct grid *grid = context;
    for (size_t c = 0; c < grid->n; c++)
        grid_put(grid, c, &s->cell[job->column[c]], &job->line);
    grid_end(&job->line);
    print_line(job);
    return STATUS_OK;
}

/* Says what of the file is not on the screen. */
static void print_rest(const struct show_job *job, const struct grid *grid)
{
    bool rows = job->to - job->from < job->rows, columns = grid->n < job->p;
    if (rows)
        printf("rows %zu to %zu of %zu", job->from + 1, job->to, job->rows);
    if (columns)
        printf("%scolumns 1 to %zu of %zu", rows ? ", " : "", grid->n, job->p);
    if (rows || columns)
        printf("; %s%s%s %s others\n", rows ? "--head, --tail" : "",
               rows && columns ? ", " : "", columns ? "--columns" : "",
               rows ? "show" : "shows");
}

static enum status show_table(struct show_job *job, struct error *err)
{
    struct grid grid;
    grid_begin(&grid, job->name, job->p, job->run->mem);
    TRY(each_row(job, measure_row, &grid, err));
    grid_fit(&grid, run_columns(job->run));
    grid_names(&grid, &job->line);
    print_line(job);
    TRY(each_row(job, table_row, &grid, err));
    print_rest(job, &grid);
    return STATUS_OK;
}

struct column_values {
    double **x;    // [p][rows], NaN where no number stands
    size_t *texts; // [p] cells that hold something else
    size_t n;
};

static enum status collect_row(struct show_job *job, const struct listing *s,
                               void *context, struct error *err UNUSED)
{
    struct column_values *v = context;
    for (size_t c = 0; c < job->p; c++) {
        const struct listing_cell *cell = &s->cell[job->column[c]];
        double x = v->x[c][v->n] = listing_real(cell);
        v->texts[c] += isnan(x) && cell->kind == LISTING_TEXT && cell->text.n > 0;
    }
    v->n++;
    return STATUS_OK;
}

/* The figures of each column, as a table of their own: a row a column. */
static enum status show_stats(struct show_job *job, struct error *err)
{
    struct arena *mem = job->run->mem;
    struct column_values v = {ARENA_ARRAY(mem, double *, job->p),
                              ARENA_ARRAY(mem, size_t, job->p), 0};
    for (size_t c = 0; c < job->p; c++)
        v.x[c] = ARENA_ARRAY(mem, double, job->to - job->from);
    TRY(each_row(job, collect_row, &v, err));
    figures_add(job->name, v.x, v.texts, job->p, v.n, run_columns(job->run), &job->line);
    print_line(job);
    return STATUS_OK;
}

static enum status show_rows(struct show_job *job, struct error *err)
{
    switch (job->config->format) {
    case FORMAT_TABLE: return show_table(job, err);
    case FORMAT_CSV: return show_csv(job, err);
    case FORMAT_JSON: return show_json(job, err);
    case FORMAT_STATS: return show_stats(job, err);
    }
    return STATUS_OK;
}

static enum status run_show(struct run *run, struct error *err)
{
    struct show_job job = {.run = run,
                           .config = run->config,
                           .to = SIZE_MAX,
                           .delimiter = ',',
                           .line = {.mem = run->mem}};
    const char *delimiter = job.config->delimiter;
    run->quiet = !run->verbose; // what is shown is all that should be seen
    run_only_prints();
    if (delimiter && strlen(delimiter) != 1)
        return error_set(err, STATUS_USAGE,
                         "expected one character behind --delimiter, found %s",
                         QUOTE(delimiter));
    if (delimiter)
        job.delimiter = delimiter[0];
    TRY(survey(&job, err));
    choose_rows(&job);
    run->rows_in = job.rows;
    run->rows_out = job.to - job.from;
    bool stats = job.config->format == FORMAT_STATS;
    bool csv = job.config->format == FORMAT_CSV;
    return job.kind == LISTING_JSON && !csv && !stats ? show_document(&job, err)
                                                      : show_rows(&job, err);
}

static const struct stage show = {
    .name = "show",
    .summary = "prints any artifact, and any CSV file",
    .operand = "FILE",
    .about = "Reads an Arrow, CSV or JSON file; writes standard output only.\n"
             "Cells of a CSV file are text as the reader understood them.  In a pipe "
             "nothing is "
             "cut; on a\n"
             "terminal a table is as wide as that is.",
    .options = options,
    .n_options = COUNT_OF(options),
    .config_size = sizeof(struct show_config),
    .defaults = &defaults,
    .run = run_show,
};

int main(int argc, char **argv)
{
    return stage_main(&show, argc, argv);
}
