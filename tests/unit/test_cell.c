#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/option.h"
#include "data/cell.h"

/* The index numbers and their two readings are worked out by hand from the rules in
 * cell.c. */
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

static const struct cell_kind *kind_of(const char *word)
{
    unsigned i = CELLS;
    cr_assert(option_index(cell_words + 1, view_of(word), &i), "%s", word);
    return &cell_all[i];
}

ParameterizedTestParameters(cell, a_text_has_one_value_or_none)
{
    static size_t index[COUNT_OF(rows)];
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        index[i] = i;
    return cr_make_param_array(size_t, index, COUNT_OF(rows));
}

ParameterizedTest(size_t *at, cell, a_text_has_one_value_or_none)
{
    const struct cell_kind *kind = kind_of(rows[*at].kind);
    union cell_value value = {.integer = 0};
    const char *expected = kind->parse(
        view_of(rows[*at].text),
        (struct cell_marks){strcmp(kind->name, "real") == 0 ? '\0' : '.', '.'}, &value);
    cr_assert_eq(expected == NULL, rows[*at].good, "%s %s", rows[*at].kind,
                 rows[*at].text);
    double x = kind->type == TYPE_REAL ? value.real : (double)value.integer;
    if (rows[*at].good)
        cr_assert_eq(x, rows[*at].value, "%s %s: %.17g", rows[*at].kind, rows[*at].text,
                     x);
}

/* Worked out by hand: groups of three behind a first one of one to three digits, marks only
 * where they belong. */
static const struct {
    struct cell_marks marks;
    const char *text;
    double value;
    bool good;
} reals[] = {
    {{'.', ','}, "1.767", 1767, true},
    {{'.', ','}, "926", 926, true},
    {{'.', ','}, "1.767,5", 1767.5, true},
    {{'.', ','}, "-12.345.678,25", -12345678.25, true},
    {{'.', ','}, "1767,5", 1767.5, true},
    {{'.', ','}, ",5", 0.5, true},
    {{'.', ','}, "-,5", -0.5, true},
    {{'.', ','}, "1.000e3", 1e6, true},
    {{'.', ','}, "1.76", 0, false},
    {{'.', ','}, "17.67.1", 0, false},
    {{'.', ','}, "1767.500", 0, false},
    {{'.', ','}, "1,767.5", 0, false},
    {{'.', ','}, "1,5,5", 0, false},
    {{'.', ','}, ".767", 0, false},
    {{'.', ','}, "1.767.", 0, false},
    {{'.', ','}, "", 0, false},
    {{'.', ','}, "-", 0, false},
    {{'.', ','}, "cheap", 0, false},
    {{',', '.'}, "1,767.5", 1767.5, true},
    {{',', '.'}, "1,767,5", 0, false},
    {{' ', ','}, "1 767,5", 1767.5, true},
    {{' ', ','}, "1 767.5", 0, false},
    {{' ', ','}, "1 767,500 1", 0, false},
    {{'\0', ','}, "1767,5", 1767.5, true},
    {{'\0', ','}, "1767.5", 0, false},
    {{'\0', ','}, "1,7,5", 0, false},
};

Test(cell, marks_of_a_real_stand_where_they_belong)
{
    for (size_t i = 0; i < COUNT_OF(reals); i++) {
        union cell_value value = {.real = 0};
        const char *expected =
            cell_all[CELL_REAL].parse(view_of(reals[i].text), reals[i].marks, &value);
        cr_expect_eq(expected == NULL, reals[i].good, "'%s'", reals[i].text);
        cr_expect_eq(value.real, reals[i].good ? reals[i].value : 0, "'%s': %.17g",
                     reals[i].text, value.real);
    }
}

Test(cell, a_number_longer_than_any_is_refused)
{
    char long_text[400];
    union cell_value value;
    memset(long_text, '1', sizeof long_text);
    struct view cell = {long_text, sizeof long_text};
    cr_assert_not_null(
        cell_all[CELL_REAL].parse(cell, (struct cell_marks){'.', ','}, &value));
}

/* Each kind with each setting: known where a mark can mean something to it. */
Test(cell, a_setting_that_a_kind_does_not_know_is_refused)
{
    static const struct {
        const char *kind;
        bool group, decimal;
    } knows[] = {
        {"real", true, true},   {"integer", true, false},     {"digits", true, false},
        {"index", true, false}, {"index_short", true, false}, {"boolean", false, false},
        {"day", false, false},  {"text", false, false},
    };
    struct cell_marks marks;
    const char *setting, *hint;
    cr_assert_eq(CELLS, COUNT_OF(knows));
    for (size_t i = 0; i < COUNT_OF(knows); i++) {
        const struct cell_kind *kind = kind_of(knows[i].kind);
        const char *name = knows[i].kind;
        cr_expect_null(cell_marks(kind, "", "", &marks, &setting, &hint), "%s", name);
        cr_expect_eq(!cell_marks(kind, "'", "", &marks, &setting, &hint), knows[i].group,
                     "%s", name);
        cr_expect_str_eq(setting, knows[i].group ? setting : "group");
        cr_expect_eq(!cell_marks(kind, "", ",", &marks, &setting, &hint),
                     knows[i].decimal, "%s", name);
        cr_expect(knows[i].decimal || strcmp(setting, "decimal") == 0, "%s", name);
    }
}

Test(cell, the_decimal_mark_follows_the_grouping_mark)
{
    struct cell_marks marks;
    const char *setting, *hint;
    const struct cell_kind *real = &cell_all[CELL_REAL];
    cr_assert_null(cell_marks(real, "", "", &marks, &setting, &hint));
    cr_assert(marks.group == '\0' && marks.decimal == '.');
    cr_assert_null(cell_marks(real, ".", "", &marks, &setting, &hint));
    cr_assert(marks.group == '.' && marks.decimal == ',');
    cr_assert_null(cell_marks(real, ",", "", &marks, &setting, &hint));
    cr_assert_eq(marks.decimal, '.');
    cr_assert_not_null(cell_marks(real, ",", ",", &marks, &setting, &hint));
    cr_assert_not_null(cell_marks(real, "0", "", &marks, &setting, &hint));
    cr_assert_not_null(cell_marks(real, "..", "", &marks, &setting, &hint));
    cr_assert_not_null(cell_marks(real, "", "-", &marks, &setting, &hint));
}

Test(cell, a_mark_counts_only_where_it_is_asked_for)
{
    const struct cell_kind *integer = &cell_all[CELL_INTEGER];
    union cell_value value;
    cr_assert_not_null(
        integer->parse(VIEW("1.234"), (struct cell_marks){'\0', '.'}, &value));
    cr_assert_null(integer->parse(VIEW("1'234"), (struct cell_marks){'\'', '.'}, &value));
    cr_assert_eq(value.integer, 1234);
}

Test(cell, kinds_are_found_by_name)
{
    cr_assert_null(cell_all[CELL_TEXT].parse);
}
