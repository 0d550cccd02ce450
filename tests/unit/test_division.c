#include <criterion/criterion.h>

#include "learn/division.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(division, .fini = release);

static const struct division_rule last = {.method = SPLIT_LAST, .test = 0.5};

static struct row_runs runs_of(const char *text)
{
    struct row_runs r = {.mem = &mem};
    cr_assert(runs_parse(&r, text));
    return r;
}

Test(division, rows_that_arrived_are_held_back)
{
    static const uint32_t order[] = {0, 2, 3, 5, 4, 1};
    static const uint8_t parts[] = {DIVISION_TRAIN,   DIVISION_ARRIVED, DIVISION_TRAIN,
                                    DIVISION_HOLDOUT, DIVISION_ARRIVED, DIVISION_HOLDOUT};
    struct row_runs arrived = runs_of("1-1,4-4");
    struct division d;
    struct error err = {0};
    uint8_t part[6];
    cr_assert_eq(
        division_make(&last, &arrived, &(struct fold_data){.n = 6}, &mem, &d, &err),
        STATUS_OK);
    cr_assert(d.n == 6 && d.n_train == 2 && d.n_holdout == 2);
    cr_assert_arr_eq(d.order, order, sizeof order);
    division_parts(&d, part);
    cr_assert_arr_eq(part, parts, sizeof parts);
}

Test(division, or_learnt_from_where_the_rule_says_so)
{
    struct division_rule rule = last;
    struct row_runs arrived = runs_of("1-1,4-4");
    struct division d;
    struct error err = {0};
    rule.arrived = ARRIVED_TRAIN;
    cr_assert_eq(
        division_make(&rule, &arrived, &(struct fold_data){.n = 6}, &mem, &d, &err),
        STATUS_OK);
    cr_assert(d.n_train == 3 && d.n_holdout == 3 && d.order[1] == 1);
}

/* numpy.random.RandomState(42).permutation(10) is 8 1 5 0 7 2 9 4 3 6. */
Test(division, the_seed_draws_as_numpy_does)
{
    static const uint32_t order[] = {5, 0, 7, 2, 9, 4, 3, 6, 8, 1};
    struct division_rule rule = {.method = SPLIT_SHUFFLED, .test = 0.2, .seed = 42};
    struct row_runs none = {.mem = &mem};
    struct division d;
    struct error err = {0};
    cr_assert_eq(
        division_make(&rule, &none, &(struct fold_data){.n = 10}, &mem, &d, &err),
        STATUS_OK);
    cr_assert_arr_eq(d.order, order, sizeof order);
}

Test(division, nothing_is_left_when_all_rows_arrived)
{
    struct row_runs arrived = runs_of("0-5");
    struct division d;
    struct error err = {0};
    cr_assert_eq(
        division_make(&last, &arrived, &(struct fold_data){.n = 6}, &mem, &d, &err),
        STATUS_INPUT);
    cr_assert_str_eq(err.loc.field, "split.test");
}

/* Three series one behind the other: the last times of all, whole ones: a third of four
 * times is two, whatever the number of rows in them. */
Test(division, the_last_times_are_the_ends_of_every_series)
{
    static const int32_t time[] = {1, 2, 3, 4, 2, 3, 4, 4};
    static const uint32_t train[] = {0, 1, 4}, holdout[] = {2, 5, 3, 6, 7};
    const struct division_rule rule_of_time = {.method = SPLIT_LAST, .test = 0.3};
    struct row_runs none = {.mem = &mem};
    struct division d;
    struct error err;
    cr_assert_eq(division_make(&rule_of_time, &none,
                               &(struct fold_data){.n = 8, .time = time}, &mem, &d, &err),
                 STATUS_OK);
    cr_assert(d.n_train == 3 && d.n_holdout == 5);
    cr_assert_eq(memcmp(d.order, train, sizeof train), 0);
    cr_assert_eq(memcmp(d.order + 3, holdout, sizeof holdout), 0);
}

Test(division, times_whose_rows_are_held_back_do_not_count)
{
    static const int32_t time[] = {1, 2, 3, 1, 2, 3};
    static const uint32_t order[] = {0, 3, 1, 4, 5, 2};
    const struct division_rule half = {.method = SPLIT_LAST, .test = 0.5};
    struct row_runs arrived = runs_of("2-2,5-5");
    struct division d;
    struct error err;
    cr_assert_eq(division_make(&half, &arrived, &(struct fold_data){.n = 6, .time = time},
                               &mem, &d, &err),
                 STATUS_OK);
    cr_assert(d.n_train == 2 && d.n_holdout == 2);
    cr_assert_eq(memcmp(d.order, order, sizeof order), 0);
}

Test(division, one_time_cannot_be_divided)
{
    static const int32_t time[] = {7, 7, 7};
    const struct division_rule half = {.method = SPLIT_LAST, .test = 0.5};
    struct row_runs none = {.mem = &mem};
    struct division d;
    struct error err = {0};
    cr_assert_eq(division_make(&half, &none, &(struct fold_data){.n = 3, .time = time},
                               &mem, &d, &err),
                 STATUS_INPUT);
    cr_assert_str_eq(err.loc.field, "split.test");
    cr_assert(strstr(err.message, "1 time cannot be divided"));
}

/* Beside a plain sort, with times that differ in both halves, before and after 1970. */
Test(division, rows_of_a_time_keep_their_order)
{
    enum { N = 500 };
    int32_t time[N];
    const struct division_rule rule_of_time = {.method = SPLIT_LAST, .test = 0.2};
    struct row_runs none = {.mem = &mem};
    struct division d;
    struct error err;
    for (size_t i = 0; i < N; i++)
        time[i] = (int32_t)(i * 7919 % 23) * 100000 - 1000000;
    cr_assert_eq(division_make(&rule_of_time, &none,
                               &(struct fold_data){.n = N, .time = time}, &mem, &d, &err),
                 STATUS_OK);
    for (size_t i = 1; i < N; i++) {
        uint32_t a = d.order[i - 1], b = d.order[i];
        cr_assert(time[a] < time[b] || (time[a] == time[b] && a < b));
    }
    cr_assert(time[d.order[d.n_train - 1]] < time[d.order[d.n_train]]);
}

/* What arrived is left out before classes and groups are drawn. */
Test(division, classes_and_groups_of_what_did_not_arrive_are_divided)
{
    static const uint32_t label[] = {0, 7, 1, 0, 1, 0, 1, 7},
                          group[] = {3, 0, 3, 4, 4, 5, 5, 9};
    static const enum split_method methods[] = {SPLIT_STRATIFIED, SPLIT_GROUPED};
    struct row_runs arrived = runs_of("1-1,7-7");
    struct fold_data data = {.n = 8, .label = label, .group = group};
    for (size_t m = 0; m < 2; m++) {
        const struct division_rule rule = {.method = methods[m], .test = 0.34, .seed = 1};
        const uint32_t *code = m == 0 ? label : group;
        struct division d;
        struct error err = {0};
        uint8_t part[8];
        size_t held[10] = {0};
        cr_assert_eq(division_make(&rule, &arrived, &data, &mem, &d, &err), STATUS_OK);
        division_parts(&d, part);
        cr_assert(part[1] == DIVISION_ARRIVED && part[7] == DIVISION_ARRIVED);
        for (size_t i = 0; i < 8; i++)
            held[code[i]] += part[i] == DIVISION_HOLDOUT;
        for (size_t c = 0; c < 10; c++)
            cr_assert(m == 0 ? held[c] <= 2 : held[c] % 2 == 0, "code %zu: %zu", c,
                      held[c]);
        cr_assert_eq(d.n_train + d.n_holdout, 6);
    }
}

Test(division, what_rows_do_not_have_they_are_not_divided_by)
{
    static const enum split_method methods[] = {SPLIT_STRATIFIED, SPLIT_GROUPED};
    struct row_runs none = {.mem = &mem};
    for (size_t m = 0; m < 2; m++) {
        const struct division_rule rule = {.method = methods[m], .test = 0.5, .seed = 1};
        struct division d;
        struct error err = {0};
        cr_assert_eq(
            division_make(&rule, &none, &(struct fold_data){.n = 6}, &mem, &d, &err),
            STATUS_INPUT);
        cr_assert_str_eq(err.loc.field, "split.method");
        cr_assert(err.hint[0]);
    }
}
