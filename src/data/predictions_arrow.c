/* Batches are read until there are enough rows: how many the file has costs nothing. */
#include "data/predictions_arrow.h"

#include <string.h>

#include "data/ids.h"
#include "data/key.h"

/* The rows under way. */
struct coming {
    const struct pipeline *pipeline;
    struct arrow_file *file;
    struct arena *mem;
    struct predictions_csv t;
    size_t names; // columns before the answers
    size_t most;
};

/* STATUS_INPUT unless column c has that name and one of two types. */
static enum status expect(const struct coming *c, size_t at, const char *name,
                          enum type a, enum type b, struct error *err)
{
    const struct schema *s = arrow_schema(c->file);
    const struct field *f = at < s->n ? &s->field[at] : NULL;
    if (!f || strcmp(f->name, name) != 0)
        return error_refuse(err, arrow_path(c->file), NULL,
                            "expected column '%s' at place %zu, found %s", name, at + 1,
                            f ? QUOTE(f->name) : "none");
    if (f->type == a || f->type == b)
        return STATUS_OK;
    return error_refuse(err, arrow_path(c->file), name, "expected %s, found %s",
                        type_name(a), type_name(f->type));
}

static enum status check_columns(const struct coming *c, size_t rows, struct error *err)
{
    const struct schema *s = arrow_schema(c->file);
    const struct timestep *step = key_step(c->pipeline);
    enum type key = step ? key_field(step).type : TYPE_INT64;
    size_t at = 0;
    TRY(expect(c, at++, c->t.by, key, key, err));
    if (c->t.group)
        TRY(expect(c, at++, c->t.group, TYPE_TEXT, TYPE_INT64, err));
    if (c->t.id)
        TRY(expect(c, at++, c->t.id, TYPE_TEXT, TYPE_INT64, err));
    for (size_t i = 0; i < c->t.p; i++) {
        enum type type = c->t.column[i].text ? TYPE_TEXT : TYPE_REAL;
        TRY(expect(c, at++, c->t.column[i].name, type, type, err));
    }
    if (s->n != at)
        return error_refuse(err, arrow_path(c->file), NULL,
                            "expected %zu columns, found %zu", at, s->n);
    if (arrow_rows(c->file) == rows)
        return STATUS_OK;
    return error_refuse(err, arrow_path(c->file), NULL, "expected %zu rows, found %zu",
                        rows, arrow_rows(c->file));
}

/* A text or a whole number as CSV has it, empty where it is missing. */
static const char *word(const struct coming *c, const struct batch *b, size_t at,
                        size_t i)
{
    char number[ROW_ID_NUMBER];
    struct row_id id =
        row_id_of(arrow_schema(c->file)->field[at].type, &b->column[at], i);
    struct view text = row_id_text(&id, number);
    return arena_copy(c->mem, text.p, text.n);
}

/* Adds row i of a batch; key: of its rows, NULL without a time. */
static void add_row(struct coming *c, const struct batch *b, const int32_t *key, size_t i)
{
    struct predictions_csv_row *row = &c->t.row[c->t.n++];
    row->key = key ? key_label(c->pipeline, key[i], c->mem) : word(c, b, 0, i);
    row->group = c->t.group ? word(c, b, 1, i) : NULL;
    row->id = c->t.id ? word(c, b, c->names - 1, i) : NULL;
    row->cell = ARENA_ARRAY(c->mem, struct predictions_csv_cell, c->t.p);
    for (size_t p = 0; p < c->t.p; p++)
        if (c->t.column[p].text)
            row->cell[p].text = word(c, b, c->names + p, i);
        else
            column_reals_from(TYPE_REAL, &b->column[c->names + p], i, 1,
                              &row->cell[p].number);
}

static enum status read_batch(struct coming *c, size_t b, struct arena *scratch,
                              struct error *err)
{
    struct batch batch;
    int32_t *key = NULL;
    TRY(arrow_read(c->file, b, &batch, err));
    if (key_step(c->pipeline)) {
        key = ARENA_ARRAY(scratch, int32_t, batch.n);
        TRY(key_copy(c->file, &batch, key, err));
    }
    for (size_t i = 0; i < batch.n && c->t.n < c->most; i++)
        add_row(c, &batch, key, i);
    return STATUS_OK;
}

static enum status read_rows(struct coming *c, size_t rows, struct error *err)
{
    struct arena scratch = {0};
    enum status status = check_columns(c, rows, err);
    size_t n = rows < c->most ? rows : c->most;
    if (status == STATUS_OK)
        c->t.row = ARENA_ARRAY(c->mem, struct predictions_csv_row, n);
    for (size_t b = 0; status == STATUS_OK && c->t.n < n; b++)
        status = read_batch(c, b, &scratch, err);
    arena_release(&scratch);
    return status;
}

enum status predictions_arrow_read(const char *path, const struct pipeline *pipeline,
                                   const struct predictions_csv *like, size_t rows,
                                   size_t most, struct arena *mem,
                                   struct predictions_csv *ret, struct error *err)
{
    const char *key = key_name(pipeline);
    struct coming c = {.pipeline = pipeline, .mem = mem, .t = *like, .most = most};
    c.t.by = key ? key : "row";
    c.names = predictions_csv_names(like);
    TRY(arrow_open(path, mem, &c.file, err));
    enum status status = read_rows(&c, rows, err);
    arrow_close(c.file);
    if (status == STATUS_OK)
        *ret = c.t;
    return status;
}
