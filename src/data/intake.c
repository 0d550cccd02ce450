/* CSV rows to typed batches.
 *
 * Cells are converted straight into the builder's next row; the row counts only when all
 * of it was good.  An arrival is read twice, first only by the tokenizer: a quote that is
 * never closed shows at the end of a file, when rows before it would be in the table
 * already. */
#include "data/intake.h"

#include "data/ids.h"
#include "data/key.h"

const char *const refusal_name[REFUSALS] = {"time", "cells", "value", "file", "later"};

#define REASONS_SHOWN ((size_t)3) // of a source of which no row is good

/* One file under way. */
struct pass {
    struct intake *in;
    const struct source *source;
    struct source_map map;
    struct csv_reader *reader;
    struct builder *builder;
    struct arrow_writer *writer;
    struct intake_result *result;
    struct intake_file *file;
    size_t index;                // of the file; 0 is the base
    size_t key;                  // 1 when rows have a key, else 0
    const struct timestep *step; // of keys, or NULL
    size_t n_reasons;
    struct error reason[REASONS_SHOWN]; // the first refusals that nobody was told of
};

/* Opens an artifact. */
static enum status begin_output(struct intake *in, const char *name, struct output **ret,
                                struct error *err)
{
    return publish_open(in->publish, file_join(in->mem, in->out, name), ret, err);
}

enum status intake_begin(struct intake *in, struct error *err)
{
    in->rejects = (struct csv_writer){.for_people = true};
    TRY(begin_output(in, "rejects.csv", &in->rejects.out, err));
    output_sum_begin(in->rejects.out);
    return output_text(in->rejects.out, "file,line,column,value,reason\n", err);
}

/* A cell as rejects.csv shows it: what is no text would make the file none. */
static struct view shown(const struct pass *pass, struct view cell)
{
    if (cell.n == 0 || text_utf8_valid(cell.p, cell.n) == cell.n)
        return cell;
    struct text t = {.mem = pass->in->mem};
    text_add_shown(&t, cell);
    return (struct view){t.p, t.n};
}

/* Writes one line of rejects.csv and counts it. */
static enum status refuse(struct pass *pass, enum refusal why, const struct error *fault,
                          struct view value, struct error *err)
{
    struct csv_writer *w = &pass->in->rejects;
    pass->in->refused[why]++;
    TRY(csv_put_text(w, view_of(file_name(pass->file->path)), err));
    TRY(csv_put_int(w, (long long)fault->loc.line, err));
    TRY(csv_put_text(w, view_of(fault->loc.field), err));
    TRY(csv_put_text(w, shown(pass, value), err));
    TRY(csv_put_text(w, view_of(fault->message), err));
    return csv_end(w, err);
}

/* What may be done about a bad row of the base file; said once. */
static void hint_settings(const struct pass *pass, enum refusal why, struct error *fault)
{
    const char *name = pass->source->name;
    if (pass->in->faults > 0 || fault->hint[0] != '\0')
        return;
    if (why == REFUSAL_VALUE)
        error_hint(fault,
                   "in source %s, na_values names cells to be taken as empty, and "
                   "'on_error: refuse' leaves bad rows out",
                   QUOTE(name));
    else
        error_hint(fault, "in source %s, %s'on_error: refuse' leaves bad rows out",
                   QUOTE(name),
                   why == REFUSAL_TIME ? "time.format says how times look, and " : "");
}

/* A row is bad: refuses it, or makes it a fault of the run, as the header says. */
static enum status bad_row(struct pass *pass, enum refusal why, const struct error *fault,
                           struct view value, struct error *err)
{
    bool tolerated = pass->source->on_error == ON_ERROR_REFUSE;
    if (pass->index == 0 && !tolerated) {
        struct error told = *fault;
        hint_settings(pass, why, &told);
        pass->in->faults++;
        if (watch_fault(&pass->in->watch, &told) == STATUS_OK)
            return STATUS_OK;
        *err = told;
        return told.status;
    }
    pass->file->refused++;
    if (pass->index > 0)
        watch_warn(&pass->in->watch, fault);
    else if (pass->n_reasons < REASONS_SHOWN)
        pass->reason[pass->n_reasons++] = *fault;
    return refuse(pass, why, fault, value, err);
}

/* The row's time as text: the named cells, cut, joined by a blank. */
static struct view time_text(const struct pass *pass, const struct csv_record *rec,
                             char *buffer, size_t room)
{
    size_t n = 0, take = pass->source->time.take;
    for (size_t t = 0; t < pass->map.n_time; t++) {
        const struct csv_field *f = &rec->field[pass->map.time[t]];
        size_t wanted = take > 0 && f->n > take ? take : f->n;
        if (t > 0 && n < room)
            buffer[n++] = ' ';
        size_t fits = wanted < room - n ? wanted : room - n;
        memcpy(buffer + n, f->p, fits);
        n += fits;
    }
    return (struct view){buffer, n};
}

/* Fills fault and returns false when the row has no valid time. */
static bool convert_time(struct pass *pass, const struct csv_record *rec, int32_t *ret,
                         struct error *fault)
{
    char buffer[128];
    struct view text = time_text(pass, rec, buffer, sizeof buffer);
    struct moment m;
    const char *wrong = moment_parse(text, pass->source->time.format, &m);
    bool parsed = !wrong;
    if (parsed)
        wrong = timestep_key(pass->step, m, ret);
    if (wrong) {
        error_set(fault, STATUS_INPUT, "%s, found %s", wrong, QUOTE_N(text.p, text.n));
        if (parsed)
            error_hint(fault, "the pipeline's time.step is %s", pass->step->name);
        const struct csv_field *f = &rec->field[pass->map.time[pass->map.n_time - 1]];
        csv_error_at(pass->reader, f, pass->source->time.column.v[pass->map.n_time - 1],
                     fault);
    }
    return !wrong;
}

static bool is_missing(const struct source *s, struct view cell)
{
    if (cell.n == 0)
        return true;
    for (size_t i = 0; i < s->na_values.n; i++)
        if (view_is(cell, s->na_values.v[i]))
            return true;
    return false;
}

/* What a leading column is of its row. */
static const char *name_of(const struct pass *pass, size_t i)
{
    return pass->map.grouped && i == 0 ? "group" : "id";
}

/* Fills fault and returns false: nobody could tell which series the row is of, or which
 * row it is. */
static bool no_name(const struct pass *pass, const struct csv_field *f, size_t i,
                    struct error *fault)
{
    error_set(fault, STATUS_INPUT, "the row has no %s: the cell is empty",
              name_of(pass, i));
    csv_error_at(pass->reader, f, pass->map.header[pass->map.cell[i]], fault);
    return false;
}

static bool long_name(const struct pass *pass, const struct csv_field *f, size_t i,
                      struct error *fault)
{
    error_set(fault, STATUS_INPUT, "the row's %s is longer than %d bytes",
              name_of(pass, i), ROW_ID_LENGTH);
    csv_error_at(pass->reader, f, pass->map.header[pass->map.cell[i]], fault);
    return false;
}

/* A real with a comma before its fraction, as half of the world writes it; said once. */
static void hint_comma(const struct pass *pass, size_t i, struct view cell,
                       struct error *fault)
{
    static const struct cell_marks with_comma = {'.', ','};
    const struct cell_kind *kind = pass->map.kind[i];
    union cell_value value;
    bool plain = pass->map.marks[i].group == 0 && pass->map.marks[i].decimal == '.';
    if (pass->in->faults == 0 && kind == &cell_all[CELL_REAL] && plain &&
        !kind->parse(cell, with_comma, &value))
        error_hint(fault,
                   "where a comma stands before the fraction the column's rule says "
                   "`%s`",
                   memchr(cell.p, '.', cell.n) ? "group: \".\"" : "decimal: \",\"");
}

/* Converts cell i of the source's columns into the builder. */
static bool convert_cell(struct pass *pass, const struct csv_record *rec, size_t i,
                         struct error *fault)
{
    const struct csv_field *f = &rec->field[pass->map.cell[i]];
    const struct cell_kind *kind = pass->map.kind[i];
    struct view cell = {f->p, f->n};
    size_t column = pass->key + i;
    bool names = i < (size_t)pass->map.grouped + pass->map.named;
    if (is_missing(pass->source, cell)) {
        if (names)
            return no_name(pass, f, i, fault);
        builder_missing(pass->builder, column);
        return true;
    }
    if (!kind->parse && names && cell.n > ROW_ID_LENGTH)
        return long_name(pass, f, i, fault);
    if (!kind->parse) {
        builder_text(pass->builder, column, cell);
        return true;
    }
    union cell_value value = {.integer = 0};
    const char *expected = kind->parse(cell, pass->map.marks[i], &value);
    if (expected) {
        error_set(fault, STATUS_INPUT, "expected %s, found %s", expected,
                  QUOTE_N(f->p, f->n));
        hint_comma(pass, i, cell, fault);
        csv_error_at(pass->reader, f, pass->map.header[pass->map.cell[i]], fault);
        return false;
    }
    if (kind->type == TYPE_REAL)
        builder_real(pass->builder, column, value.real);
    else
        builder_int(pass->builder, column, value.integer);
    return true;
}

static enum status wrong_count(struct pass *pass, const struct csv_record *rec,
                               struct error *err)
{
    struct error fault = {.status = STATUS_OK};
    size_t wanted = pass->map.n_cells;
    const struct csv_field *at = &rec->field[rec->n > wanted ? wanted : rec->n - 1];
    error_set(&fault, STATUS_INPUT, "expected %zu cells, found %zu", wanted, rec->n);
    csv_error_at(pass->reader, at, NULL, &fault);
    if (rec->n < wanted)
        error_hint(&fault, "the first missing one is %s",
                   QUOTE(pass->map.header[rec->n]));
    else
        error_hint(&fault, "a cell that holds the delimiter must stand in double quotes");
    return bad_row(pass, REFUSAL_CELLS, &fault, (struct view){at->p, at->n}, err);
}

static void commit(struct pass *pass, const struct csv_record *rec, int32_t key)
{
    struct intake_result *r = pass->result;
    size_t last = pass->key + pass->map.p;
    if (pass->key)
        builder_int(pass->builder, 0, key_stored(pass->step, key));
    builder_int(pass->builder, last, (int64_t)pass->index);
    builder_int(pass->builder, last + 1, (int64_t)rec->line);
    builder_commit(pass->builder);
    r->first = r->rows == 0 || key < r->first ? key : r->first;
    r->last = r->rows == 0 || key > r->last ? key : r->last;
    r->rows++;
    pass->file->loaded++;
}

static enum status take_row(struct pass *pass, const struct csv_record *rec,
                            struct error *err)
{
    struct error fault;
    int32_t key = 0;
    pass->file->rows++;
    fault = (struct error){.status = STATUS_OK};
    const struct csv_field *invalid = csv_invalid(pass->reader, rec, &fault);
    if (invalid && (size_t)(invalid - rec->field) < pass->map.n_cells)
        error_field(&fault, pass->map.header[invalid - rec->field]);
    if (invalid)
        return bad_row(pass, REFUSAL_VALUE, &fault, (struct view){invalid->p, invalid->n},
                       err);
    if (rec->n != pass->map.n_cells)
        return wrong_count(pass, rec, err);
    if (pass->key && !convert_time(pass, rec, &key, &fault)) {
        char buffer[128];
        return bad_row(pass, REFUSAL_TIME, &fault,
                       time_text(pass, rec, buffer, sizeof buffer), err);
    }
    if (pass->key && key > pass->in->last) {
        pass->in->refused[REFUSAL_LATER]++;
        return STATUS_OK;
    }
    for (size_t i = 0; i < pass->map.p; i++) {
        if (convert_cell(pass, rec, i, &fault))
            continue;
        const struct csv_field *f = &rec->field[pass->map.cell[i]];
        return bad_row(pass, REFUSAL_VALUE, &fault, (struct view){f->p, f->n}, err);
    }
    commit(pass, rec, key);
    return STATUS_OK;
}

static void show_progress(const struct pass *pass)
{
    size_t done, total;
    csv_progress(pass->reader, &done, &total);
    watch_progress(&pass->in->watch, pass->source->name, done, total);
}

static enum status take_rows(struct pass *pass, struct error *err)
{
    struct csv_record rec;
    for (;;) {
        TRY(csv_next(pass->reader, &rec, err));
        if (rec.n == 0)
            break;
        TRY(take_row(pass, &rec, err));
        if (builder_full(pass->builder)) {
            TRY(builder_write(pass->builder, pass->writer, err));
            show_progress(pass);
        }
    }
    if (pass->index == 0 && pass->file->rows == 0) {
        error_set(err, STATUS_INPUT, "no rows stand below the header");
        error_at(err, pass->file->path, 2, 0);
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

static enum status open_file(struct pass *pass, struct arena *mem, struct source_map *ret,
                             struct error *err)
{
    struct csv_limits limits = csv_defaults;
    struct csv_record header;
    limits.delimiter = pass->source->delimiter[0];
    limits.any_bytes = true; // rows are refused one by one
    TRY(csv_open(pass->file->path, &limits, mem, &pass->reader, err));
    TRY(csv_next(pass->reader, &header, err));
    if (header.n == 0) {
        error_set(err, STATUS_INPUT, "the file is empty; expected a header");
        error_at(err, pass->file->path, 1, 0);
        return STATUS_INPUT;
    }
    if (csv_invalid(pass->reader, &header, err))
        return STATUS_INPUT;
    TRY(source_match(pass->source, pass->reader, &header, mem, ret, err));
    return source_names(ret, pass->in->pipeline, pass->source == pass->in->first,
                        pass->source->name, pass->file->path, err);
}

/* The base file's columns make the table. */
static struct schema raw_schema(const struct pass *pass, struct arena *mem)
{
    const struct pipeline *pipeline = pass->in->pipeline;
    size_t p = pass->map.p, key = pass->key;
    struct schema s = {.n = key + p + 2, .n_meta = 2};
    s.field = ARENA_ARRAY(mem, struct field, s.n);
    if (key)
        s.field[0] = key_field(pass->step);
    for (size_t i = 0; i < p; i++)
        s.field[key + i] = (struct field){pass->map.name[i], pass->map.kind[i]->type};
    s.field[key + p] = (struct field){"source_file", TYPE_INT32};
    s.field[key + p + 1] = (struct field){"source_line", TYPE_INT64};
    s.meta = ARENA_ARRAY(mem, struct meta, s.n_meta);
    s.meta[0] = (struct meta){"stage", "ingest"};
    s.meta[1] = (struct meta){"pipeline", pipeline->name};
    return s;
}

static enum status check_names(const struct pass *pass, const struct schema *s,
                               struct error *err)
{
    for (size_t i = 0; i < s->n; i++)
        if (schema_find(s, s->field[i].name) < i) {
            error_set(err, STATUS_INPUT, "two columns of source %s are called %s",
                      QUOTE(pass->source->name), QUOTE(s->field[i].name));
            error_at(err, pass->file->path, 1, 0);
            return STATUS_INPUT;
        }
    return STATUS_OK;
}

static enum status begin_table(struct pass *pass, struct error *err)
{
    struct arena *mem = pass->in->mem;
    struct schema *schema = ARENA_NEW(mem, struct schema);
    struct output *out;
    *schema = raw_schema(pass, mem);
    TRY(check_names(pass, schema, err));
    TRY(begin_output(pass->in, arena_format(mem, "raw/%s.arrow", pass->source->name),
                     &out, err));
    TRY(arrow_begin(out, schema, mem, &pass->writer, err));
    builder_init(pass->builder, schema, mem);
    pass->result->p = pass->map.p;
    pass->result->name = pass->map.name;
    return STATUS_OK;
}

/* An arrival that could not serve leaves a line in rejects.csv and a warning, and no
 * rows. */
static enum status refuse_file(struct pass *pass, const struct error *fault,
                               struct error *err)
{
    pass->file->refused_whole = arena_string(pass->in->mem, fault->message);
    watch_warn(&pass->in->watch, fault);
    return refuse(pass, REFUSAL_FILE, fault, VIEW(""), err);
}

/* Reads the file once by the tokenizer alone. */
static enum status scan(struct pass *pass, struct error *err)
{
    struct csv_record rec;
    do
        TRY(csv_next(pass->reader, &rec, err));
    while (rec.n > 0);
    return STATUS_OK;
}

static enum status take_arrival(struct pass *pass, const struct source_map *base,
                                struct error *err)
{
    struct error fault = {.status = STATUS_OK};
    struct arena *mem = pass->in->mem;
    enum status status = open_file(pass, mem, &pass->map, &fault);
    if (status == STATUS_OK && pass->map.p != base->p)
        status = error_set(&fault, STATUS_INPUT,
                           "expected %zu columns that the rules match, found %zu",
                           base->p, pass->map.p);
    for (size_t i = 0; status == STATUS_OK && i < base->p; i++)
        if (strcmp(pass->map.name[i], base->name[i]) != 0)
            status = error_set(&fault, STATUS_INPUT, "expected column %s, found %s",
                               QUOTE(base->name[i]), QUOTE(pass->map.name[i]));
    if (status == STATUS_OK)
        status = scan(pass, &fault);
    if (status != STATUS_OK) {
        error_at(&fault, pass->file->path, 1, 0);
        if (status != STATUS_INPUT)
            *err = fault;
        return status == STATUS_INPUT ? refuse_file(pass, &fault, err) : status;
    }
    csv_close(pass->reader);
    pass->reader = NULL;
    TRY(open_file(pass, mem, &pass->map, err));
    return take_rows(pass, err);
}

static enum status take_base(struct pass *pass, struct error *err)
{
    TRY(open_file(pass, pass->in->mem, &pass->map, err));
    TRY(begin_table(pass, err));
    return take_rows(pass, err);
}

static enum status find_files(const struct intake *in, const struct source *s,
                              struct intake_result *result, struct error *err)
{
    char **path;
    const char *pattern = s->path;
    if (in->data)
        pattern = file_join(in->mem, in->data, file_name(s->path));
    enum status found = file_glob(pattern, in->mem, &path, &result->n_files, err);
    if (found == STATUS_INPUT && err->hint[0] == '\0')
        error_hint(err, "the name is from 'path' of source %s in %s", QUOTE(s->name),
                   QUOTE_PATH(in->pipeline->path));
    TRY(found);
    result->file = ARENA_ARRAY(in->mem, struct intake_file, result->n_files);
    for (size_t i = 0; i < result->n_files; i++)
        result->file[i].path = path[i];
    return STATUS_OK;
}

/* The names of the files, for whoever wants to say where a row came from: column
 * source_file counts them.  A name cannot hold a '/'. */
static void add_file_names(struct pass *pass)
{
    struct text names = {.mem = pass->in->mem};
    for (size_t i = 0; i < pass->result->n_files; i++) {
        text_puts(&names, i > 0 ? "/" : "");
        text_puts(&names, file_name(pass->result->file[i].path));
    }
    arrow_add_meta(pass->writer, "files", names.p);
}

/* Fails for a source that has no row, after the first reasons. */
static enum status no_good_row(const struct pass *pass, struct error *err)
{
    size_t rows = 0, refused = 0;
    for (size_t i = 0; i < pass->result->n_files; i++) {
        rows += pass->result->file[i].rows;
        refused += pass->result->file[i].refused;
    }
    for (size_t i = 0; i < pass->n_reasons; i++)
        watch_warn(&pass->in->watch, &pass->reason[i]);
    if (refused == 0)
        error_set(err, STATUS_INPUT, "all %zu rows of source %s are later than --as-of",
                  rows, QUOTE(pass->source->name));
    else
        error_set(err, STATUS_INPUT,
                  "source %s has no good row: of %zu rows %zu are refused%s",
                  QUOTE(pass->source->name), rows, refused,
                  refused < rows ? " and the others later than --as-of" : "");
    error_at(err, pass->result->file[0].path, 0, 0);
    return STATUS_INPUT;
}

/* A source must have one good row; a first file of which many are refused is worth a
 * warning.  Where rows are faults of the run all has been said. */
static enum status judge(const struct pass *pass, struct error *err)
{
    const struct intake_file *base = &pass->result->file[0];
    if (pass->result->rows == 0 && pass->in->faults == 0)
        return no_good_row(pass, err);
    if ((double)base->refused > DROPPED_UNSAID * (double)base->rows) {
        struct error warning;
        error_set(&warning, STATUS_INPUT, "%zu of %zu rows are refused; see rejects.csv",
                  base->refused, base->rows);
        error_at(&warning, base->path, 0, 0);
        watch_warn(&pass->in->watch, &warning);
    }
    return STATUS_OK;
}

enum status intake_source(struct intake *in, const struct source *source,
                          struct intake_result *ret, struct error *err)
{
    struct intake_result result = {.source = source};
    struct builder builder;
    struct pass pass = {.in = in,
                        .source = source,
                        .builder = &builder,
                        .result = &result,
                        .step = key_step(in->pipeline)};
    pass.key = pass.step != NULL;
    TRY(find_files(in, source, &result, err));
    struct source_map base = {0};
    for (size_t i = 0; i < result.n_files; i++) {
        pass.index = i;
        pass.file = &result.file[i];
        enum status status =
            i == 0 ? take_base(&pass, err) : take_arrival(&pass, &base, err);
        csv_close(pass.reader);
        pass.reader = NULL;
        TRY(status);
        if (i == 0)
            base = pass.map;
        in->rows_in += pass.file->rows;
    }
    TRY(judge(&pass, err));
    TRY(builder_write(&builder, pass.writer, err));
    add_file_names(&pass);
    TRY(arrow_finish(pass.writer, err));
    in->rows_out += result.rows;
    *ret = result;
    return STATUS_OK;
}
