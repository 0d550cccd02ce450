#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "arrow/table.h"

static struct field fields[] = {
    {"month", TYPE_DATE},
    {"price", TYPE_REAL},
    {"rain", TYPE_INT32},
};
static struct meta metas[] = {{"stage", "clean"}, {"note", ""}, {"stage", "second"}};
static const struct schema schema = {3, fields, 3, metas};

Test(table, types_are_called_as_arrow_calls_them)
{
    const char *const names[] = {"float64",      "int64", "int32", "date32",
                                 "timestamp[s]", "utf8",  "bool"};
    for (enum type t = TYPE_REAL; t <= TYPE_BOOL; t++)
        cr_assert_str_eq(type_name(t), names[t]);
}

Test(table, a_column_is_found_by_its_whole_name)
{
    cr_assert_eq(schema_find(&schema, "price"), 1);
    cr_assert_eq(schema_find(&schema, "pric"), 3);
    cr_assert_eq(schema_find(&schema, ""), 3);
    cr_assert_eq(schema_find(&(struct schema){0}, "price"), 0);
}

Test(table, a_missing_column_is_named_with_its_file_and_the_nearest_one)
{
    struct error err = {0};
    size_t index = 77;
    cr_assert_eq(schema_require(&schema, "a.arrow", "rain", &index, &err), STATUS_OK);
    cr_assert_eq(index, 2);
    cr_assert_eq(err.status, STATUS_OK);

    cr_assert_eq(schema_require(&schema, "a.arrow", "prize", &index, &err), STATUS_INPUT);
    cr_assert_eq(index, 2);
    cr_assert_str_eq(err.loc.path, "a.arrow");
    cr_assert_str_eq(err.message, "there is no column 'prize'");
    cr_assert_str_eq(err.hint, "did you mean 'price'?");

    cr_assert_eq(schema_require(&schema, "a.arrow", "elephant", &index, &err),
                 STATUS_INPUT);
    cr_assert_str_eq(err.hint, "");
}

Test(table, the_first_value_of_a_metadata_key_counts)
{
    cr_assert_str_eq(schema_meta(&schema, "stage"), "clean");
    cr_assert_str_eq(schema_meta(&schema, "note"), "");
    cr_assert_null(schema_meta(&schema, "stag"));
}

static void expect_reals(enum type type, const void *values, const double *expected)
{
    enum { N = 11 };
    const uint8_t validity[] = {0xdf, 0x05}; // rows 5 and 9 are missing
    double x[N];
    struct column whole = {.values = values};
    column_reals(type, &whole, N, x);
    for (size_t i = 0; i < N; i++)
        cr_assert_eq(x[i], expected[i], "%s, row %zu: %g", type_name(type), i, x[i]);

    struct column holes = {.values = values, .validity = validity, .missing = 2};
    column_reals(type, &holes, N, x);
    for (size_t i = 0; i < N; i++) {
        if (i == 5 || i == 9)
            cr_assert(isnan(x[i]), "%s, row %zu: %g", type_name(type), i, x[i]);
        else
            cr_assert_eq(x[i], expected[i], "%s, row %zu: %g", type_name(type), i, x[i]);
    }
}

Test(table, values_become_reals_and_missing_ones_nan)
{
    const double reals[] = {1.5, -2, 3, 0, 5, 6, 7, 8, 9, 10, 1e300};
    const int64_t wide[] = {1, -2, 3, 0, 5, 6, 7, 8, 9, 10, INT64_C(1) << 53};
    const int32_t narrow[] = {1, -2, 3, 0, 5, 6, 7, 8, 9, 10, INT32_MIN};
    double expected[] = {1, -2, 3, 0, 5, 6, 7, 8, 9, 10, 9007199254740992.0};
    expect_reals(TYPE_REAL, reals, reals);
    expect_reals(TYPE_INT64, wide, expected);
    expected[10] = -2147483648.0;
    expect_reals(TYPE_INT32, narrow, expected);
    expect_reals(TYPE_DATE, narrow, expected);
    const uint8_t bits[] = {0xa5, 0x06};
    const double ones[] = {1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1};
    expect_reals(TYPE_BOOL, bits, ones);
}
