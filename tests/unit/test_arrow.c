/* What is written is what is read: values, metadata, layout, bytes. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arrow/arrow.h"
#include "file/file.h"
#include "help/help.h"

/* What a test reads; what writes the file has memory of its own. */
static struct arena mem;
static struct error err;
static struct arrow_file *f;

static void close_file(void)
{
    arrow_close(f);
    f = NULL;
    arena_release(&mem);
}

TestSuite(arrow, .fini = close_file);

static struct field sample_fields[] = {
    {"real", TYPE_REAL}, {"wide", TYPE_INT64}, {"narrow", TYPE_INT32},
    {"day", TYPE_DATE},  {"name", TYPE_TEXT},  {"flag", TYPE_BOOL},
};
static struct meta sample_metas[] = {{"stage", "test"}, {"empty", ""}};
static const struct schema sample_schema = {6, sample_fields, 2, sample_metas};

static const char *const words[] = {
    "", "a", "Precio_leche", "ñandú", "\xf0\x9f\x90\x84", "two\nlines, \"quoted\""};

/* Whether row i of column c is present, when something is missing at all. */
static bool is_there(size_t i, size_t c)
{
    return (i * 7 + c * 3) % 5 != 0;
}

static double real_at(size_t i)
{
    return i % 11 == 3 ? -0.0 : i % 11 == 4 ? INFINITY : (double)i * 0.1 - 3;
}

static int64_t wide_at(size_t i)
{
    return i % 3 == 0 ? INT64_MIN + (int64_t)i : (int64_t)i << 40;
}

/* n rows from row `first` of the sample on. */
static struct batch sample(struct arena *arena, size_t first, size_t n, bool holes)
{
    struct column *c = ARENA_ARRAY(arena, struct column, sample_schema.n);
    double *real = ARENA_ARRAY(arena, double, n);
    int64_t *wide = ARENA_ARRAY(arena, int64_t, n);
    int32_t *narrow = ARENA_ARRAY(arena, int32_t, n);
    int32_t *offsets = ARENA_ARRAY(arena, int32_t, n + 1);
    char *text = ARENA_ARRAY(arena, char, 24 * n);
    uint8_t *flag = ARENA_ARRAY(arena, uint8_t, n / 8 + 1);
    for (size_t k = 0; k < n; k++) {
        size_t i = first + k, m = strlen(words[i % COUNT_OF(words)]);
        real[k] = real_at(i);
        wide[k] = wide_at(i);
        narrow[k] = (int32_t)(i % 70000) - 35000;
        memcpy(text + offsets[k], words[i % COUNT_OF(words)], m);
        offsets[k + 1] = offsets[k] + (int32_t)m;
        flag[k / 8] |= (uint8_t)((i % 3 == 1) << k % 8);
    }
    c[0].values = real;
    c[1].values = wide;
    c[2].values = c[3].values = narrow;
    c[4] = (struct column){.values = text, .offsets = offsets};
    c[5].values = flag;
    for (size_t j = 0; j < sample_schema.n && holes; j++) {
        uint8_t *bits = ARENA_ARRAY(arena, uint8_t, n / 8 + 1);
        for (size_t k = 0; k < n; k++) {
            bits[k / 8] |= (uint8_t)(is_there(first + k, j) << k % 8);
            c[j].missing += !is_there(first + k, j);
        }
        c[j].validity = bits;
    }
    return (struct batch){n, c};
}

static void expect_ok(enum status status)
{
    cr_assert_eq(status, STATUS_OK, "%s", err.message);
}

static void open_file(const char *path)
{
    expect_ok(arrow_open(path, &mem, &f, &err));
}

/* A file that is written: begun, filled by arrow_write, ended. */
static struct publish publish;
static struct arrow_writer *writer;

static void begin_file(const char *path, const struct schema *schema, struct arena *arena)
{
    struct output *out;
    publish = (struct publish){0};
    expect_ok(publish_open(&publish, path, &out, &err));
    expect_ok(arrow_begin(out, schema, arena, &writer, &err));
}

static void end_file(void)
{
    expect_ok(arrow_finish(writer, &err));
    expect_ok(publish_commit(&publish, &err));
    publish_release(&publish);
}

/* Writes batches of these lengths to a new file and returns its path. */
static const char *write_sample(const size_t *rows, size_t n, bool holes)
{
    const char *path = help_path(help_folder(), "sample.arrow");
    struct arena own = {0};
    begin_file(path, &sample_schema, &own);
    size_t first = 0;
    for (size_t b = 0; b < n; b++) {
        struct batch batch = sample(&own, first, rows[b], holes);
        expect_ok(arrow_write(writer, &batch, &err));
        first += rows[b];
    }
    arrow_add_meta(writer, "rows", "many");
    end_file();
    arena_release(&own);
    return path;
}

static void expect_text(const struct column *c, size_t k, const char *expected)
{
    size_t n = (size_t)(c->offsets[k + 1] - c->offsets[k]);
    cr_assert_eq(n, strlen(expected));
    cr_assert_eq(memcmp((const char *)c->values + c->offsets[k], expected, n), 0);
}

static void expect_row(const struct batch *b, size_t k, size_t i, bool holes)
{
    const struct column *c = b->column;
    double real = real_at(i);
    for (size_t j = 0; j < sample_schema.n; j++)
        cr_assert_eq(column_present(&c[j], k), !holes || is_there(i, j));
    cr_assert_eq(memcmp((const double *)c[0].values + k, &real, 8), 0);
    cr_assert_eq(((const int64_t *)c[1].values)[k], wide_at(i));
    cr_assert_eq(((const int32_t *)c[2].values)[k], (int32_t)(i % 70000) - 35000);
    cr_assert_eq(((const int32_t *)c[3].values)[k], (int32_t)(i % 70000) - 35000);
    expect_text(&c[4], k, words[i % COUNT_OF(words)]);
    cr_assert_eq(((const uint8_t *)c[5].values)[k / 8] >> k % 8 & 1, i % 3 == 1);
}

/* Every value of the file is that of the sample; returns the number of rows. */
static size_t expect_sample(bool holes)
{
    struct batch batch;
    size_t row = 0;
    for (size_t b = 0; b < arrow_batches(f); b++) {
        expect_ok(arrow_read(f, b, &batch, &err));
        cr_assert_leq(batch.n, ARROW_BATCH);
        for (size_t k = 0; k < batch.n; k++)
            expect_row(&batch, k, row++, holes);
        for (size_t j = 0; j < sample_schema.n; j++)
            cr_assert_eq(batch.column[j].validity != NULL, batch.column[j].missing > 0);
    }
    cr_assert_eq(row, arrow_rows(f));
    return row;
}

Test(arrow, six_types_with_and_without_missing_values_are_read_as_written)
{
    const size_t rows[] = {1, 8, 200, 63};
    for (int holes = 0; holes < 2; holes++) {
        const char *path = write_sample(rows, COUNT_OF(rows), holes);
        open_file(path);
        cr_assert_eq(arrow_batches(f), 4);
        cr_assert_eq(expect_sample(holes), 272);
        cr_assert_str_eq(arrow_path(f), path);
        const struct schema *s = arrow_schema(f);
        cr_assert_eq(s->n, sample_schema.n);
        for (size_t j = 0; j < s->n; j++) {
            cr_assert_str_eq(s->field[j].name, sample_fields[j].name);
            cr_assert_eq(s->field[j].type, sample_fields[j].type);
        }
        close_file();
    }
}

Test(arrow, metadata_from_the_beginning_and_from_the_end_is_read_in_order)
{
    const size_t rows[] = {3};
    open_file(write_sample(rows, 1, false));
    const struct schema *s = arrow_schema(f);
    const char *const expected[] = {"stage", "test", "empty", "", "rows", "many"};
    cr_assert_eq(s->n_meta, 3);
    for (size_t i = 0; i < 3; i++) {
        cr_assert_str_eq(s->meta[i].key, expected[2 * i]);
        cr_assert_str_eq(s->meta[i].value, expected[2 * i + 1]);
    }
}

Test(arrow, batches_of_more_rows_are_split_at_the_limit)
{
    const size_t rows[] = {2 * ARROW_BATCH + 5};
    open_file(write_sample(rows, 1, true));
    cr_assert_eq(arrow_batches(f), 3);
    cr_assert_eq(expect_sample(true), 2 * ARROW_BATCH + 5);
}

Test(arrow, columns_that_are_left_out_have_no_values)
{
    const size_t rows[] = {100};
    struct batch batch;
    open_file(write_sample(rows, 1, true));
    arrow_leave_out(f, 0, 5);
    expect_ok(arrow_read(f, 0, &batch, &err));
    for (size_t c = 0; c < sample_schema.n; c++)
        cr_assert_eq(batch.column[c].values != NULL, c == 5);
    cr_assert_eq(batch.n, 100);
}

Test(arrow, the_same_rows_give_the_same_bytes_however_they_lie_in_memory)
{
    const size_t whole[] = {2 * ARROW_BATCH + 5};
    const size_t parts[] = {ARROW_BATCH, 0, ARROW_BATCH, 5};
    size_t n, m;
    const char *a = help_read(write_sample(whole, 1, true), &n);
    const char *b = help_read(write_sample(parts, 4, true), &m);
    cr_assert_eq(n, m);
    cr_assert_eq(memcmp(a, b, n), 0);
}

/* Writes one column as the whole file. */
static const char *write_column(enum type type, const struct column *column, size_t n)
{
    const char *path = help_path(help_folder(), "column.arrow");
    struct arena own = {0};
    struct field field = {"x", type};
    struct schema schema = {1, &field, 0, NULL};
    struct batch batch = {n, (struct column *)(uintptr_t)column};
    begin_file(path, &schema, &own);
    expect_ok(arrow_write(writer, &batch, &err));
    end_file();
    arena_release(&own);
    return path;
}

static void expect_same_bytes(const char *a, const char *b)
{
    size_t n, m;
    const char *p = help_read(a, &n), *q = help_read(b, &m);
    cr_assert_eq(n, m);
    cr_assert_eq(memcmp(p, q, n), 0);
}

Test(arrow, bits_behind_the_last_row_are_written_as_zeros)
{
    const uint8_t clean[] = {0xff, 0x05}, dirty[] = {0xff, 0xfd};
    struct column a = {.values = clean, .validity = clean, .missing = 1};
    struct column b = {.values = dirty, .validity = dirty, .missing = 1};
    expect_same_bytes(write_column(TYPE_BOOL, &a, 11), write_column(TYPE_BOOL, &b, 11));
}

Test(arrow, text_that_begins_inside_its_bytes_is_written_from_zero)
{
    enum { N = 600 }; // more than one piece of the offsets
    static int32_t from_zero[N + 1], from_seven[N + 1];
    static char text[7 + 2 * N];
    memset(text, 'x', sizeof text);
    for (int32_t i = 0; i <= N; i++) {
        from_zero[i] = 2 * i - i % 2;
        from_seven[i] = 7 + from_zero[i];
    }
    struct column a = {.values = text, .offsets = from_zero};
    struct column b = {.values = text, .offsets = from_seven};
    expect_same_bytes(write_column(TYPE_TEXT, &a, N), write_column(TYPE_TEXT, &b, N));
}

Test(arrow, the_count_of_missing_values_comes_from_the_bits)
{
    const int32_t values[] = {1, 2, 3};
    const uint8_t full[] = {0x07}, hole[] = {0x05};
    struct column plain = {.values = values};
    struct column wrong = {.values = values, .validity = full, .missing = 2};
    expect_same_bytes(write_column(TYPE_INT32, &plain, 3),
                      write_column(TYPE_INT32, &wrong, 3));

    struct batch batch;
    struct column none = {.values = values, .validity = hole, .missing = 0};
    open_file(write_column(TYPE_INT32, &none, 3));
    expect_ok(arrow_read(f, 0, &batch, &err));
    cr_assert_eq(batch.column[0].missing, 1);
    cr_assert_not(column_present(&batch.column[0], 1));
}

Test(arrow, buffers_stand_at_multiples_of_64_bytes)
{
    struct mapping map;
    struct batch batch;
    const size_t rows[] = {1, 100, 64};
    const char *path = write_sample(rows, 3, true);
    expect_ok(file_map(path, &map, &err));
    expect_ok(arrow_open_bytes(map.p, map.n, path, &mem, &f, &err));
    for (size_t b = 0; b < arrow_batches(f); b++) {
        expect_ok(arrow_read(f, b, &batch, &err));
        for (size_t j = 0; j < sample_schema.n; j++) {
            const struct column *c = &batch.column[j];
            cr_assert_eq((uintptr_t)c->values % 64, 0);
            cr_assert_eq((uintptr_t)c->validity % 64, 0);
            cr_assert_eq((uintptr_t)c->offsets % 64, 0);
        }
    }
    close_file();
    file_unmap(&map);
}

Test(arrow, bytes_at_odd_addresses_are_read_all_the_same)
{
    const size_t rows[] = {50, 9};
    size_t n;
    const char *bytes = help_read(write_sample(rows, 2, true), &n);
    for (size_t shift = 0; shift < 9; shift++) {
        unsigned char *copy = arena_alloc(&mem, n + shift);
        memcpy(copy + shift, bytes, n);
        expect_ok(arrow_open_bytes(copy + shift, n, "copy", &mem, &f, &err));
        cr_assert_eq(expect_sample(true), 59);
        struct batch batch;
        expect_ok(arrow_read(f, 0, &batch, &err));
        cr_assert_eq((uintptr_t)batch.column[0].values % 8, 0);
        cr_assert_eq((uintptr_t)batch.column[4].offsets % 4, 0);
        close_file();
    }
}

Test(arrow, a_table_without_rows_keeps_its_columns)
{
    const size_t rows[] = {0};
    open_file(write_sample(rows, 1, true));
    cr_assert_eq(arrow_batches(f), 0);
    cr_assert_eq(arrow_rows(f), 0);
    cr_assert_eq(arrow_schema(f)->n, 6);
    double none = 7;
    expect_ok(arrow_reals(f, 0, &none, &err));
    cr_assert_eq(none, 7);
}

Test(arrow, a_column_comes_as_reals_over_all_batches)
{
    const size_t rows[] = {70, 30};
    double x[100];
    open_file(write_sample(rows, 2, true));
    expect_ok(arrow_reals(f, 2, x, &err));
    for (size_t i = 0; i < 100; i++) {
        if (is_there(i, 2))
            cr_assert_eq(x[i], (double)i - 35000);
        else
            cr_assert(isnan(x[i]));
    }
    cr_assert_eq(arrow_reals(f, 4, x, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "expected a column of numbers, found text");
    cr_assert_str_eq(err.loc.field, "name");
}

Test(arrow, forgotten_batches_can_be_read_again)
{
    const size_t rows[] = {3 * ARROW_BATCH, 10};
    open_file(write_sample(rows, 2, true));
    for (size_t b = 0; b < arrow_batches(f); b++)
        arrow_forget(f, b);
    cr_assert_eq(expect_sample(true), 3 * ARROW_BATCH + 10);
}

static void expect_refused(const struct schema *schema, const char *message)
{
    struct output *out;
    publish = (struct publish){0};
    expect_ok(
        publish_open(&publish, help_path(help_folder(), "refused.arrow"), &out, &err));
    cr_assert_eq(arrow_begin(out, schema, &mem, &writer, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, message);
    publish_release(&publish);
}

Test(arrow, schemas_that_no_reader_could_use_are_not_written)
{
    enum { MANY = 16385 };
    static struct field many[MANY];
    struct field twice[] = {{"b", TYPE_REAL}, {"a", TYPE_REAL}, {"b", TYPE_TEXT}};
    struct field broken[] = {{"caf\xe9", TYPE_REAL}};
    expect_refused(&(struct schema){0}, "a table without columns cannot be written");
    expect_refused(&(struct schema){.n = 3, .field = twice},
                   "two columns are called 'b'");
    expect_refused(&(struct schema){.n = 1, .field = broken},
                   "the column name 'caf\\xE9' is not UTF-8");
    for (size_t i = 0; i < MANY; i++)
        many[i].name = "x";
    expect_refused(&(struct schema){.n = MANY, .field = many},
                   "a table of 16385 columns cannot be written, at most 16384");
}

Test(arrow, as_many_columns_as_allowed_are_written_and_read)
{
    enum { MANY = 16384 };
    struct schema schema = {.n = MANY, .field = ARENA_ARRAY(&mem, struct field, MANY)};
    struct batch batch = {1, ARENA_ARRAY(&mem, struct column, MANY)};
    double *values = ARENA_ARRAY(&mem, double, MANY);
    for (size_t i = 0; i < MANY; i++) {
        schema.field[i].name = arena_format(&mem, "column %zu", i);
        values[i] = (double)i;
        batch.column[i].values = &values[i];
    }
    const char *path = help_path(help_folder(), "wide.arrow");
    begin_file(path, &schema, &mem);
    expect_ok(arrow_write(writer, &batch, &err));
    end_file();

    open_file(path);
    expect_ok(arrow_read(f, 0, &batch, &err));
    for (size_t i = 0; i < MANY; i++)
        cr_assert_eq(*(const double *)batch.column[i].values, (double)i);
    cr_assert_str_eq(arrow_schema(f)->field[MANY - 1].name, "column 16383");
}

Test(arrow, many_batches_and_metadata_pairs_are_kept)
{
    enum { MANY = 100 };
    const char *path = help_path(help_folder(), "many.arrow");
    begin_file(path, &sample_schema, &mem);
    for (size_t i = 0; i < MANY; i++) {
        struct batch batch = sample(&mem, 3 * i, 3, true);
        expect_ok(arrow_write(writer, &batch, &err));
        arrow_add_meta(writer, arena_format(&mem, "key %zu", i),
                       arena_format(&mem, "%zu", i));
    }
    end_file();

    open_file(path);
    cr_assert_eq(arrow_batches(f), MANY);
    cr_assert_eq(expect_sample(true), 3 * MANY);
    cr_assert_eq(arrow_schema(f)->n_meta, MANY + sample_schema.n_meta);
    cr_assert_str_eq(schema_meta(arrow_schema(f), "key 0"), "0");
    cr_assert_str_eq(schema_meta(arrow_schema(f), "key 99"), "99");
}
