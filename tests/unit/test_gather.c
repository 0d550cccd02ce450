#include <criterion/criterion.h>

#include <math.h>

#include "base/rng.h"
#include "clean/gather.h"
#include "help/help.h"
#include "help/tables.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(gather, .fini = release);

static const struct field fields[] = {{"day", TYPE_DATE},
                                      {"x", TYPE_REAL},
                                      {"t", TYPE_TEXT},
                                      {"b", TYPE_BOOL},
                                      {"source_file", TYPE_INT32},
                                      {"source_line", TYPE_INT64}};

static void open_table(struct screen *s, const char *rows)
{
    static const struct meta files[] = {{"files", "base.csv/new.csv"}};
    const char *path = help_path(help_folder(), "raw.arrow");
    const struct screen_keys keys = {.step = &timestep_all[TIMESTEP_DAY]};
    struct error err = {0};
    tables_write(path, fields, COUNT_OF(fields), files, 1, rows);
    cr_assert_eq(screen_open(s, "raw", path, &keys, &mem, &err), STATUS_OK, "%s",
                 err.message);
}

Test(gather, rows_stand_where_they_were_asked_for)
{
    static const size_t wanted[] = {2, SIZE_MAX, 0, 1, 2};
    struct screen s;
    struct gather g;
    struct error err = {0};
    bool fits = false;
    open_table(&s, "1 1.5 a 1 0 2\n2 - bcd 0 0 3\n3 3.5 - - 1 2\n");
    cr_assert_eq(gather_init(&g, &s, 5, &mem, &err), STATUS_OK);
    cr_assert_eq(gather_rows(&g, wanted, 5, &fits, &err), STATUS_OK);
    cr_assert(fits);
    cr_assert(g.x[0][0] == 3.5 && isnan(g.x[0][1]) && g.x[0][2] == 1.5 &&
              isnan(g.x[0][3]) && g.x[0][4] == 3.5);
    cr_assert(isnan(g.x[2][0]) && g.x[2][2] == 1 && g.x[2][3] == 0);
    cr_assert(view_is(gather_text(&g, 1, 3), "bcd"));
    cr_assert(view_is(gather_text(&g, 1, 2), "a"));
    cr_assert_eq(gather_text(&g, 1, 0).n, 0);
    cr_assert(g.file[0] == 1 && g.line[0] == 2 && g.file[3] == 0 && g.line[3] == 3);
    screen_close(&s);
}

Test(gather, columns_are_what_arrow_wants)
{
    static const size_t wanted[] = {1, 0};
    struct column column[3];
    struct screen s;
    struct gather g;
    struct error err = {0};
    bool fits = false;
    open_table(&s, "1 1.5 a 1 0 2\n2 - bcd 0 0 3\n");
    cr_assert_eq(gather_init(&g, &s, 2, &mem, &err), STATUS_OK);
    cr_assert_eq(gather_rows(&g, wanted, 2, &fits, &err), STATUS_OK);
    gather_columns(&g, fields + 1, 2, column);
    cr_assert_eq(*(const uint8_t *)column[2].values & 3, 2); // the second row is true
    cr_assert(column[0].missing == 1 && !column_present(&column[0], 0) &&
              column_present(&column[0], 1));
    cr_assert_eq(((const double *)column[0].values)[0], 0);
    cr_assert_eq(column[1].missing, 0);
    cr_assert_eq(memcmp(column[1].values, "bcda", 4), 0);
    cr_assert(column[1].offsets[1] == 3 && column[1].offsets[2] == 4);
    screen_close(&s);
}

Test(gather, rows_of_many_batches_in_random_order)
{
    enum { ROWS = 2 * 65536 + 77, ASKED = 3000 };
    struct text rows = {.mem = &mem};
    size_t wanted[ASKED];
    struct screen s;
    struct gather g;
    struct error err = {0};
    struct rng rng;
    bool fits = false;
    char text[24];
    rng_seed(&rng, 42, "gather");
    for (size_t i = 0; i < ROWS; i++)
        text_addf(&rows, "%zu %zu t%zu 1 0 %zu\n", i, 2 * i, i, i + 2);
    open_table(&s, rows.p);
    for (size_t k = 0; k < ASKED; k++)
        wanted[k] = (size_t)rng_below(&rng, ROWS);
    cr_assert_eq(gather_init(&g, &s, ASKED, &mem, &err), STATUS_OK);
    cr_assert_eq(gather_rows(&g, wanted, ASKED, &fits, &err), STATUS_OK);
    for (size_t k = 0; k < ASKED; k++) {
        snprintf(text, sizeof text, "t%zu", wanted[k]);
        cr_assert_eq(g.x[0][k], 2 * (double)wanted[k]);
        cr_assert_eq(g.line[k], wanted[k] + 2);
        cr_assert(view_is(gather_text(&g, 1, k), text));
    }
    screen_close(&s);
}
