#include <criterion/criterion.h>

#include <string.h>

#include "learn/split.h"

static struct split made(struct arena *mem, enum split_method method, double test,
                         uint32_t seed, size_t n)
{
    struct split s;
    struct error err = {0};
    cr_assert_eq(
        split_rows(method, &(struct split_size){.share = test}, seed, n, mem, &s, &err),
        STATUS_OK, "%s", err.message);
    return s;
}

/* train_test_split(range(74), test_size=0.2, random_state=42), scikit-learn 1.9.1 */
static const size_t train74[] = {
    22, 57, 50, 33, 39, 70, 16, 35, 44, 61, 7,  56, 42, 30, 47, 49, 19, 59, 25, 40,
    13, 53, 3,  17, 38, 8,  58, 6,  36, 67, 54, 46, 72, 15, 27, 41, 26, 48, 24, 62,
    66, 11, 32, 69, 64, 37, 29, 43, 68, 1,  52, 21, 2,  23, 20, 60, 71, 14, 51};
static const size_t test74[] = {4, 63, 18, 0, 28, 73, 10, 34, 12, 55, 65, 31, 9, 45, 5};

Test(split, the_milk_split_is_scikit_learns)
{
    struct arena mem = {0};
    struct split s = made(&mem, SPLIT_SHUFFLED, 0.2, 42, 74);
    cr_assert_eq(s.n_train, 59);
    cr_assert_eq(s.n_test, 15);
    cr_assert_arr_eq(s.train, train74, sizeof train74);
    cr_assert_arr_eq(s.test, test74, sizeof test74);
    arena_release(&mem);
}

Test(split, the_held_out_part_is_rounded_up)
{
    struct arena mem = {0};
    static const size_t train[] = {3, 0, 5, 4},
                        test[] = {6, 2, 1}; // test_size=0.3, seed 0
    struct split s = made(&mem, SPLIT_SHUFFLED, 0.3, 0, 7);
    cr_assert_eq(s.n_test, 3);
    cr_assert_arr_eq(s.train, train, sizeof train);
    cr_assert_arr_eq(s.test, test, sizeof test);
    arena_release(&mem);
}

Test(split, the_last_rows_are_held_out_in_order_of_time)
{
    struct arena mem = {0};
    static const size_t train[] = {0, 1, 2, 3, 4}, test[] = {5, 6};
    struct split s = made(&mem, SPLIT_LAST, 0.2, 42, 7);
    cr_assert_eq(s.n_train, 5);
    cr_assert_eq(s.n_test, 2);
    cr_assert_arr_eq(s.train, train, sizeof train);
    cr_assert_arr_eq(s.test, test, sizeof test);
    arena_release(&mem);
}

Test(split, every_row_is_in_one_part)
{
    struct arena mem = {0};
    for (size_t n = 2; n < 60; n++) {
        struct split s =
            made(&mem, n % 2 ? SPLIT_LAST : SPLIT_SHUFFLED, 0.37, (uint32_t)n, n);
        char seen[60] = {0};
        cr_assert_eq(s.n_train + s.n_test, n);
        for (size_t i = 0; i < s.n_train; i++)
            seen[s.train[i]]++;
        for (size_t i = 0; i < s.n_test; i++)
            seen[s.test[i]]++;
        for (size_t i = 0; i < n; i++)
            cr_assert_eq(seen[i], 1);
    }
    arena_release(&mem);
}

static const struct {
    enum split_method method;
    double test;
    size_t n;
    const char *message, *field;
} refused[] = {
    {SPLIT_SHUFFLED, 0.2, 1,
     "1 row cannot be divided into a training part and a held-out part of 0.2",
     "split.test"},
    {SPLIT_LAST, 0.99, 10,
     "10 rows cannot be divided into a training part and a held-out part of 0.99",
     "split.test"},
    {SPLIT_SHUFFLED, 0.2, 0,
     "0 rows cannot be divided into a training part and a held-out part of 0.2",
     "split.test"},
};

Test(split, an_empty_part_is_refused)
{
    struct arena mem = {0};
    for (size_t k = 0; k < sizeof refused / sizeof *refused; k++) {
        struct split s = {.n_train = 77};
        struct error err = {0};
        cr_assert_eq(split_rows(refused[k].method,
                                &(struct split_size){.share = refused[k].test}, 1,
                                refused[k].n, &mem, &s, &err),
                     STATUS_INPUT);
        cr_assert_str_eq(err.message, refused[k].message);
        cr_assert_str_eq(err.loc.field, refused[k].field);
        cr_assert_eq(s.n_train, 77, "the result was touched");
    }
    arena_release(&mem);
}

/* scikit-learn 1.9.1; tests/interop/split.py holds more against it. */
static const uint32_t codes[] = {1, 0, 1, 1, 0, 2, 2, 1, 0, 2, 1, 1};

Test(split, classes_and_groups_are_drawn_as_scikit_learn_draws_them)
{
    static const size_t classes[2][8] = {{0, 4, 1, 11, 7, 6, 5, 2}, {8, 3, 10, 9}},
                        groups[2][9] = {{0, 2, 3, 5, 6, 7, 9, 10, 11}, {1, 4, 8}};
    struct arena mem = {0};
    struct split s;
    struct error err = {0};
    cr_assert_eq(split_stratified(&(struct split_size){.share = 0.3}, 42, codes, 12, &mem,
                                  &s, &err),
                 STATUS_OK);
    cr_assert(s.n_train == 8 && s.n_test == 4);
    cr_assert_arr_eq(s.train, classes[0], 8 * sizeof(size_t));
    cr_assert_arr_eq(s.test, classes[1], 4 * sizeof(size_t));
    cr_assert_eq(
        split_grouped(&(struct split_size){.share = 0.3}, 42, codes, 12, &mem, &s, &err),
        STATUS_OK);
    cr_assert_arr_eq(s.train, groups[0], s.n_train * sizeof(size_t));
    cr_assert_arr_eq(s.test, groups[1], s.n_test * sizeof(size_t));
    cr_assert_eq(s.n_train + s.n_test, 12);
    arena_release(&mem);
}

static const struct {
    bool grouped;
    double test;
    size_t n;
    const char *message, *field;
} undrawn[] = {
    {false, 0.3, 6, "a class has one row, which cannot be in both parts", "split.method"},
    {false, 0.15, 12, "2 rows cannot hold some of each of 3 classes", "split.test"},
    {false, 0.99, 12,
     "12 rows cannot be divided into a training part and a held-out part of 0.99",
     "split.test"},
    {true, 0.99, 12,
     "3 groups cannot be divided into a training part and a held-out part of 0.99",
     "split.test"},
};

Test(split, what_no_part_can_hold_is_refused)
{
    struct arena mem = {0};
    for (size_t i = 0; i < sizeof undrawn / sizeof *undrawn; i++) {
        struct split s = {.n_train = 77};
        struct error err = {0};
        enum status status =
            undrawn[i].grouped
                ? split_grouped(&(struct split_size){.share = undrawn[i].test}, 1, codes,
                                undrawn[i].n, &mem, &s, &err)
                : split_stratified(&(struct split_size){.share = undrawn[i].test}, 1,
                                   codes, undrawn[i].n, &mem, &s, &err);
        cr_assert_eq(status, STATUS_INPUT);
        cr_assert_str_eq(err.message, undrawn[i].message);
        cr_assert_str_eq(err.loc.field, undrawn[i].field);
        cr_assert_eq(s.n_train, 77, "the result was touched");
    }
    arena_release(&mem);
}
