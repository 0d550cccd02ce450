#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "steps/step.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(task, .fini = release);

static const char *const class_names[] = {"a", "b", "c"}, *const target_names[] = {"x",
                                                                                   "y"};

/* The columns that an answer must have. */
static const struct {
    enum task task;
    size_t targets;
    enum answer answer;
    size_t columns;
} widths[] = {
    {TASK_REGRESSION, 1, ANSWER_VALUES, 1},     {TASK_CLASSES, 1, ANSWER_VALUES, 1},
    {TASK_CLASSES, 1, ANSWER_PROBABILITIES, 3}, {TASK_LABELS, 2, ANSWER_VALUES, 2},
    {TASK_LABELS, 2, ANSWER_PROBABILITIES, 2},
};

Test(task, a_prediction_has_the_columns_of_its_target_and_their_names)
{
    for (size_t i = 0; i < COUNT_OF(widths); i++) {
        struct target t = {.task = widths[i].task,
                           .y = {.p = widths[i].targets, .name = target_names},
                           .n_classes = widths[i].task == TASK_CLASSES ? 3 : 0,
                           .class_name = class_names};
        for (size_t p = 1; p <= 4; p++) {
            double **value;
            struct error err = {0};
            struct prediction said = prediction_new(&mem, widths[i].answer, 5, p, &value);
            enum status status = prediction_check(&said, &t, "pair", &err);
            cr_assert_eq(status, p == widths[i].columns ? STATUS_OK : STATUS_INPUT,
                         "row %zu, %zu columns", i, p);
            if (status == STATUS_OK)
                cr_assert_str_eq(said.name[p - 1], p == 3 ? "c" : p == 2 ? "y" : "x");
        }
    }
}

Test(task, a_value_on_the_edge_of_its_band_is_no_anomaly)
{
    double **value;
    struct error err = {0};
    const struct target t = {.task = TASK_ANOMALY, .y = {.p = 1, .name = target_names}};
    struct prediction said = prediction_new(&mem, ANSWER_BANDS, 2, BAND_COLUMNS, &value);
    cr_assert_eq(prediction_check(&said, &t, "pair", &err), STATUS_OK);
    cr_assert_str_eq(said.name[BAND_N], "n");
    value[BAND_LOWER][0] = 1;
    value[BAND_UPPER][0] = 2;
    value[BAND_LOWER][1] = value[BAND_UPPER][1] = NAN;
    cr_assert_not(prediction_flags(&said, 0, 1));
    cr_assert_not(prediction_flags(&said, 0, 2));
    cr_assert(prediction_flags(&said, 0, nextafter(1, 0)));
    cr_assert(prediction_flags(&said, 0, nextafter(2, 3)));
    cr_assert_not(prediction_flags(&said, 1, 1e300), "nothing is known of it");
}

Test(task, an_answer_of_two_columns_to_a_target_of_one_is_refused)
{
    double **value;
    struct error err = {0};
    struct target t = {.y = {.p = 1, .name = target_names}};
    struct prediction said = prediction_new(&mem, ANSWER_VALUES, 5, 2, &value);
    cr_assert_eq(prediction_check(&said, &t, "pair", &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "'pair' answers with 2 columns where the target has 1");
}

Test(task, an_estimator_of_another_task_is_refused)
{
    struct error err = {0};
    cr_assert_eq(step_check_task(step_find("scale"), TASK_CLASSES, &err), STATUS_OK);
    cr_assert_eq(step_check_task(step_find("ridge"), TASK_REGRESSION, &err), STATUS_OK);
    cr_assert_eq(step_check_task(step_find("ridge"), TASK_CLASSES, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "'ridge' is for regression, not for classes");
    cr_assert(err.hint[0]);
}

/* What reaches a step that does not take it. */
static const struct {
    struct shape shape;
    const char *message;
} strange[] = {
    {{.p = 2, .missing = true}, "step 'scale' takes no missing cells"},
    {{.p = 2, .texts = 1}, "step 'scale' takes no text columns"},
    {{.p = 2, .sparse = 9}, "step 'mean' takes no sparse columns"},
};

Test(task, a_chain_is_checked_before_any_work)
{
    const struct step_choice chain[] = {
        {step_find("scale"), step_find("scale")->defaults}, {step_find("mean"), NULL}};
    struct shape plain = {.p = 2}, seen;
    struct error err = {0};
    cr_assert_eq(steps_width(chain, 2, &plain, &seen, &err), STATUS_OK);
    cr_assert_eq(seen.p, 2);
    for (size_t i = 0; i < COUNT_OF(strange); i++) {
        cr_assert_eq(steps_width(chain, 2, &strange[i].shape, &seen, &err), STATUS_INPUT);
        cr_assert_str_eq(err.message, strange[i].message);
        cr_assert_str_eq(err.loc.field, "train.steps");
        cr_assert(err.hint[0], "what to do");
        err = (struct error){0};
    }
}

Test(task, names_are_known_and_others_are_none)
{
    for (size_t t = 0; t < TASKS; t++)
        cr_assert_eq(task_find(task_name[t]), (enum task)t);
    cr_assert_eq(task_find("classification"), TASKS);
}
