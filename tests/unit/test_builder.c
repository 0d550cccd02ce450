#include <criterion/criterion.h>

#include "arrow/builder.h"
#include "help/help.h"
#include "help/tables.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(builder, .fini = release);

static const struct field fields[] = {
    {"day", TYPE_DATE}, {"x", TYPE_REAL}, {"n", TYPE_INT64}, {"t", TYPE_TEXT}};

Test(builder, rows_come_back_with_what_they_lack)
{
    const char *rows = "1 2.5 7 a\n2 - 8 -\n3 4 - bcd\n",
               *path = help_path(help_folder(), "t.arrow");
    tables_write(path, fields, COUNT_OF(fields), NULL, 0, rows);
    cr_assert_str_eq(tables_read(path, &mem), rows);
}

Test(builder, a_row_that_was_not_committed_leaves_nothing)
{
    const char *path = help_path(help_folder(), "t.arrow");
    struct field one[] = {{"x", TYPE_REAL}, {"t", TYPE_TEXT}};
    struct schema schema = {.n = 2, .field = one};
    struct publish publish = {0};
    struct output *out;
    struct arrow_writer *w;
    struct builder b;
    struct error err;
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
    cr_assert_eq(arrow_begin(out, &schema, &mem, &w, &err), STATUS_OK);
    builder_init(&b, &schema, &mem);
    builder_real(&b, 0, 1);
    builder_text(&b, 1, VIEW("refused"));
    builder_missing(&b, 0);
    builder_text(&b, 1, VIEW("kept"));
    builder_commit(&b);
    cr_assert_eq(builder_write(&b, w, &err), STATUS_OK);
    cr_assert_eq(arrow_finish(w, &err), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    cr_assert_str_eq(tables_read(path, &mem), "- kept\n");
}

Test(builder, more_rows_than_a_batch_keep_their_order)
{
    struct text rows = {.mem = &mem};
    const char *path = help_path(help_folder(), "t.arrow");
    for (size_t i = 0; i < ARROW_BATCH + 300; i++)
        text_addf(&rows, i % 5 ? "%zu %zu\n" : "%zu -\n", i, i);
    struct field two[] = {{"n", TYPE_INT64}, {"t", TYPE_TEXT}};
    tables_write(path, two, 2, NULL, 0, rows.p);
    struct arrow_file *file;
    struct error err = {0};
    cr_assert_eq(arrow_open(path, &mem, &file, &err), STATUS_OK);
    cr_assert_eq(arrow_batches(file), 2);
    cr_assert_eq(arrow_rows(file), ARROW_BATCH + 300);
    double *x = ARENA_ARRAY(&mem, double, arrow_rows(file));
    cr_assert_eq(arrow_reals(file, 0, x, &err), STATUS_OK);
    for (size_t i = 0; i < ARROW_BATCH + 300; i++)
        cr_assert_eq(x[i], (double)i);
    arrow_close(file);
}
