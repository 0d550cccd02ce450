#include <criterion/criterion.h>

#include "base/date.h"
#include "learn/model_rows.h"

static struct arena mem;

static json_t *kept; // the objects that were read: rows borrow their texts

static void release(void)
{
    json_decref(kept);
    kept = NULL;
    arena_release(&mem);
}

TestSuite(model_rows, .fini = release);

enum { LONG = 20000 };
#define IDENTITY "0123456789abcdef"

static const struct pipeline monthly = {.time = {.column = "month",
                                                 .step = TIMESTEP_MONTH}},
                             timeless;
static const struct division_rule last = {.method = SPLIT_LAST, .test = 0.4, .seed = 42},
                                  shuffled = {
                                      .method = SPLIT_SHUFFLED, .test = 0.2, .seed = 42};

/* The rows of a division of n rows, none of which arrived, after a way through JSON. */
static struct model_rows rows_of(const struct division_rule *rule, const struct frame *f,
                                 uint8_t *ret_part)
{
    struct row_runs none = {.mem = &mem};
    struct division d;
    struct model_rows made, back;
    struct error err = {0};
    cr_assert_eq(
        division_make(rule, &none, &(struct fold_data){.n = f->n}, &mem, &d, &err),
        STATUS_OK);
    division_parts(&d, ret_part);
    model_rows_of(&d, rule, f, IDENTITY, &mem, &made);
    json_t *json = model_rows_json(&made);
    kept = kept ? kept : json_array();
    cr_assert_eq(json_array_append_new(kept, json), 0);
    cr_assert_eq(model_rows_read(json, "m", &mem, &back, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert(back.n_train == d.n_train && back.n_holdout == d.n_holdout);
    return back;
}

static enum status mark(const struct model_rows *rows, const struct frame *f,
                        const char *identity, uint8_t *ret)
{
    struct row_runs none = {.mem = &mem};
    struct error err = {0};
    return model_rows_mark(rows, f, &none, identity, ret, &err);
}

static void months(size_t from, size_t n, int32_t *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = month_add(0, (int)(from + i));
}

Test(model_rows, rows_that_are_looked_at_while_learning_are_a_part_of_their_own)
{
    enum { N = 50 };
    const struct division_rule rules[] = {
        {.method = SPLIT_LAST, .test = 0.2, .validation = 0.1},
        {.method = SPLIT_SHUFFLED, .test = 0.2, .seed = 7, .validation = 0.1}};
    struct frame f = {.pipeline = &timeless, .n = N};
    for (size_t k = 0; k < 2; k++) {
        uint8_t part[N], marked[N];
        struct model_rows rows = rows_of(&rules[k], &f, part);
        cr_assert(rows.n_train == 35 && rows.n_validation == 5 && rows.n_holdout == 10);
        cr_assert_eq(mark(&rows, &f, IDENTITY, marked), STATUS_OK);
        cr_assert_arr_eq(marked, part, N);
        cr_assert(k > 0 ||
                  (part[34] == DIVISION_TRAIN && part[35] == DIVISION_VALIDATION &&
                   part[40] == DIVISION_HOLDOUT));
    }
}

Test(model_rows, of_a_long_shuffled_table_the_rule_is_kept)
{
    static uint8_t part[LONG], marked[LONG + 5];
    struct frame f = {.n = LONG, .pipeline = &timeless};
    struct model_rows rows = rows_of(&shuffled, &f, part);
    cr_assert(!rows.listed && strcmp(rows.by, "row") == 0);
    f.n = LONG + 5;
    cr_assert_eq(mark(&rows, &f, IDENTITY, marked), STATUS_OK);
    cr_assert_arr_eq(marked, part, LONG);
    for (size_t i = LONG; i < f.n; i++)
        cr_assert_eq(marked[i], DIVISION_ARRIVED);
}

Test(model_rows, of_a_long_table_in_order_two_runs_are_kept)
{
    static uint8_t part[LONG], marked[LONG];
    struct frame f = {.n = LONG, .pipeline = &timeless};
    struct model_rows rows = rows_of(&last, &f, part);
    cr_assert(rows.listed && rows.train.n == 1 && rows.holdout.n == 1);
    cr_assert_eq(mark(&rows, &f, IDENTITY, marked), STATUS_OK);
    cr_assert_arr_eq(marked, part, LONG);
}

Test(model_rows, places_in_a_table_of_other_rows_mean_nothing)
{
    uint8_t part[10], marked[10];
    struct frame f = {.n = 10, .pipeline = &timeless};
    struct model_rows rows = rows_of(&last, &f, part);
    cr_assert_eq(mark(&rows, &f, "0000000000000000", marked), STATUS_INPUT);
    f.n = 9;
    cr_assert_eq(mark(&rows, &f, IDENTITY, marked), STATUS_INPUT);
}

Test(model_rows, months_are_known_again_wherever_they_stand)
{
    static const uint8_t wanted[] = {DIVISION_ARRIVED, DIVISION_TRAIN,   DIVISION_TRAIN,
                                     DIVISION_TRAIN,   DIVISION_HOLDOUT, DIVISION_HOLDOUT,
                                     DIVISION_ARRIVED};
    uint8_t part[5], marked[7];
    int32_t key[7];
    struct frame f = {.n = 5, .key = key, .pipeline = &monthly};
    months(1, 5, key);
    struct model_rows rows = rows_of(&last, &f, part);
    cr_assert_str_eq(rows.by, "month");
    f.n = 7;
    months(0, 7, key);
    cr_assert_eq(mark(&rows, &f, "0000000000000000", marked), STATUS_OK);
    cr_assert_arr_eq(marked, wanted, sizeof wanted);
    key[3] = month_add(0, 4); // a month of the middle is gone, the rest moves up
    f.n = 4;
    cr_assert_eq(mark(&rows, &f, "0000000000000000", marked), STATUS_OK);
    cr_assert_eq(marked[3], DIVISION_HOLDOUT);
}

Test(model_rows, months_and_places_are_not_the_same)
{
    uint8_t part[5], marked[5];
    int32_t key[5];
    struct frame f = {.n = 5, .pipeline = &timeless};
    struct model_rows rows = rows_of(&last, &f, part);
    months(0, 5, key);
    f = (struct frame){.n = 5, .key = key, .pipeline = &monthly};
    cr_assert_eq(mark(&rows, &f, IDENTITY, marked), STATUS_INPUT);
}

Test(model_rows, a_rule_that_no_table_follows_is_refused)
{
    static uint8_t part[LONG];
    struct frame f = {.n = LONG, .pipeline = &timeless};
    struct model_rows rows = rows_of(&shuffled, &f, part);
    rows.rule = (struct division_rule){.method = SPLIT_SHUFFLED, .test = 7, .seed = 42};
    cr_assert_eq(mark(&rows, &f, IDENTITY, part), STATUS_INPUT);
}

/* Of a long table the rule stands for the rows: its classes and groups are looked at again,
 * by name, whichever number the reader gives them. */
Test(model_rows, a_rule_looks_at_classes_and_groups_again)
{
    static uint8_t part[LONG], marked[LONG];
    static uint32_t group[LONG];
    static double y[2][LONG];
    static const char *const one[] = {"cat", "owl"}, *const other[] = {"owl", "cat"};
    static const struct division_rule rules[] = {
        {.method = SPLIT_STRATIFIED, .test = 0.3, .seed = 7},
        {.method = SPLIT_GROUPED, .test = 0.3, .seed = 7}};
    for (size_t i = 0; i < LONG; i++) {
        group[i] = (uint32_t)(i / 3);
        y[0][i] = i % 3 == 0;
        y[1][i] = 1 - y[0][i];
    }
    for (size_t k = 0; k < COUNT_OF(rules); k++) {
        const double *col[] = {y[0]}, *renamed[] = {y[1]};
        struct frame f = {.n = LONG, .pipeline = &timeless, .group = group};
        f.target = (struct target){TASK_CLASSES, {.n = LONG, .p = 1, .col = col}, 2, one};
        struct row_runs none = {.mem = &mem};
        struct division d;
        struct model_rows made;
        struct error err = {0};
        cr_assert_eq(division_of(&rules[k], &none, &f, LONG, &mem, &d, &err), STATUS_OK);
        division_parts(&d, part);
        model_rows_of(&d, &rules[k], &f, IDENTITY, &mem, &made);
        cr_assert_not(made.listed);
        f.target =
            (struct target){TASK_CLASSES, {.n = LONG, .p = 1, .col = renamed}, 2, other};
        cr_assert_eq(mark(&made, &f, IDENTITY, marked), STATUS_OK);
        cr_assert_arr_eq(marked, part, LONG, "rule %zu", k);
    }
}
