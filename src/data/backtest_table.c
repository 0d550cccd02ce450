/* Rows from either form of the table. */
#include "data/backtest_table.h"

#include <math.h>
#include <string.h>

#include "artifacts/sheet.h"
#include "data/key.h"
#include "file/file.h"

/* The columns that are read, by their places; SIZE_MAX: the table has none such. */
enum { GROUP, ORIGIN, KEY, ACTUAL, PREDICTION, COLUMNS };

struct rows_reader {
    const struct pipeline *pipeline;
    struct arena *mem;
    const char *path;
    size_t at[COLUMNS];
    struct backtest_table rows;
    size_t cap[COLUMNS]; // of the five lists
};

static const char *name_of(const struct rows_reader *r, size_t column)
{
    static const char *const names[] = {
        [ORIGIN] = "origin", [ACTUAL] = "actual", [PREDICTION] = "prediction"};
    return column == GROUP ? r->pipeline->group
           : column == KEY ? key_name(r->pipeline)
                           : names[column];
}

/* Room for one more row, whose values are NaN. */
static size_t add_row(struct rows_reader *r)
{
    struct backtest_table *t = &r->rows;
    if (r->pipeline->group)
        ARENA_ROOM(r->mem, t->group, t->n, r->cap[GROUP], 256);
    ARENA_ROOM(r->mem, t->origin, t->n, r->cap[ORIGIN], 256);
    ARENA_ROOM(r->mem, t->key, t->n, r->cap[KEY], 256);
    ARENA_ROOM(r->mem, t->actual, t->n, r->cap[ACTUAL], 256);
    ARENA_ROOM(r->mem, t->prediction, t->n, r->cap[PREDICTION], 256);
    t->actual[t->n] = t->prediction[t->n] = NAN;
    return t->n++;
}

/* STATUS_INPUT where the last row's key is not behind its origin. */
static enum status check_row(const struct rows_reader *r, struct error *err)
{
    const struct backtest_table *t = &r->rows;
    const struct timestep *step = key_step(r->pipeline);
    int32_t key = t->key[t->n - 1], origin = t->origin[t->n - 1];
    if (!timestep_begins(step, key) || !timestep_begins(step, origin) || key <= origin)
        return error_refuse(err, r->path, name_of(r, KEY),
                            "row %zu does not lie behind its origin", t->n);
    return STATUS_OK;
}

static enum status read_key(const struct rows_reader *r, const struct sheet *s,
                            size_t column, int32_t *ret, struct error *err)
{
    const struct timestep *step = key_step(r->pipeline);
    struct view cell = sheet_cell(s, r->at[column]);
    int32_t last;
    const char *wrong = timestep_span(step, cell, ret, &last);
    if (!wrong && *ret == last)
        return STATUS_OK;
    return error_refuse(err, r->path, name_of(r, column), "expected %s, found %s",
                        step->like, QUOTE_N(cell.p, cell.n));
}

static enum status read_group(struct rows_reader *r, const struct sheet *s, size_t i,
                              struct error *err)
{
    struct group_name name = {.text = sheet_cell(s, r->at[GROUP])};
    if (r->rows.groups.numbers && !text_int64(name.text, &name.number))
        return error_refuse(err, r->path, name_of(r, GROUP),
                            "expected a whole number, found %s",
                            QUOTE_N(name.text.p, name.text.n));
    r->rows.group[i] = groups_code(&r->rows.groups, name);
    return STATUS_OK;
}

static enum status read_sheet_rows(struct rows_reader *r, struct sheet *s,
                                   struct error *err)
{
    for (size_t c = r->pipeline->group ? GROUP : ORIGIN; c < COLUMNS; c++)
        TRY(sheet_column(s, name_of(r, c), &r->at[c], err));
    for (;;) {
        TRY(sheet_next(s, err));
        if (!s->more)
            return STATUS_OK;
        size_t i = add_row(r);
        if (r->pipeline->group)
            TRY(read_group(r, s, i, err));
        TRY(read_key(r, s, ORIGIN, &r->rows.origin[i], err));
        TRY(read_key(r, s, KEY, &r->rows.key[i], err));
        TRY(sheet_real(s, r->at[ACTUAL], &r->rows.actual[i], err));
        TRY(sheet_real(s, r->at[PREDICTION], &r->rows.prediction[i], err));
        TRY(check_row(r, err));
    }
}

static enum status read_sheet(struct rows_reader *r, struct error *err)
{
    struct sheet s;
    TRY(sheet_open(&s, r->path, r->mem, err));
    enum status status = read_sheet_rows(r, &s, err);
    sheet_close(&s);
    return status;
}

/* Finds the columns of an Arrow table; one of reals without any value is not there. */
static enum status find_columns(struct rows_reader *r, const struct schema *s,
                                struct error *err)
{
    for (size_t c = r->pipeline->group ? GROUP : ORIGIN; c < COLUMNS; c++) {
        const char *name = name_of(r, c);
        size_t at = 0;
        while (at < s->n && strcmp(s->field[at].name, name) != 0)
            at++;
        r->at[c] = at < s->n ? at : SIZE_MAX;
        if (at == s->n && c < ACTUAL)
            return error_refuse(err, r->path, NULL, "no column '%s'", name);
        if (at < s->n && c >= ACTUAL && s->field[at].type != TYPE_REAL)
            return error_refuse(err, r->path, name, "expected reals, found %s",
                                type_name(s->field[at].type));
    }
    return STATUS_OK;
}

static enum status take_batch(struct rows_reader *r, const struct arrow_file *file,
                              const struct batch *b, struct arena *scratch,
                              struct error *err)
{
    struct backtest_table *t = &r->rows;
    const struct schema *s = arrow_schema(file);
    int32_t *origin = ARENA_ARRAY(scratch, int32_t, b->n);
    int32_t *key = ARENA_ARRAY(scratch, int32_t, b->n);
    TRY(key_copy_from(file, b, r->at[ORIGIN], origin, err));
    TRY(key_copy_from(file, b, r->at[KEY], key, err));
    if (t->groups.mem)
        TRY(groups_check(&s->field[r->at[GROUP]], &b->column[r->at[GROUP]], b->n, t->n,
                         r->path, err));
    for (size_t k = 0; k < b->n; k++) {
        size_t i = add_row(r);
        t->origin[i] = origin[k];
        t->key[i] = key[k];
        if (t->groups.mem)
            t->group[i] = groups_code(&t->groups, group_at(s->field[r->at[GROUP]].type,
                                                           &b->column[r->at[GROUP]], k));
        if (r->at[ACTUAL] != SIZE_MAX)
            column_reals_from(TYPE_REAL, &b->column[r->at[ACTUAL]], k, 1, &t->actual[i]);
        if (r->at[PREDICTION] != SIZE_MAX)
            column_reals_from(TYPE_REAL, &b->column[r->at[PREDICTION]], k, 1,
                              &t->prediction[i]);
        TRY(check_row(r, err));
    }
    return STATUS_OK;
}

static enum status read_batches(struct rows_reader *r, struct arrow_file *file,
                                struct error *err)
{
    struct arena scratch = {0};
    enum status status = find_columns(r, arrow_schema(file), err);
    bool numbers = r->rows.groups.mem && status == STATUS_OK &&
                   arrow_schema(file)->field[r->at[GROUP]].type == TYPE_INT64;
    if (status == STATUS_OK && numbers != (r->rows.groups.mem && r->rows.groups.numbers))
        status = error_refuse(err, r->path, name_of(r, GROUP),
                              "its names are %s, those of the other tables are not",
                              numbers ? "whole numbers" : "texts");
    for (size_t b = 0; status == STATUS_OK && b < arrow_batches(file); b++) {
        struct batch batch;
        status = arrow_read(file, b, &batch, err);
        if (status == STATUS_OK)
            status = take_batch(r, file, &batch, &scratch, err);
        arena_release(&scratch);
    }
    return status;
}

static enum status read_arrow(struct rows_reader *r, struct error *err)
{
    struct arrow_file *file;
    TRY(arrow_open(r->path, r->mem, &file, err));
    enum status status = read_batches(r, file, err);
    arrow_close(file);
    return status;
}

enum status backtest_table_read(const char *path, const struct pipeline *p, bool numbers,
                                struct arena *mem, struct backtest_table *ret,
                                struct error *err)
{
    struct rows_reader r = {.pipeline = p, .mem = mem, .path = path};
    const char *name = file_name(path), *dot = strrchr(name, '.');
    r.rows.groups = (struct groups){.mem = p->group ? mem : NULL, .numbers = numbers};
    TRY(dot && strcmp(dot, ".arrow") == 0 ? read_arrow(&r, err) : read_sheet(&r, err));
    *ret = r.rows;
    return STATUS_OK;
}
