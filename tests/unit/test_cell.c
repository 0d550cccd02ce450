#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "data/cell.h"

/* The index numbers and their two readings are worked out by hand from the rules in cell.c. */
static const struct {
    const char *kind, *text;
    double value;
    bool good;
} rows[] = {
    {"index", "841.834.519", 84.1834519, true},
    {"index", "102.796.218", 102.796218, true},
    {"index", "10.546.824", 105.46824, true},
    {"index", "1.260.535", 126.0535, true},
    {"index", "96.133.164", 96.133164, true},
    {"index", "99", 99, true},
    {"index", "1", 0, false},
    {"index", "841.83.519", 0, false},
    {"index", "841.834.519.", 0, false},
    {"index", "8418.345", 0, false},
    {"index", "a", 0, false},
    {"index_short", "841.834.519", 84.1, true},
    {"index_short", "102.796.218", 102.796, true},
    {"index_short", "10.546.824", 105.46, true},
    {"index_short", "1.260.535", 126.0, true},
    {"index_short", "96.133.164", 96.133, true},
    {"index_short", "9.613.316", 96.13, true},
    {"digits", "579.846.819", 579846819, true},
    {"digits", "10496.19", 1049619, true},
    {"digits", "7", 7, true},
    {"digits", ".7", 0, false},
    {"digits", "7..1", 0, false},
    {"digits", "a", 0, false},
    {"integer", "-1.234.567", -1234567, true},
    {"integer", "1234567", 1234567, true},
    {"integer", "12.34", 0, false},
    {"integer", "99999999999999999999", 0, false},
    {"real", "12.5", 12.5, true},
    {"real", "1.2.3", 0, false},
    {"real", "12,5", 0, false},
    {"real", "nan", 0, false},
    {"boolean", "1", 1, true},
    {"boolean", "false", 0, true},
    {"boolean", "yes", 0, false},
    {"day", "1970-01-02", 1, true},
    {"day", "2020-02-30", 0, false},
};

ParameterizedTestParameters(cell, a_text_has_one_value_or_none)
{
    static size_t index[COUNT_OF(rows)];
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        index[i] = i;
    return cr_make_param_array(size_t, index, COUNT_OF(rows));
}

ParameterizedTest(size_t *at, cell, a_text_has_one_value_or_none)
{
    const struct cell_kind *kind = cell_find(rows[*at].kind);
    union cell_value value = {.integer = 0};
    const char *expected = kind->parse(view_of(rows[*at].text), '.', &value);
    cr_assert_eq(expected == NULL, rows[*at].good, "%s %s", rows[*at].kind,
                 rows[*at].text);
    double x = kind->type == TYPE_REAL ? value.real : (double)value.integer;
    if (rows[*at].good)
        cr_assert_eq(x, rows[*at].value, "%s %s: %.17g", rows[*at].kind, rows[*at].text,
                     x);
}

Test(cell, a_mark_counts_only_where_it_is_asked_for)
{
    union cell_value value;
    cr_assert_not_null(cell_find("integer")->parse(VIEW("1.234"), '\0', &value));
    cr_assert_null(cell_find("integer")->parse(VIEW("1'234"), '\'', &value));
    cr_assert_eq(value.integer, 1234);
}

Test(cell, kinds_are_found_by_name)
{
    cr_assert_null(cell_find("text")->parse);
    cr_assert_null(cell_find("reals"));
}
