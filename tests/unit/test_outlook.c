#include <criterion/criterion.h>

#include <math.h>

#include "outlook/outlook.h"

static int32_t known_keys[] = {10, 20, 30}, coming_keys[] = {31, 32};
static const double known_values[] = {1, 2, 3}, coming_values[] = {4, 5};
static const double *const known_columns[] = {known_values}, *const coming_columns[] = {
                                                                 coming_values};
static const struct outlook outlook = {
    .known = {.frame = {.n = 3, .key = known_keys},
              .prediction = {.n = 3, .p = 1, .value = known_columns}},
    .upcoming = {.frame = {.n = 2, .key = coming_keys},
                 .prediction = {.n = 2, .p = 1, .value = coming_columns}}};

static double value_at(const struct outlook *o, int32_t key)
{
    size_t row;
    const struct prediction *p = outlook_find(o, key, &row);
    return p ? p->value[0][row] : NAN;
}

Test(outlook, a_row_is_found_by_its_key_in_either_table)
{
    cr_assert(value_at(&outlook, 10) == 1 && value_at(&outlook, 30) == 3);
    cr_assert(value_at(&outlook, 31) == 4 && value_at(&outlook, 32) == 5);
    cr_assert(isnan(value_at(&outlook, 9)) && isnan(value_at(&outlook, 25)) &&
              isnan(value_at(&outlook, 33)));
}

Test(outlook, it_spans_both_tables)
{
    struct outlook coming = {.upcoming = outlook.upcoming}, none = {0};
    int32_t first = 0, last = 0;
    cr_assert(outlook_span(&outlook, &first, &last) && first == 10 && last == 32);
    cr_assert(outlook_span(&coming, &first, &last) && first == 31 && last == 32);
    cr_assert_not(outlook_span(&none, &first, &last));
}

Test(outlook, rows_without_time_have_no_keys)
{
    struct outlook timeless = {
        .known = {.frame = {.n = 3},
                  .prediction = {.n = 3, .p = 1, .value = known_columns}}};
    int32_t first, last;
    cr_assert(isnan(value_at(&timeless, 0)));
    cr_assert_not(outlook_span(&timeless, &first, &last));
}
