#include <criterion/criterion.h>

#include <math.h>

#include "data/walk.h"
#include "help/help.h"
#include "help/tables.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(walk, .fini = release);

/* A table of n rows: a day and the row's number. */
static const char *numbered(size_t n)
{
    static const struct field fields[] = {{"day", TYPE_DATE}, {"x", TYPE_REAL}};
    struct text rows = {.mem = &mem};
    const char *path = help_path(help_folder(), "t.arrow");
    for (size_t i = 0; i < n; i++)
        text_addf(&rows, "%zu %zu\n", i + 100, i);
    tables_write(path, fields, 2, NULL, 0, rows.p);
    return path;
}

static struct walk begin(const char *path, size_t reach, size_t ahead)
{
    static const size_t column[] = {1};
    struct walk w = {.mem = &mem,
                     .column = column,
                     .p = 1,
                     .reach = reach,
                     .ahead = ahead,
                     .step = &timestep_all[TIMESTEP_DAY]};
    struct error err = {0};
    cr_assert_eq(arrow_open(path, &mem, &w.file, &err), STATUS_OK, "%s", err.message);
    walk_begin(&w);
    return w;
}

Test(walk, every_row_comes_once_with_its_past)
{
    size_t n = 2 * ARROW_BATCH + 77, next = 0, reach = 1500;
    struct walk w = begin(numbered(n), reach, 0);
    struct error err;
    for (;;) {
        cr_assert_eq(walk_next(&w, &err), STATUS_OK);
        if (w.fresh == 0)
            break;
        cr_assert(w.past >= (next < reach ? next : reach), "%zu rows before row %zu",
                  w.past, next);
        cr_assert(w.past < reach + 1024 + 1 || next <= ARROW_BATCH);
        cr_assert_eq(w.start % 1024, 0);
        for (size_t i = 0; i < w.past + w.fresh; i++)
            cr_assert(w.x[0][i] == (double)(w.start + i) &&
                      w.key[i] == (int32_t)(w.start + i + 100));
        next += w.fresh;
    }
    cr_assert_eq(next, n);
    arrow_close(w.file);
}

Test(walk, rows_beyond_the_end_have_keys_and_no_values)
{
    struct walk w = begin(numbered(5), 2, 3);
    struct error err;
    cr_assert_eq(walk_next(&w, &err), STATUS_OK);
    cr_assert(w.fresh == 5 && !w.beyond);
    cr_assert_eq(walk_next(&w, &err), STATUS_OK);
    cr_assert(w.fresh == 3 && w.beyond);
    for (size_t i = 0; i < 3; i++)
        cr_assert(w.key[w.past + i] == (int32_t)(105 + i) && isnan(w.x[0][w.past + i]));
    cr_assert_eq(walk_next(&w, &err), STATUS_OK);
    cr_assert_eq(w.fresh, 0);
    arrow_close(w.file);
}

/* The days of a table as text, '-' behind those without a row, and the numbers of all
 * steps. */
static const char *walked(const char *rows, struct walk *w)
{
    static const struct field fields[] = {{"day", TYPE_DATE}, {"x", TYPE_REAL}};
    const char *path = help_path(help_folder(), "g.arrow");
    struct text out = {.mem = &mem};
    struct error err = {0};
    tables_write(path, fields, 2, NULL, 0, rows);
    *w = begin(path, w->reach, w->ahead);
    for (;;) {
        cr_assert_eq(walk_next(w, &err), STATUS_OK, "%s", err.message);
        if (w->fresh == 0)
            break;
        for (size_t i = w->past; i < w->past + w->fresh; i++) {
            bool row = w->row[i] != WALK_NO_ROW;
            cr_assert(row ? w->x[0][i] == (double)w->row[i] : isnan(w->x[0][i]));
            text_addf(&out, "%d%s ", w->key[i], row ? "" : "-");
        }
    }
    arrow_close(w->file);
    return out.p;
}

Test(walk, a_step_without_a_row_is_a_step_of_missing_values)
{
    struct walk w = {.ahead = 2};
    cr_assert_str_eq(walked("3 0\n4 1\n7 2\n9 3\n", &w), "3 4 5- 6- 7 8- 9 10- 11- ");
}

Test(walk, a_gap_may_be_longer_than_a_batch)
{
    size_t gap = 2 * ARROW_BATCH + 5, steps = 0, rows = 0;
    static const struct field fields[] = {{"day", TYPE_DATE}, {"x", TYPE_REAL}};
    struct text text = {.mem = &mem};
    struct error err = {0};
    const char *path = help_path(help_folder(), "l.arrow");
    text_addf(&text, "0 0\n1 1\n%zu 2\n%zu 3\n", gap + 1, gap + 3);
    tables_write(path, fields, 2, NULL, 0, text.p);
    struct walk w = begin(path, 100, 0);
    do {
        cr_assert_eq(walk_next(&w, &err), STATUS_OK);
        cr_assert(w.fresh <= ARROW_BATCH && w.past < 100 + 1024 + 1);
        for (size_t i = w.past; i < w.past + w.fresh; i++) {
            cr_assert_eq(w.key[i], (int32_t)(w.start + i));
            rows += w.row[i] != WALK_NO_ROW;
        }
        steps += w.fresh;
    } while (w.fresh > 0);
    cr_assert(steps == gap + 4 && rows == 4);
    arrow_close(w.file);
}

Test(walk, keys_out_of_order_are_refused)
{
    static const char *const bad[] = {"1 1\n3 2\n2 3\n", "1 1\n1 2\n"};
    static const struct field fields[] = {{"day", TYPE_DATE}, {"x", TYPE_REAL}};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const char *path = help_path(help_folder(), "o.arrow");
        struct error err = {0};
        tables_write(path, fields, 2, NULL, 0, bad[i]);
        struct walk w = begin(path, 0, 0);
        cr_assert_eq(walk_next(&w, &err), STATUS_INPUT);
        arrow_close(w.file);
    }
}

Test(walk, rows_later_than_asked_do_not_exist)
{
    struct walk w = begin(numbered(ARROW_BATCH + 9), 0, 0);
    struct error err;
    size_t rows = 0;
    w.has_as_of = true;
    w.as_of = 119;
    do {
        cr_assert_eq(walk_next(&w, &err), STATUS_OK);
        rows += w.fresh;
    } while (w.fresh > 0);
    cr_assert_eq(rows, 20);
    arrow_close(w.file);
}

Test(walk, the_calendar_ends_where_dates_do)
{
    const char *path = help_path(help_folder(), "w.arrow");
    static const struct field fields[] = {{"day", TYPE_DATE}, {"x", TYPE_REAL}};
    struct error err = {0};
    tables_write(path, fields, 2, NULL, 0, "2932894 1\n2932895 2\n");
    struct walk w = begin(path, 5, 100);
    cr_assert_eq(walk_next(&w, &err), STATUS_OK);
    cr_assert_eq(walk_next(&w, &err), STATUS_OK);
    cr_assert(w.beyond && w.fresh == 1 && w.key[w.past] == 2932896);
    arrow_close(w.file);
}

Test(walk, a_table_without_its_keys_is_refused)
{
    const char *path = help_path(help_folder(), "w.arrow");
    static const struct field fields[] = {{"day", TYPE_DATE}, {"x", TYPE_REAL}};
    struct error err = {0};
    tables_write(path, fields, 2, NULL, 0, "1 1\n- 2\n");
    struct walk w = begin(path, 5, 1);
    cr_assert_eq(walk_next(&w, &err), STATUS_INPUT);
    arrow_close(w.file);
}
