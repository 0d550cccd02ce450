#include <criterion/criterion.h>

#include "base/date.h"
#include "data/key.h"

static const struct pipeline months = {.time = {.column = "t", .step = TIMESTEP_MONTH}};
static const struct pipeline days = {.time = {.column = "t", .step = TIMESTEP_DAY}};
static const struct pipeline timeless = {.time = {.step = TIMESTEP_MONTH}};

Test(key, the_step_names_the_key_column)
{
    cr_assert_str_eq(key_name(&months), "month");
    cr_assert_str_eq(key_name(&days), "day");
    cr_assert_null(key_name(&timeless));
    cr_assert_null(key_step(&timeless));
}

Test(key, keys_move_by_the_step_and_print_as_it)
{
    char buffer[TIMESTEP_TEXT];
    int32_t january = date_days((struct date){2020, 1, 1});
    cr_assert_str_eq(key_text(&months, key_add(&months, january, -1), buffer), "2019-12");
    cr_assert_str_eq(key_text(&months, key_add(&months, january, 14), buffer), "2021-03");
    cr_assert_str_eq(key_text(&days, key_add(&days, january, -1), buffer), "2019-12-31");
}

Test(key, rows_without_time_have_no_label)
{
    struct arena mem = {0};
    cr_assert_null(key_label(&timeless, 0, &mem));
    cr_assert_str_eq(key_label(&days, 1, &mem), "1970-01-02");
    arena_release(&mem);
}

Test(key, steps_back_end_at_the_first_day)
{
    int32_t first = date_days((struct date){1, 1, 1}),
            march = date_days((struct date){1, 3, 1}),
            last = date_days((struct date){9999, 12, 31});
    char buffer[TIMESTEP_TEXT];
    cr_assert_eq(key_add(&months, march, -2), first);
    cr_assert_eq(key_add(&months, march, -3), first);
    cr_assert_eq(key_add(&months, march, -1000000), first);
    cr_assert_eq(key_add(&days, march, -1000000), first);
    cr_assert_eq(key_add(&days, first, 31), first + 31);
    cr_assert_gt(key_add(&days, last, 1), last);
    cr_assert_str_eq(key_text(&months, key_add(&months, march, 10), buffer), "0002-01");
}

Test(key, neighbours_are_numbers_that_differ_by_one)
{
    static const struct pipeline minutes = {
        .time = {.column = "minute", .step = TIMESTEP_1MIN}};
    int32_t last = date_days((struct date){9999, 12, 31});
    cr_assert_eq(key_number(&days, date_days((struct date){1, 1, 1})), 0);
    cr_assert_eq(key_number(&days, last), 3652058);
    cr_assert_eq(key_number(&months, date_days((struct date){9999, 12, 1})),
                 9999 * 12 - 1);
    for (int32_t key = INT32_MAX; key > INT32_MAX - 3; key--)
        cr_assert_eq(key_number(&minutes, key), (size_t)(719162 * INT64_C(1440) + key));
}
