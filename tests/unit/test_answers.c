#include <criterion/criterion.h>

#include "outlook/answers.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(answers, .fini = release);

static const struct pipeline timeless, grouped = {.group = "item"};
static const char *const names[] = {"no", "yes"};
static const double no[] = {0.75, 0.25}, yes[] = {0.25, 0.75};
static const double *const shares[] = {no, yes};
static const struct prediction probable = {
    .answer = ANSWER_PROBABILITIES, .n = 2, .p = 2, .value = shares, .name = names};

Test(answers, of_a_regression_are_numbers_beside_what_came_true)
{
    const struct target t = {.task = TASK_REGRESSION};
    const struct prediction p = {.n = 2, .p = 1, .value = shares};
    struct predictions_csv_cell cell[2];
    struct predictions_csv table = answers_table(&grouped, &t, &p, false, &mem);
    cr_assert_eq(table.p, 2);
    cr_assert_str_eq(table.by, "row");
    cr_assert_str_eq(table.group, "item");
    cr_assert_str_eq(table.column[0].name, "actual");
    cr_assert_str_eq(table.column[1].name, "prediction");
    answers_cells(&t, &p, 1, 7, cell);
    cr_assert(cell[0].number == 7 && cell[1].number == 0.25);
}

Test(answers, of_classes_are_names_and_probabilities)
{
    const struct target t = {.task = TASK_CLASSES, .n_classes = 2, .class_name = names};
    struct predictions_csv_cell cell[3];
    struct predictions_csv table = answers_table(&timeless, &t, &probable, false, &mem);
    cr_assert_eq(table.p, 3);
    cr_assert(table.column[0].text && !table.column[1].text);
    cr_assert_str_eq(table.column[2].name, "probability_yes");
    answers_cells(&t, &probable, 1, 7, cell);
    cr_assert_str_eq(cell[0].text, "yes");
    cr_assert(cell[1].number == 0.25 && cell[2].number == 0.75);
}

Test(answers, of_classes_without_probabilities_are_names_alone)
{
    static const double code[] = {1, 0};
    static const double *const codes[] = {code};
    const struct target t = {.task = TASK_CLASSES, .n_classes = 2, .class_name = names};
    const struct prediction p = {.n = 2, .p = 1, .value = codes};
    struct predictions_csv_cell cell[1];
    cr_assert_eq(answers_table(&timeless, &t, &p, false, &mem).p, 1);
    answers_cells(&t, &p, 0, 7, cell);
    cr_assert_str_eq(cell[0].text, "yes");
}

Test(answers, of_labels_have_a_column_each)
{
    const struct target t = {.task = TASK_LABELS};
    struct predictions_csv_cell cell[2];
    struct predictions_csv table = answers_table(&timeless, &t, &probable, false, &mem);
    cr_assert_eq(table.p, 2);
    cr_assert_str_eq(table.column[1].name, "prediction_yes");
    answers_cells(&t, &probable, 0, 7, cell);
    cr_assert(cell[0].number == 0.75 && cell[1].number == 0.25);
}
