#include "help/tables.h"

#include <criterion/criterion.h>

#include "arrow/builder.h"
#include "base/number.h"

static void put_cell(struct builder *b, const struct field *f, size_t c, struct view v)
{
    int64_t whole;
    double x = 0;
    if (view_is(v, "-"))
        builder_missing(b, c);
    else if (f->type == TYPE_TEXT)
        builder_text(b, c, v);
    else if (f->type == TYPE_INT64 && text_int64(v, &whole))
        builder_int(b, c, whole);
    else if (!number_parse(v.p, v.n, &x))
        cr_assert_fail("no number in the table of a test");
    else if (f->type == TYPE_REAL)
        builder_real(b, c, x);
    else
        builder_int(b, c, (int64_t)x);
}

static void put_rows(struct builder *b, const struct field *fields, size_t n,
                     size_t batch, const char *rows, struct arrow_writer *w,
                     struct error *err)
{
    size_t c = 0, whole = 0;
    while (*rows) {
        size_t length = strcspn(rows, " \n");
        if (length > 0) {
            put_cell(b, &fields[c], c, (struct view){rows, length});
            c = (c + 1) % n;
            if (c == 0) {
                builder_commit(b);
                whole++;
            }
            if (builder_full(b) || (c == 0 && batch > 0 && whole % batch == 0))
                cr_assert_eq(builder_write(b, w, err), STATUS_OK);
        }
        rows += length + (rows[length] != '\0');
    }
    cr_assert_eq(c, 0, "a row of the test's table is not whole");
}

static void write_table(const char *path, const struct field *fields, size_t n_fields,
                        const struct meta *meta, size_t n_meta, size_t batch,
                        const char *rows)
{
    struct arena mem = {0};
    struct publish publish = {0};
    struct output *out;
    struct arrow_writer *w;
    struct builder b;
    struct error err = {0};
    struct field *copy = ARENA_ARRAY(&mem, struct field, n_fields);
    struct meta *pairs = ARENA_ARRAY(&mem, struct meta, n_meta);
    memcpy(copy, fields, n_fields * sizeof *copy);
    if (n_meta)
        memcpy(pairs, meta, n_meta * sizeof *pairs);
    struct schema schema = {n_fields, copy, n_meta, pairs};
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(arrow_begin(out, &schema, &mem, &w, &err), STATUS_OK, "%s", err.message);
    builder_init(&b, &schema, &mem);
    put_rows(&b, fields, n_fields, batch, rows, w, &err);
    cr_assert_eq(builder_write(&b, w, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(arrow_finish(w, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK, "%s", err.message);
    publish_release(&publish);
    arena_release(&mem);
}

void tables_write(const char *path, const struct field *fields, size_t n_fields,
                  const struct meta *meta, size_t n_meta, const char *rows)
{
    write_table(path, fields, n_fields, meta, n_meta, 0, rows);
}

void tables_write_batches(const char *path, const struct field *fields, size_t n_fields,
                          size_t batch, const char *rows)
{
    write_table(path, fields, n_fields, NULL, 0, batch, rows);
}

static void add_cell(struct text *out, enum type type, const struct column *c, size_t i)
{
    double x[1];
    if (!column_present(c, i)) {
        text_puts(out, "-");
    } else if (type == TYPE_TEXT) {
        text_add(out, (const char *)c->values + c->offsets[i],
                 (size_t)(c->offsets[i + 1] - c->offsets[i]));
    } else {
        struct column one = *c;
        size_t width = type == TYPE_REAL || type == TYPE_INT64 ? 8 : 4;
        one.validity = NULL;
        one.values = (const char *)c->values + i * width;
        column_reals(type, &one, 1, x);
        text_addf(out, "%g", x[0]);
    }
}

const char *tables_read(const char *path, struct arena *mem)
{
    struct text out = {.mem = mem};
    struct arrow_file *file;
    struct batch batch;
    struct error err = {0};
    cr_assert_eq(arrow_open(path, mem, &file, &err), STATUS_OK, "%s", err.message);
    text_puts(&out, "");
    for (size_t b = 0; b < arrow_batches(file); b++) {
        cr_assert_eq(arrow_read(file, b, &batch, &err), STATUS_OK, "%s", err.message);
        for (size_t i = 0; i < batch.n; i++)
            for (size_t c = 0; c < arrow_schema(file)->n; c++) {
                add_cell(&out, arrow_schema(file)->field[c].type, &batch.column[c], i);
                text_puts(&out, c + 1 < arrow_schema(file)->n ? " " : "\n");
            }
    }
    arrow_close(file);
    return out.p;
}
