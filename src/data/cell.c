/* The kinds of columns.
 *
 * `index` and `index_short` undo a known accident: numbers such as 84.1834519 were
 * written as 841.834.519, all their digits grouped in threes from the left and the
 * decimal point gone.  The values are index numbers (average 100), so the place of the
 * point follows from the first digit. `index_short` is what the reference system did with
 * the same cells; it is kept to the letter so that its published figures can be
 * reproduced. */
#include "data/cell.h"

#include "base/date.h"
#include "base/number.h"

#define MAX_DIGITS 32

/* Copies the digits of a grouped number and counts those of the first group; 0 when the
 * text is not groups of digits. */
static size_t grouped_digits(struct view cell, char group, char *digits,
                             size_t *ret_first)
{
    size_t n = 0, first = 0, run = 0;
    for (size_t i = 0; i < cell.n; i++) {
        if (group != '\0' && cell.p[i] == group) {
            if (run == 0 || i + 1 == cell.n)
                return 0;
            first = first ? first : n;
            run = 0;
        } else if (cell.p[i] >= '0' && cell.p[i] <= '9' && n < MAX_DIGITS) {
            digits[n++] = cell.p[i];
            run++;
        } else {
            return 0;
        }
    }
    *ret_first = first ? first : n;
    return n;
}

/* True when every group behind the first has three digits. */
static bool groups_of_three(struct view cell, char group, size_t first)
{
    for (size_t i = first; i < cell.n; i++)
        if ((cell.p[i] == group) != ((i - first) % 4 == 0))
            return false;
    return cell.n == first || (cell.n - first) % 4 == 0;
}

static const char *cell_real(struct view cell, char group UNUSED, union cell_value *ret)
{
    return number_parse(cell.p, cell.n, &ret->real) ? NULL : "a number";
}

static const char *cell_integer(struct view cell, char group, union cell_value *ret)
{
    if (text_int64(cell, &ret->integer))
        return NULL;
    char digits[MAX_DIGITS];
    size_t first = 0;
    bool negative = cell.n > 0 && cell.p[0] == '-';
    struct view rest = {cell.p + negative, cell.n - negative};
    size_t n = grouped_digits(rest, group, digits, &first);
    if (n == 0 || first > 3 || !groups_of_three(rest, group, first))
        return group ? "a whole number, digits grouped in threes" : "a whole number";
    int64_t value;
    if (!text_int64((struct view){digits, n}, &value))
        return "a whole number below 2^63";
    ret->integer = negative ? -value : value;
    return NULL;
}

static const char *cell_digits(struct view cell, char group, union cell_value *ret)
{
    char digits[MAX_DIGITS];
    size_t first = 0;
    size_t n = grouped_digits(cell, group, digits, &first);
    if (n == 0 || !text_int64((struct view){digits, n}, &ret->integer))
        return "digits of a whole number";
    return NULL;
}

/* Parses digits with a decimal point behind the first `whole` of them. */
static const char *pointed(const char *digits, size_t n, size_t whole,
                           union cell_value *ret)
{
    char text[MAX_DIGITS + 2];
    memcpy(text, digits, whole);
    text[whole] = '.';
    memcpy(text + whole + 1, digits + whole, n - whole);
    return number_parse(text, n + 1, &ret->real) ? NULL : "an index number";
}

static const char *cell_index(struct view cell, char group, union cell_value *ret)
{
    char digits[MAX_DIGITS];
    size_t first = 0;
    size_t n = grouped_digits(cell, group, digits, &first);
    if (n == 0 || first > 3 || !groups_of_three(cell, group, first))
        return "an index number, digits grouped in threes";
    size_t whole = digits[0] == '1' ? 3 : 2;
    if (n < whole)
        return "an index number of at least two digits";
    return pointed(digits, n, whole, ret);
}

/* With the groups g0.g1.…: g0 = 1dd -> g0.g1; g0 = 1 or 1d -> three digits of g0g1,
 * point, the rest of g0g1; g0 = ddd -> its first two, point, its last; shorter -> two
 * digits of g0g1, point, rest. */
static const char *cell_index_short(struct view cell, char group, union cell_value *ret)
{
    char digits[MAX_DIGITS];
    size_t first = 0;
    size_t n = grouped_digits(cell, group, digits, &first);
    if (n == 0 || first > 3 || !groups_of_three(cell, group, first))
        return "an index number, digits grouped in threes";
    size_t two_groups = n < first + 3 ? n : first + 3;
    if (digits[0] == '1')
        return two_groups < 3 ? "an index number of at least three digits"
                              : pointed(digits, two_groups, 3, ret);
    if (first == 3)
        return pointed(digits, 3, 2, ret);
    return two_groups < 2 ? "an index number of at least two digits"
                          : pointed(digits, two_groups, 2, ret);
}

static const char *cell_boolean(struct view cell, char group UNUSED,
                                union cell_value *ret)
{
    bool yes = view_is(cell, "1") || view_is(cell, "true");
    if (!yes && !view_is(cell, "0") && !view_is(cell, "false"))
        return "0 or 1, true or false";
    ret->integer = yes;
    return NULL;
}

static const char *cell_day(struct view cell, char group UNUSED, union cell_value *ret)
{
    int32_t days;
    const char *fault = date_parse(cell, "%Y-%m-%d", &days);
    if (!fault)
        ret->integer = days;
    return fault ? "a date like 2020-01-31" : NULL;
}

/* clang-format off */
const struct cell_kind cell_all[] = {
#define CELL(kind, column_type, has_groups, text)                                                \
    {.name = #kind, .summary = text, .type = column_type, .grouped = has_groups,                  \
     .parse = cell_##kind},
#include "data/cells.def"
#undef CELL
    {.name = "text", .summary = "text as it stands", .type = TYPE_TEXT},
};
/* clang-format on */
const size_t cell_count = COUNT_OF(cell_all);

const struct cell_kind *cell_find(const char *name)
{
    for (size_t i = 0; i < cell_count; i++)
        if (strcmp(cell_all[i].name, name) == 0)
            return &cell_all[i];
    return NULL;
}
