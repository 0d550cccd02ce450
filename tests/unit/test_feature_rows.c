#include <criterion/criterion.h>

#include "features/feature_rows.h"
#include "help/help.h"
#include "help/tables.h"

static struct arena mem;
static struct error err;
static const char *said; // the last warning

static struct arrow_file *file;

static void release(void)
{
    arrow_close(file);
    arena_release(&mem);
}

TestSuite(feature_rows, .fini = release);

static const char *const y[] = {"y"}, *const x[] = {"x"};
static const double one[] = {1};
static struct feature_rule lag = {.lag = {1, one}, .of = {1, x}, .shift = FEATURE_UNSET};
static const struct items rules = {1, &lag};
static struct pipeline pipeline = {.name = "p",
                                   .path = "p.yaml",
                                   .task = TASK_REGRESSION,
                                   .target = "y",
                                   .targets = {1, y},
                                   .time = {.column = "day", .step = TIMESTEP_DAY}};

/* The two tables that were made. */
struct made {
    const char *complete, *upcoming;
    struct feature_columns columns;
    struct feature_rows rows;
};

static void walk_all(struct feature_rows *rows, const struct feature_columns *columns)
{
    struct feature_steps s;
    cr_assert_eq(feature_steps_open(&s, file, columns, &mem, &err), STATUS_OK);
    do {
        cr_assert_eq(feature_steps_next(&s, &err), STATUS_OK, "%s", err.message);
        if (s.walk.fresh > 0)
            cr_assert_eq(feature_rows_add(rows, &s, &err), STATUS_OK, "%s", err.message);
    } while (s.walk.fresh > 0);
    feature_losses_end(&rows->losses);
    feature_steps_close(&s);
}

static void make(const struct field *fields, size_t n, const char *table,
                 struct made *ret)
{
    const char *folder = help_folder(), *path = help_path(folder, "clean.arrow");
    const char *complete = help_path(folder, "f.arrow"),
               *upcoming = help_path(folder, "u.arrow");
    struct publish publish = {0};
    struct output *u, *f;
    struct feature_columns *c = &ret->columns;
    struct feature_rows *rows = &ret->rows;
    *rows = (struct feature_rows){0};
    tables_write(path, fields, n, NULL, 0, table);
    cr_assert_eq(arrow_open(path, &mem, &file, &err), STATUS_OK);
    cr_assert_eq(feature_columns_find(&pipeline, &rules, file, &mem, c, &err), STATUS_OK,
                 "%s", err.message);
    cr_assert_eq(publish_open(&publish, upcoming, &u, &err), STATUS_OK);
    cr_assert_eq(publish_open(&publish, complete, &f, &err), STATUS_OK);
    cr_assert_eq(feature_sink_begin(&rows->upcoming, c, u, &mem, &err), STATUS_OK);
    cr_assert_eq(feature_sink_begin(&rows->complete, c, f, &mem, &err), STATUS_OK);
    feature_losses_begin(&rows->losses, c, &mem);
    walk_all(rows, c);
    cr_assert_eq(feature_sink_finish(&rows->upcoming, &err), STATUS_OK);
    cr_assert_eq(feature_sink_finish(&rows->complete, &err), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    ret->complete = tables_read(complete, &mem);
    ret->upcoming = tables_read(upcoming, &mem);
}

static void listen(void *context, const struct error *warning)
{
    struct text text = {.mem = &mem};
    (void)context;
    text_puts(&text, warning->message);
    said = text.p;
}

static const struct watch watch = {.warn = listen};

static const struct field plain[] = {
    {"day", TYPE_DATE}, {"x", TYPE_REAL}, {"y", TYPE_REAL}};
static const struct field grouped[] = {
    {"day", TYPE_DATE}, {"g", TYPE_TEXT}, {"x", TYPE_REAL}, {"y", TYPE_REAL}};

/* Day 1 has no day before it, day 4 none with an x, day 5 no y; day 6 is in no table. */
Test(feature_rows, each_step_goes_to_the_table_that_it_belongs_to)
{
    struct made m;
    make(plain, 3, "1 10 1\n2 11 2\n3 - 3\n4 13 4\n5 14 -\n", &m);
    cr_assert_str_eq(m.complete, "2 10 2\n3 11 3\n");
    cr_assert_str_eq(m.upcoming, "5 13 -\n6 14 -\n");
    cr_assert(m.rows.complete.first == 2 && m.rows.complete.last == 3);
    struct texts to_come = feature_rows_upcoming(&m.rows, &mem);
    cr_assert_eq(to_come.n, 2);
    cr_assert_str_eq(to_come.v[0], "1970-01-06");
}

Test(feature_rows, what_is_lost_is_told_by_its_column)
{
    struct made m;
    make(plain, 3, "1 10 1\n2 11 2\n3 - 3\n4 13 4\n5 14 -\n", &m);
    cr_assert(m.rows.losses.rows == 5 && m.rows.losses.dropped == 2 &&
              m.rows.losses.late == 1);
    feature_losses_warn(&m.rows.losses, &watch);
    cr_assert_str_eq(said, "1 of 5 rows are left out for a missing feature: column 'x' "
                           "leaves out 1");
}

Test(feature_rows, a_column_without_a_value_is_why_there_is_no_row)
{
    struct made m;
    make(plain, 3, "1 - 1\n2 - 2\n3 - 3\n", &m);
    cr_assert_eq(m.rows.complete.rows, 0);
    cr_assert_eq(feature_losses_all(&m.rows.losses, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "no row has all 1 features: column 'x' is empty");
}

/* The key of a row to come counts once, whatever number of series it is of. */
Test(feature_rows, each_group_begins_afresh)
{
    struct made m;
    pipeline.group = "g";
    make(grouped, 4, "1 a 1 1\n2 a 2 2\n2 b 5 5\n1 c 7 7\n2 c 8 8\n", &m);
    cr_assert_str_eq(m.complete, "2 a 1 2\n2 c 7 8\n");
    cr_assert_str_eq(m.upcoming, "3 a 2 -\n3 b 5 -\n3 c 8 -\n");
    cr_assert_eq(feature_rows_upcoming(&m.rows, &mem).n, 1);
    cr_assert(m.rows.losses.groups == 3 && m.rows.losses.poor == 1);
    feature_losses_warn(&m.rows.losses, &watch);
    cr_assert_str_eq(said,
                     "1 of 3 groups have no row with all features and a target: 'b'");
}

/* A step behind the table is in no row that could have a name. */
Test(feature_rows, ids_stand_behind_the_key_and_are_no_feature)
{
    static const struct field named[] = {
        {"day", TYPE_DATE}, {"id", TYPE_INT64}, {"x", TYPE_REAL}, {"y", TYPE_REAL}};
    static const struct field texts[] = {{"day", TYPE_DATE},
                                         {"g", TYPE_TEXT},
                                         {"id", TYPE_TEXT},
                                         {"x", TYPE_REAL},
                                         {"y", TYPE_REAL}};
    struct made m;
    pipeline.id = "id";
    make(named, 4, "1 9 10 1\n2 8 11 2\n3 7 12 3\n4 6 13 -\n", &m);
    cr_assert_str_eq(m.complete, "2 8 10 2\n3 7 11 3\n");
    cr_assert_str_eq(m.upcoming, "4 6 12 -\n5 - 13 -\n");
    pipeline.group = "g";
    make(texts, 5, "1 a r 1 1\n2 a r7 2 2\n1 b s 7 7\n2 b s7 8 8\n", &m);
    cr_assert_str_eq(m.complete, "2 a r7 1 2\n2 b s7 7 8\n");
    cr_assert_str_eq(m.upcoming, "3 a - 2 -\n3 b - 8 -\n");
}

Test(feature_rows, the_groups_column_must_stand_behind_the_key)
{
    struct feature_columns c;
    const char *path = help_path(help_folder(), "clean.arrow");
    pipeline.group = "g";
    tables_write(path, plain, 3, NULL, 0, "1 10 1\n");
    cr_assert_eq(arrow_open(path, &mem, &file, &err), STATUS_OK);
    cr_assert_eq(feature_columns_find(&pipeline, &rules, file, &mem, &c, &err),
                 STATUS_INPUT);
    cr_assert(strstr(err.message, "the groups 'g' behind its key"));
}
