#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "arrow/arrow.h"
#include "data/long_table.h"
#include "help/help.h"
#include "help/tables.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(long_table, .fini = release);

static const struct pipeline monthly = {.time = {.column = "month",
                                                 .step = TIMESTEP_MONTH}},
                             timeless;
static const char *const words[] = {"train", "holdout"};
static const struct long_column columns[] = {
    {.name = "key", .kind = LONG_KEY},
    {.name = "x", .kind = LONG_REAL},
    {.name = "part", .kind = LONG_WORD, .words = words, .n_words = 2},
    {.name = "naive", .kind = LONG_REAL, .absent = true},
};

/* Writes the rows in batches; returns the folder of long.csv and long.arrow. */
static const char *write_table(const struct pipeline *p, const int32_t *key,
                               const double *x, const uint8_t *part, size_t n)
{
    const char *folder = help_folder();
    struct publish publish = {0};
    struct long_files files;
    struct long_table *t;
    cr_assert_eq(publish_open(&publish, help_path(folder, "long.csv"), &files.csv, &err),
                 STATUS_OK);
    cr_assert_eq(
        publish_open(&publish, help_path(folder, "long.arrow"), &files.arrow, &err),
        STATUS_OK);
    cr_assert_eq(long_table_begin(&files, columns, 4, p, n, &mem, &t, &err), STATUS_OK);
    for (size_t from = 0, m; from < n; from += m) {
        m = n - from < LONG_TABLE_BATCH ? n - from : LONG_TABLE_BATCH;
        const void *values[] = {key ? key + from : NULL, x + from, part + from, NULL};
        cr_assert_eq(long_table_write(t, values, m, &err), STATUS_OK);
    }
    cr_assert_eq(long_table_end(t, &err), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    return folder;
}

static struct arrow_file *open_arrow(const char *folder)
{
    struct arrow_file *f;
    cr_assert_eq(arrow_open(help_path(folder, "long.arrow"), &mem, &f, &err), STATUS_OK,
                 "%s", err.message);
    return f;
}

Test(long_table, a_few_rows_are_csv_and_the_other_file_has_the_columns)
{
    const int32_t key[] = {0, 31};
    const double x[] = {0.5, NAN};
    const uint8_t part[] = {1, 0};
    const char *folder = write_table(&monthly, key, x, part, 2);
    cr_assert_str_eq(help_read(help_path(folder, "long.csv"), NULL),
                     "key,x,part,naive\n1970-01,0.5,holdout,\n1970-02,,train,\n");
    struct arrow_file *f = open_arrow(folder);
    const struct schema *s = arrow_schema(f);
    cr_assert(arrow_rows(f) == 0 && s->n == 3);
    cr_assert(s->field[0].type == TYPE_DATE && s->field[2].type == TYPE_TEXT);
    arrow_close(f);
}

Test(long_table, rows_without_a_time_are_numbered)
{
    const double x[] = {1, 2};
    const uint8_t part[] = {0, 0};
    cr_assert_str_eq(
        help_read(help_path(write_table(&timeless, NULL, x, part, 2), "long.csv"), NULL),
        "key,x,part,naive\n0,1,train,\n1,2,train,\n");
}

Test(long_table, many_rows_are_arrow_and_the_other_file_has_the_columns)
{
    enum { N = LONG_TABLE_ROWS + 1 };
    double *x = ARENA_ARRAY(&mem, double, N), sum = 0;
    uint8_t *part = ARENA_ARRAY(&mem, uint8_t, N);
    for (size_t i = 0; i < N; i++) {
        x[i] = i % 70000 == 1 ? NAN : (double)i;
        part[i] = i % 3 == 0;
    }
    const char *folder = write_table(&timeless, NULL, x, part, N);
    cr_assert_str_eq(help_read(help_path(folder, "long.csv"), NULL),
                     "key,x,part,naive\n");
    struct arrow_file *f = open_arrow(folder);
    struct batch b;
    size_t row = 0;
    cr_assert_eq(arrow_rows(f), N);
    for (size_t k = 0; k < arrow_batches(f); k++) {
        cr_assert_eq(arrow_read(f, k, &b, &err), STATUS_OK, "%s", err.message);
        for (size_t i = 0; i < b.n; i++, row++) {
            const char *text = b.column[2].values;
            const int32_t *at = b.column[2].offsets + i;
            const char *word = words[row % 3 == 0];
            cr_assert_eq(((const int64_t *)b.column[0].values)[i], (int64_t)row);
            cr_assert_eq(column_present(&b.column[1], i), row % 70000 != 1);
            cr_assert(at[1] - at[0] == (int)strlen(word) &&
                      memcmp(text + at[0], word, strlen(word)) == 0);
            sum += column_present(&b.column[1], i)
                       ? ((const double *)b.column[1].values)[i] - (double)row
                       : 0;
        }
    }
    cr_assert_eq(sum, 0);
    arrow_close(f);
}

/* The ids come from another table, row for row, whatever its batches. */
Test(long_table, ids_are_those_of_the_same_rows_in_both_files)
{
    static const struct field fields[] = {{"id", TYPE_TEXT}};
    const struct pipeline named = {.id = "id"};
    struct ids ids;
    const char *folder = help_folder(), *path = help_path(folder, "features.arrow");
    const struct long_column column[] = {{.name = "row", .kind = LONG_KEY},
                                         {.name = "id", .kind = LONG_ID, .ids = &ids}};
    const void *values[] = {NULL, NULL};
    tables_write_batches(path, fields, 1, 2, "a\n-\n\"q\n");
    cr_assert_eq(ids_open(&ids, path, &named, &mem, &err), STATUS_OK);
    for (size_t rows = 3; rows <= LONG_TABLE_ROWS + 3; rows += LONG_TABLE_ROWS) {
        struct publish publish = {0};
        struct long_files files;
        struct long_table *t;
        struct batch batch;
        cr_assert_eq(
            publish_open(&publish, help_path(folder, "long.csv"), &files.csv, &err),
            STATUS_OK);
        cr_assert_eq(
            publish_open(&publish, help_path(folder, "long.arrow"), &files.arrow, &err),
            STATUS_OK);
        cr_assert_eq(long_table_begin(&files, column, 2, &named, rows, &mem, &t, &err),
                     STATUS_OK);
        cr_assert_eq(long_table_write(t, values, 2, &err), STATUS_OK);
        cr_assert_eq(long_table_write(t, values, 1, &err), STATUS_OK);
        cr_assert_eq(long_table_end(t, &err), STATUS_OK);
        cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
        publish_release(&publish);
        if (rows == 3) {
            cr_assert_str_eq(help_read(help_path(folder, "long.csv"), NULL),
                             "row,id\n0,a\n1,\n2,\"\"\"q\"\n");
            continue;
        }
        struct arrow_file *f = open_arrow(folder);
        cr_assert_eq(arrow_read(f, 0, &batch, &err), STATUS_OK);
        cr_assert(view_is(row_id_of(TYPE_TEXT, &batch.column[1], 0).text, "a"));
        cr_assert(!column_present(&batch.column[1], 1));
        cr_assert_eq(arrow_read(f, 1, &batch, &err), STATUS_OK);
        cr_assert(view_is(row_id_of(TYPE_TEXT, &batch.column[1], 0).text, "\"q"));
        arrow_close(f);
    }
    ids_close(&ids);
}

/* Of hours keys are minutes, and the table's are seconds; groups stand with their names. */
Test(long_table, times_of_day_and_groups_are_what_they_are_in_both_files)
{
    static const struct pipeline hourly = {.time = {"hour", TIMESTEP_HOUR, 0},
                                           .group = "item"};
    struct groups groups = {.mem = &mem};
    groups_code(&groups, (struct group_name){.text = VIEW("a,b")});
    const struct long_column grouped[] = {
        {.name = "hour", .kind = LONG_KEY},
        {.name = "item", .kind = LONG_GROUP, .groups = &groups}};
    for (size_t rows = 1; rows <= LONG_TABLE_ROWS + 1; rows += LONG_TABLE_ROWS) {
        const char *folder = help_folder();
        struct publish publish = {0};
        struct long_files files;
        struct long_table *t;
        struct batch batch;
        const int32_t key = 61 * 60;
        const uint32_t code = 0;
        const void *values[] = {&key, &code};
        cr_assert_eq(
            publish_open(&publish, help_path(folder, "long.csv"), &files.csv, &err),
            STATUS_OK);
        cr_assert_eq(
            publish_open(&publish, help_path(folder, "long.arrow"), &files.arrow, &err),
            STATUS_OK);
        cr_assert_eq(long_table_begin(&files, grouped, 2, &hourly, rows, &mem, &t, &err),
                     STATUS_OK);
        cr_assert_eq(long_table_write(t, values, 1, &err), STATUS_OK);
        cr_assert_eq(long_table_end(t, &err), STATUS_OK);
        cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
        publish_release(&publish);
        struct arrow_file *f = open_arrow(folder);
        cr_assert_eq(arrow_schema(f)->field[0].type, TYPE_TIME);
        if (rows == 1) {
            size_t n;
            const char *text = help_read(help_path(folder, "long.csv"), &n);
            cr_assert(
                view_is((struct view){text, n}, "hour,item\n1970-01-03 13:00,\"a,b\"\n"));
        } else {
            cr_assert_eq(arrow_read(f, 0, &batch, &err), STATUS_OK);
            cr_assert_eq(*(const int64_t *)batch.column[0].values, 61 * 3600);
            cr_assert(view_is(group_at(TYPE_TEXT, &batch.column[1], 0).text, "a,b"));
        }
        arrow_close(f);
    }
}
