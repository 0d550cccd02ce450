#include <criterion/criterion.h>

#include <math.h>

#include "arrow/cursor.h"
#include "help/help.h"
#include "help/tables.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(cursor, .fini = release);

/* A table whose row i holds i, and a text; two batches and a bit. */
static struct arrow_file *numbered(size_t n)
{
    static const struct field fields[] = {{"n", TYPE_INT64}, {"t", TYPE_TEXT}};
    const char *path = help_path(help_folder(), "n.arrow");
    struct text rows = {.mem = &mem};
    struct arrow_file *file;
    struct error err = {0};
    for (size_t i = 0; i < n; i++)
        text_addf(&rows, i % 7 ? "%zu t\n" : "- t\n", i);
    tables_write(path, fields, 2, NULL, 0, rows.p);
    cr_assert_eq(arrow_open(path, &mem, &file, &err), STATUS_OK, "%s", err.message);
    return file;
}

Test(cursor, rows_are_found_forwards_and_backwards)
{
    size_t n = 2 * ARROW_BATCH + 5, i = 0;
    const size_t visit[] = {ARROW_BATCH + 2, 3, n - 1, ARROW_BATCH - 1, ARROW_BATCH, 1};
    struct arrow_file *file = numbered(n);
    struct cursor c;
    struct error err = {0};
    cursor_init(&c, file, &mem);
    for (size_t v = 0; v < COUNT_OF(visit); v++) {
        cr_assert_eq(cursor_seek(&c, visit[v], &i, &err), STATUS_OK);
        cr_assert_eq(cursor_start(&c) + i, visit[v]);
        double x = cursor_value(&c, 0, i);
        cr_assert(visit[v] % 7 ? x == (double)visit[v] : isnan(x), "row %zu", visit[v]);
    }
    cr_assert_eq(c.seen, 3);
    arrow_close(file);
}

Test(cursor, after_a_survey_every_batch_is_known)
{
    struct arrow_file *file = numbered(ARROW_BATCH + 1);
    struct cursor c;
    struct error err = {0};
    cursor_init(&c, file, &mem);
    cr_assert_eq(cursor_survey(&c, &err), STATUS_OK);
    cr_assert_eq(cursor_batch(&c, 0), 0);
    cr_assert_eq(cursor_batch(&c, ARROW_BATCH - 1), 0);
    cr_assert_eq(cursor_batch(&c, ARROW_BATCH), 1);
    arrow_close(file);
}
