/* Ids are read where they stand, a batch at a time. */
#include "data/ids.h"

#include <inttypes.h>
#include <stdio.h>

size_t ids_names(const struct pipeline *p)
{
    return (p->time.column ? 1u : 0u) + (p->group ? 1u : 0u) + (p->id ? 1u : 0u);
}

enum status ids_find(const struct schema *s, const struct pipeline *p, const char *path,
                     size_t *ret, struct error *err)
{
    size_t c = ids_names(p) - 1;
    enum type type = c < s->n ? s->field[c].type : TYPE_REAL;
    if ((type == TYPE_TEXT || type == TYPE_INT64) &&
        strcmp(s->field[c].name, p->id) == 0) {
        *ret = c;
        return STATUS_OK;
    }
    error_set(err, STATUS_INPUT, "expected a table with the ids %s %s", QUOTE(p->id),
              c > 0 ? "behind its key" : "in front");
    error_hint(err, "run the stages from ingest on again");
    error_at(err, path, 0, 0);
    return STATUS_INPUT;
}

enum status ids_open(struct ids *ids, const char *path, const struct pipeline *p,
                     struct arena *mem, struct error *err)
{
    struct ids opened = {0};
    if (p->id) {
        TRY(arrow_open(path, mem, &opened.file, err));
        if (ids_find(arrow_schema(opened.file), p, path, &opened.column, err) !=
            STATUS_OK) {
            arrow_close(opened.file);
            return err->status;
        }
        cursor_init(&opened.cursor, opened.file, mem);
    }
    *ids = opened;
    return STATUS_OK;
}

void ids_close(struct ids *ids)
{
    arrow_close(ids->file);
    ids->file = NULL;
}

enum status ids_at(struct ids *ids, size_t row, struct row_id *ret, struct error *err)
{
    size_t i;
    *ret = (struct row_id){0};
    if (!ids->file)
        return STATUS_OK;
    TRY(cursor_seek(&ids->cursor, row, &i, err));
    *ret = row_id_of(ids_type(ids), &ids->cursor.batch.column[ids->column], i);
    if (ret->text.n <= ROW_ID_LENGTH)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "the id in row %zu is longer than %d bytes", row + 1,
              ROW_ID_LENGTH);
    error_at(err, arrow_path(ids->file), 0, 0);
    return STATUS_INPUT;
}

enum type ids_type(const struct ids *ids)
{
    return arrow_schema(ids->file)->field[ids->column].type;
}

static void make_room(struct ids_room *b, size_t n, struct arena *mem)
{
    b->bytes.mem = mem;
    b->bytes.n = 0;
    if (b->offsets && n <= b->cap)
        return;
    b->number = ARENA_ARRAY(mem, int64_t, n);
    b->offsets = ARENA_ARRAY(mem, int32_t, n + 1);
    b->validity = ARENA_ARRAY(mem, uint8_t, n / 8 + 1);
    b->cap = n;
}

/* Puts an id into place i, behind those before it. */
static void add_id(struct ids_room *b, size_t i, const struct row_id *id)
{
    uint8_t bit = (uint8_t)(id->there << (i & 7));
    b->validity[i >> 3] = (uint8_t)(i & 7 ? b->validity[i >> 3] | bit : bit);
    b->number[i] = id->number;
    text_add(&b->bytes, id->text.p, id->text.n);
    b->offsets[i + 1] = (int32_t)b->bytes.n;
}

static struct column column_of(enum type type, const struct ids_room *b, size_t n)
{
    struct column c = {.values = b->number, .validity = b->validity};
    for (size_t i = 0; i < n; i++)
        c.missing += !column_present(&c, i);
    if (type == TYPE_TEXT) {
        c.values = b->bytes.p ? b->bytes.p : "";
        c.offsets = b->offsets;
    }
    c.validity = c.missing > 0 ? b->validity : NULL;
    return c;
}

enum status ids_rows(struct ids *ids, size_t from, size_t n, struct arena *mem,
                     struct ids_room *b, struct column *ret, struct error *err)
{
    make_room(b, n, mem);
    for (size_t i = 0; i < n; i++) {
        struct row_id id;
        TRY(ids_at(ids, from + i, &id, err));
        add_id(b, i, &id);
    }
    *ret = column_of(ids_type(ids), b, n);
    return STATUS_OK;
}

struct column ids_column(enum type type, const struct row_id *id, size_t n,
                         struct arena *mem, struct ids_room *b)
{
    make_room(b, n, mem);
    for (size_t i = 0; i < n; i++)
        add_id(b, i, &id[i]);
    return column_of(type, b, n);
}

struct row_id row_id_of(enum type type, const struct column *c, size_t i)
{
    if (!column_present(c, i))
        return (struct row_id){0};
    if (type == TYPE_INT64)
        return (struct row_id){
            .there = true, .whole = true, .number = ((const int64_t *)c->values)[i]};
    return (struct row_id){.there = true,
                           .text = {(const char *)c->values + c->offsets[i],
                                    (size_t)(c->offsets[i + 1] - c->offsets[i])}};
}

struct view row_id_text(const struct row_id *id, char *buffer)
{
    if (!id->there)
        return VIEW("");
    if (!id->whole)
        return id->text;
    snprintf(buffer, ROW_ID_NUMBER, "%" PRId64, id->number);
    return view_of(buffer);
}

const char *row_id_quoted(const struct row_id *id, char *buffer)
{
    char number[ROW_ID_NUMBER];
    struct view text = row_id_text(id, number);
    snprintf(buffer, ROW_ID_QUOTED, "%s", id->whole ? text.p : QUOTE_N(text.p, text.n));
    return buffer;
}

void ids_tell(const char *path, const struct pipeline *p, size_t row, struct text *out)
{
    char quoted[ROW_ID_QUOTED];
    struct error ignored = {.status = STATUS_OK};
    struct ids ids = {0};
    struct row_id id = {0};
    if (ids_open(&ids, path, p, out->mem, &ignored) == STATUS_OK &&
        ids_at(&ids, row, &id, &ignored) == STATUS_OK && id.there)
        text_addf(out, ", %s %s", p->id, row_id_quoted(&id, quoted));
    ids_close(&ids);
}
