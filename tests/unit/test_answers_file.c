#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "data/key.h"
#include "help/help.h"
#include "help/tables.h"
#include "outlook/answers_file.h"

static struct arena mem;
static struct error err;
static const char *folder;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(answers_file, .fini = release);

/* Writes the answers; both files stand in the folder then. */
static void write_answers(struct answered a)
{
    struct publish publish = {0};
    struct long_files files;
    struct predictions_csv t =
        answers_table(a.pipeline, a.learnt, &a.of.prediction, a.of.lower != NULL, &mem);
    a.n_answers = t.p;
    a.answer = t.column;
    folder = help_folder();
    cr_assert_eq(publish_open(&publish, help_path(folder, "p.csv"), &files.csv, &err),
                 STATUS_OK);
    cr_assert_eq(publish_open(&publish, help_path(folder, "p.arrow"), &files.arrow, &err),
                 STATUS_OK);
    cr_assert_eq(answered_write(&a, &files, &mem, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
}

static const char *csv(void)
{
    return help_read(help_path(folder, "p.csv"), NULL);
}

static const struct pipeline monthly = {.time = {.column = "month",
                                                 .step = TIMESTEP_MONTH},
                                        .group = "item"},
                             named = {.id = "id"};
static const struct target price = {.task = TASK_REGRESSION};

/* Two groups whose rows are n months each, the first of which came true in one of them. */
static struct answered of_groups(size_t n, struct histories *histories)
{
    struct history *h = ARENA_ARRAY(&mem, struct history, 1);
    double *y = ARENA_ARRAY(&mem, double, 1), **value;
    struct groups *names = ARENA_NEW(&mem, struct groups);
    struct frame f = {.n = 2 * n,
                      .key = ARENA_ARRAY(&mem, int32_t, 2 * n),
                      .group = ARENA_ARRAY(&mem, uint32_t, 2 * n),
                      .groups = names};
    names->mem = &mem;
    groups_code(names, (struct group_name){.text = VIEW("a,b")});
    groups_code(names, (struct group_name){.text = VIEW("c")});
    struct prediction p = prediction_new(&mem, ANSWER_VALUES, 2 * n, 1, &value);
    for (size_t i = 0; i < 2 * n; i++) {
        f.key[i] = timestep_add(key_step(&monthly), 0, (int32_t)(i % n));
        f.group[i] = i >= n;
        value[0][i] = (double)i + 0.5;
    }
    *y = 7;
    h[0] = (struct history){.n = 1, .first = 0, .step = key_step(&monthly), .y = y};
    *histories = (struct histories){.groups = {.mem = &mem}, .n = 1, .of = h};
    groups_code(&histories->groups, (struct group_name){.text = VIEW("a,b")});
    return (struct answered){.pipeline = &monthly,
                             .learnt = &price,
                             .histories = histories,
                             .of = {.frame = f, .prediction = p}};
}

Test(answers_file, a_few_rows_are_csv)
{
    struct histories histories;
    write_answers(of_groups(2, &histories));
    cr_assert_str_eq(csv(), "month,item,actual,prediction\n"
                            "1970-01,\"a,b\",7,0.5\n1970-02,\"a,b\",,1.5\n"
                            "1970-01,c,,2.5\n1970-02,c,,3.5\n");
    cr_assert_str_eq(tables_read(help_path(folder, "p.arrow"), &mem), "");
}

Test(answers_file, bands_stand_behind_the_predictions)
{
    struct histories histories;
    struct answered a = of_groups(1, &histories);
    double lower[] = {-1, NAN}, upper[] = {2, NAN};
    a.of.lower = lower;
    a.of.upper = upper;
    write_answers(a);
    cr_assert_str_eq(csv(), "month,item,actual,prediction,lower,upper\n"
                            "1970-01,\"a,b\",7,0.5,-1,2\n1970-01,c,,1.5,,\n");
}

Test(answers_file, many_rows_are_arrow_with_the_same_columns)
{
    struct histories histories;
    struct arrow_file *f;
    struct batch b;
    size_t row = 0, months = LONG_TABLE_ROWS / 2 + 1;
    struct answered a = of_groups(months, &histories);
    write_answers(a);
    cr_assert_str_eq(csv(), "month,item,actual,prediction\n");
    cr_assert_eq(arrow_open(help_path(folder, "p.arrow"), &mem, &f, &err), STATUS_OK);
    const struct field *field = arrow_schema(f)->field;
    cr_assert(field[0].type == TYPE_DATE && field[1].type == TYPE_TEXT &&
              field[2].type == TYPE_REAL && field[3].type == TYPE_REAL);
    cr_assert_eq(arrow_rows(f), 2 * months);
    for (size_t k = 0; k < arrow_batches(f); k++) {
        cr_assert_eq(arrow_read(f, k, &b, &err), STATUS_OK, "%s", err.message);
        for (size_t i = 0; i < b.n; i++, row++) {
            struct group_name g = group_at(TYPE_TEXT, &b.column[1], i);
            cr_assert(view_is(g.text, row < months ? "a,b" : "c"));
            cr_assert_eq(((const int32_t *)b.column[0].values)[i], a.of.frame.key[row]);
            cr_assert_eq(column_present(&b.column[2], i), row == 0, "%zu", row);
            cr_assert_eq(((const double *)b.column[3].values)[i], (double)row + 0.5);
        }
    }
    arrow_close(f);
}

/* Of many rows the file holds classes by name, their probabilities, and ids: those of a
 * table's rows, or others. */
Test(answers_file, classes_and_ids_are_the_same_in_both_forms)
{
    static const struct field fields[] = {{"id", TYPE_INT64}};
    static const char *const classes[] = {"cat", "owl"};
    const struct target kind = {
        .task = TASK_CLASSES, .n_classes = 2, .class_name = classes};
    const char *table = help_path(help_folder(), "u.arrow");
    struct text numbers = {.mem = &mem};
    enum { N = LONG_TABLE_ROWS + 1 };
    struct ids ids;
    double **share;
    struct prediction p = prediction_new(&mem, ANSWER_PROBABILITIES, N, 2, &share);
    p.name = classes;
    for (size_t i = 0; i < N; i++) {
        share[0][i] = i % 3 == 0 ? 0.25 : 0.75;
        share[1][i] = 1 - share[0][i];
        text_addf(&numbers, "%zu\n", i + 9000);
    }
    tables_write(table, fields, 1, NULL, 0, numbers.p);
    cr_assert_eq(ids_open(&ids, table, &named, &mem, &err), STATUS_OK);
    struct answered a = {.pipeline = &named,
                         .learnt = &kind,
                         .of = {.frame = {.n = N}, .prediction = p},
                         .ids = &ids};
    write_answers(a);
    const char *all = tables_read(help_path(folder, "p.arrow"), &mem);
    cr_assert_str_eq(csv(), "row,id,prediction,probability_cat,probability_owl\n");
    cr_assert(strncmp(all, "0 9000 owl 0.25 0.75\n1 9001 cat 0.75 0.25\n", 42) == 0,
              "%.60s", all);
    cr_assert_not_null(strstr(all, "\n100000 109000 cat 0.75 0.25\n"));
    struct row_id other[2] = {{.there = true, .whole = true, .number = -1}, {0}};
    a.id = other;
    a.of.frame.n = 2;
    write_answers(a);
    cr_assert_str_eq(csv(), "row,id,prediction,probability_cat,probability_owl\n"
                            "0,-1,owl,0.25,0.75\n1,,cat,0.75,0.25\n");
    ids_close(&ids);
}

/* One table's c is the other one's second name. */
Test(answers_file, rows_of_two_tables_are_gathered_by_the_names_of_their_groups)
{
    struct histories histories, none = {.groups = {.mem = &mem}};
    struct answered x = of_groups(1, &histories), y = of_groups(1, &histories);
    struct groups names = {.mem = &mem};
    groups_code(&names, (struct group_name){.text = VIEW("c")});
    groups_code(&names, (struct group_name){.text = VIEW("d")});
    y.of.frame.groups = &names;
    struct asked_row rows[] = {{&x.of, 1}, {&y.of, 0}, {&y.of, 1}};
    const struct asked asked = {.n = 3, .row = rows};
    x.of = answered_gather(&asked, &mem);
    x.histories = &none;
    write_answers(x);
    cr_assert_str_eq(csv(), "month,item,actual,prediction\n1970-01,c,,1.5\n"
                            "1970-01,c,,0.5\n1970-01,d,,1.5\n");
}
