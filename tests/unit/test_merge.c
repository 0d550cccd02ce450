#include <criterion/criterion.h>

#include "clean/merge.h"
#include "help/help.h"
#include "help/tables.h"

static struct arena mem;
static struct publish scratch;

static void release(void)
{
    publish_release(&scratch);
    arena_release(&mem);
}

TestSuite(merge, .fini = release);

static const struct field left_fields[] = {{"day", TYPE_DATE},
                                           {"x", TYPE_INT64},
                                           {"source_file", TYPE_INT32},
                                           {"source_line", TYPE_INT64}};
static const struct field right_fields[] = {{"day", TYPE_DATE},
                                            {"y", TYPE_REAL},
                                            {"t", TYPE_TEXT},
                                            {"source_file", TYPE_INT32},
                                            {"source_line", TYPE_INT64}};

static enum status note(void *context, const struct error *fault, bool fatal)
{
    (void)context, (void)fault, (void)fatal;
    return STATUS_OK;
}

static void open_screen(struct screen *s, const char *name, const struct field *fields,
                        size_t n, const char *rows)
{
    static const struct meta files[] = {{"files", "base.csv/new.csv"}};
    const char *path = help_path(help_folder(), name);
    const struct screen_keys keys = {.step = &timestep_all[TIMESTEP_DAY]};
    struct screen_rules rules = {.drop_missing = true, .plausible = 1e6};
    struct error err = {0};
    tables_write(path, fields, n, files, 1, rows);
    cr_assert_eq(screen_open(s, name, path, &keys, &mem, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_eq(screen_rows(s, &rules, &scratch, path, note, NULL, &err), STATUS_OK,
                 "%s", err.message);
}

static const char *merged(struct merge *m, struct screen *tables)
{
    const char *path = help_path(help_folder(), "clean.arrow");
    struct publish publish = {0};
    struct output *out;
    struct error err = {0};
    m->n_tables = 2;
    m->table = tables;
    m->step = &timestep_all[TIMESTEP_DAY];
    cr_assert_eq(merge_join(m, &mem, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
    cr_assert_eq(merge_write(m, out, NULL, 0, &mem, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    return tables_read(path, &mem);
}

static void open_both(struct screen *s)
{
    open_screen(&s[0], "left", left_fields, 4,
                "3 30 0 2\n1 12345678 0 3\n2 20 0 4\n5 50 1 2\n");
    open_screen(&s[1], "right", right_fields, 5,
                "1 1.5 a 0 2\n3 3.5 c 0 3\n4 4.5 d 0 4\n5 5.5 e 0 5\n");
}

Test(merge, inner_joins_in_the_order_of_keys)
{
    struct screen s[2];
    struct merge m = {.how = JOIN_INNER};
    open_both(s);
    cr_assert_str_eq(merged(&m, s), "1 1.23457e+07 1.5 a\n3 30 3.5 c\n5 50 5.5 e\n");
    cr_assert_eq(s[0].count[REASON_UNMATCHED], 1);
    cr_assert_eq(s[1].count[REASON_UNMATCHED], 1);
    cr_assert_str_eq(runs_text(&m.arrived), "2-2");
    screen_close(&s[0]);
    screen_close(&s[1]);
}

Test(merge, outer_keeps_all_keys)
{
    struct screen s[2];
    struct merge m = {.how = JOIN_OUTER};
    open_both(s);
    cr_assert_str_eq(
        merged(&m, s),
        "1 1.23457e+07 1.5 a\n2 20 - -\n3 30 3.5 c\n4 - 4.5 d\n5 50 5.5 e\n");
    screen_close(&s[0]);
    screen_close(&s[1]);
}

Test(merge, lost_zeros_come_back_and_are_listed)
{
    struct repair_rule rule[] = {{"x", 9, REPAIR_POINT_KEEP}};
    struct screen s[2];
    struct merge m = {.how = JOIN_INNER, .n_rules = 1, .rule = rule};
    open_both(s);
    cr_assert_str_eq(merged(&m, s),
                     "1 1.23457e+08 1.5 a\n3 3e+08 3.5 c\n5 5e+08 5.5 e\n");
    cr_assert_eq(m.n_repaired, 3);
    cr_assert(m.repair[0].key == 1 && m.repair[0].found == 12345678 &&
              m.repair[0].repaired == 123456780);
    screen_close(&s[0]);
    screen_close(&s[1]);
}

Test(merge, two_columns_of_one_name_are_refused)
{
    struct screen s[2];
    struct merge m = {.how = JOIN_INNER,
                      .n_tables = 2,
                      .table = s,
                      .step = &timestep_all[TIMESTEP_DAY]};
    struct publish publish = {0};
    struct output *out;
    struct error err = {0};
    open_screen(&s[0], "left", left_fields, 4, "1 1 0 2\n");
    open_screen(&s[1], "right", left_fields, 4, "1 1 0 2\n");
    cr_assert_eq(merge_join(&m, &mem, &err), STATUS_OK);
    cr_assert_eq(publish_open(&publish, help_path(help_folder(), "x.arrow"), &out, &err),
                 STATUS_OK);
    cr_assert_eq(merge_write(&m, out, NULL, 0, &mem, &err), STATUS_INPUT);
    publish_release(&publish);
    screen_close(&s[0]);
    screen_close(&s[1]);
}
