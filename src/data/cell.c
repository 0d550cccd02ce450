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
#define MAX_NUMBER 128 // bytes of a number with marks in it

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

/* The length of the whole part at the front of an unsigned number: digits, and marks where
 * groups of three begin; 0 when a group is malformed. */
static size_t whole_part(struct view cell, char group)
{
    size_t n = 0, first = 0;
    bool marked = false;
    while (n < cell.n && (cell.p[n] == group || (cell.p[n] >= '0' && cell.p[n] <= '9'))) {
        marked = marked || cell.p[n] == group;
        first += !marked;
        n++;
    }
    bool good = first > 0 && first <= 3 &&
                groups_of_three((struct view){cell.p, n}, group, first);
    return !marked || good ? n : 0;
}

/* The number as number_parse wants it: without grouping marks, with a decimal point. */
static const char *marked_real(struct view cell, struct cell_marks marks, double *ret)
{
    const char *expected =
        marks.group ? "a number, digits grouped in threes" : "a number";
    char text[MAX_NUMBER] = "";
    size_t sign = cell.n > 0 && cell.p[0] == '-', n = 0;
    struct view rest = {cell.p + sign, cell.n - sign};
    size_t whole = marks.group ? whole_part(rest, marks.group) : 0;
    bool fraction_only = rest.n > 0 && rest.p[0] == marks.decimal;
    if (cell.n > sizeof text || (marks.group && whole == 0 && !fraction_only))
        return expected;
    for (size_t i = 0; i < cell.n; i++) {
        char c = cell.p[i];
        if (c == marks.group && i < sign + whole)
            continue;
        if (c == '.' && marks.decimal != '.')
            return expected;
        text[n++] = c == marks.decimal ? '.' : c;
    }
    return number_parse(text, n, ret) ? NULL : expected;
}

static const char *cell_real(struct view cell, struct cell_marks marks,
                             union cell_value *ret)
{
    if (marks.group || marks.decimal != '.')
        return marked_real(cell, marks, &ret->real);
    return number_parse(cell.p, cell.n, &ret->real) ? NULL : "a number";
}

static const char *cell_integer(struct view cell, struct cell_marks marks,
                                union cell_value *ret)
{
    char group = marks.group;
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

static const char *cell_digits(struct view cell, struct cell_marks marks,
                               union cell_value *ret)
{
    char group = marks.group;
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

static const char *cell_index(struct view cell, struct cell_marks marks,
                              union cell_value *ret)
{
    char group = marks.group;
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
static const char *cell_index_short(struct view cell, struct cell_marks marks,
                                    union cell_value *ret)
{
    char group = marks.group;
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

static const char *cell_boolean(struct view cell, struct cell_marks marks UNUSED,
                                union cell_value *ret)
{
    bool yes = view_is(cell, "1") || view_is(cell, "true");
    if (!yes && !view_is(cell, "0") && !view_is(cell, "false"))
        return "0 or 1, true or false";
    ret->integer = yes;
    return NULL;
}

static const char *cell_day(struct view cell, struct cell_marks marks UNUSED,
                            union cell_value *ret)
{
    int32_t days;
    const char *fault = date_parse(cell, "%Y-%m-%d", &days);
    if (!fault)
        ret->integer = days;
    return fault ? "a date like 2020-01-31" : NULL;
}

/* clang-format off */
const struct cell_kind cell_all[CELLS] = {
#define CELL(id, kind, column_type, known, text)                                                     \
    [CELL_##id] = {.name = #kind, .summary = text, .type = column_type, .settings = known,                      \
     .parse = cell_##kind},
#include "data/cells.def"
#undef CELL
    [CELL_TEXT] = {.name = "text", .summary = "text as it stands", .type = TYPE_TEXT},
};
/* clang-format on */

/* Settings by name, for the table of what each kind knows. */
static const struct {
    enum cell_setting bit;
    const char *name, *known_to;
} setting_all[] = {
    {CELL_GROUP, "group", "real, integer, digits, index and index_short know 'group'"},
    {CELL_DECIMAL, "decimal", "real knows 'decimal'"},
};

/* What is wrong with a mark, or NULL. */
static const char *mark_fault(const char *mark)
{
    if (strlen(mark) > 1)
        return "expected one character";
    return mark[0] != '\0' && strchr("0123456789+-eE\"\n\r", mark[0])
               ? "expected a mark that is no part of a number"
               : NULL;
}

const char *cell_marks(const struct cell_kind *kind, const char *group,
                       const char *decimal, struct cell_marks *ret,
                       const char **ret_setting, const char **ret_hint)
{
    const char *given[] = {group, decimal};
    *ret_hint = NULL;
    for (size_t i = 0; i < COUNT_OF(setting_all); i++) {
        *ret_setting = setting_all[i].name;
        if (mark_fault(given[i]))
            return mark_fault(given[i]);
        if (given[i][0] == '\0' || (kind->settings & setting_all[i].bit))
            continue;
        *ret_hint = setting_all[i].known_to;
        return "has no";
    }
    char usual = group[0] == '.' ? ',' : '.';
    struct cell_marks marks = {group[0], decimal[0] ? decimal[0] : usual};
    if ((kind->settings & CELL_DECIMAL) && marks.group == marks.decimal)
        return "the same mark cannot group digits and stand before the fraction";
    *ret = marks;
    return NULL;
}
