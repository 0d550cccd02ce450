/* Dates and times of day from text.
 *
 * A format is walked once, directive by directive; whether the parts make a date is asked
 * when all have been read. */
#include "base/date.h"

#include <stddef.h>

#include "base/error.h"

// clang-format off
static const struct {
    const char *name;
    int month;
} names[] = {
    {"ene", 1},        {"enero", 1},      {"jan", 1},        {"january", 1},
    {"feb", 2},        {"febrero", 2},    {"february", 2},   {"mar", 3},
    {"marzo", 3},      {"march", 3},      {"abr", 4},        {"abril", 4},
    {"apr", 4},        {"april", 4},      {"may", 5},        {"mayo", 5},
    {"jun", 6},        {"junio", 6},      {"june", 6},       {"jul", 7},
    {"julio", 7},      {"july", 7},       {"ago", 8},        {"agosto", 8},
    {"aug", 8},        {"august", 8},     {"sep", 9},        {"sept", 9},
    {"set", 9},        {"septiembre", 9}, {"setiembre", 9},  {"september", 9},
    {"oct", 10},       {"octubre", 10},   {"october", 10},   {"nov", 11},
    {"noviembre", 11}, {"november", 11},  {"dic", 12},       {"diciembre", 12},
    {"dec", 12},       {"december", 12},
};
// clang-format on

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool same_letters(struct view v, const char *name)
{
    for (size_t i = 0; i < v.n; i++) {
        // The names are lower case; bit 5 makes a letter so.
        if (!is_letter(v.p[i]) || (v.p[i] | 0x20) != name[i])
            return false;
    }
    return name[v.n] == '\0';
}

int month_from_name(struct view v)
{
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (v.n <= strlen(names[i].name) && same_letters(v, names[i].name))
            return names[i].month;
    }
    return 0;
}

/* Takes between least and most digits off the front. */
static bool take_digits(struct view *v, size_t least, size_t most, int *ret)
{
    size_t n = 0;
    int value = 0;
    while (n < v->n && n < most && v->p[n] >= '0' && v->p[n] <= '9')
        value = 10 * value + (v->p[n++] - '0');
    if (n < least)
        return false;
    v->p += n;
    v->n -= n;
    *ret = value;
    return true;
}

static const char *expected(const char *format)
{
    static const struct {
        const char *format, *words;
    } samples[] = {
        {"%Y-%m-%d", "expected a date like 2020-01-31"},
        {"%Y%m%d", "expected a date like 20200131"},
        {"%Y/%m/%d", "expected a date like 2020/01/31"},
        {"%d-%m-%Y", "expected a date like 31-01-2020"},
        {"%d/%m/%Y", "expected a date like 31/01/2020"},
        {"%d.%m.%Y", "expected a date like 31.01.2020"},
        {"%m/%d/%Y", "expected a date like 01/31/2020"},
        {"%Y-%m", "expected a month like 2020-01"},
        {"%Y", "expected a year like 2020"},
        {"%m-%Y", "expected a month like 01-2020"},
        {"%m/%Y", "expected a month like 01/2020"},
        {"%b-%Y", "expected a month like Ene-2020"},
        {"%b %Y", "expected a month like Ene 2020"},
        {"%b.%Y", "expected a month like Ene.2020"},
        {"%b/%Y", "expected a month like Ene/2020"},
        {"%Y-%b", "expected a month like 2020-Ene"},
        {"%Y-Q%q", "expected a quarter like 2020-Q1"},
        {"%YQ%q", "expected a quarter like 2020Q1"},
        {"%G-W%V", "expected a week like 2020-W05"},
        {"%Y-%m-%d %H:%M", "expected a time like 2020-01-31 09:30"},
        {"%Y-%m-%d %H:%M:%S", "expected a time like 2020-01-31 09:30:00"},
        {"%Y-%m-%dT%H:%M", "expected a time like 2020-01-31T09:30"},
        {"%Y-%m-%dT%H:%M:%S", "expected a time like 2020-01-31T09:30:00"},
    };
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        if (strcmp(format, samples[i].format) == 0)
            return samples[i].words;
    }
    return "expected a date in the column's format";
}

static const char *take_name(struct view *v, int *ret, const char *format)
{
    size_t n = 0;
    while (n < v->n && is_letter(v->p[n]))
        n++;
    if (n == 0)
        return expected(format);
    int month = month_from_name((struct view){v->p, n});
    if (month == 0)
        return "unknown month name";
    v->p += n;
    v->n -= n;
    *ret = month;
    return NULL;
}

/* What the directives of a format say. */
struct date_parts {
    struct date d;
    int week, quarter; // -1: not said
    int hour, minute, second;
};

/* Takes what one directive stands for off the front. */
static const char *take_part(struct view *v, char directive, struct date_parts *p,
                             const char *format)
{
    bool taken;
    switch (directive) {
    case 'G':
    case 'Y': taken = take_digits(v, 4, 4, &p->d.year); break;
    case 'm': taken = take_digits(v, 1, 2, &p->d.month); break;
    case 'd': taken = take_digits(v, 1, 2, &p->d.day); break;
    case 'q': taken = take_digits(v, 1, 1, &p->quarter); break;
    case 'V': taken = take_digits(v, 1, 2, &p->week); break;
    case 'H': taken = take_digits(v, 1, 2, &p->hour); break;
    case 'M': taken = take_digits(v, 1, 2, &p->minute); break;
    case 'S': taken = take_digits(v, 1, 2, &p->second); break;
    case 'b': return take_name(v, &p->d.month, format);
    default: return date_format_fault(format);
    }
    return taken ? NULL : expected(format);
}

static const char *parts_fault(const struct date_parts *p)
{
    if (p->d.year < 1)
        return "the year 0 does not exist";
    if (p->d.month < 1 || p->d.month > 12)
        return "the month is not between 1 and 12";
    if (!date_valid(p->d))
        return "the month has no such day";
    if (p->quarter == 0 || p->quarter > 4)
        return "the quarter is not between 1 and 4";
    if (p->week == 0 || p->week > 53)
        return "the week is not between 1 and 53";
    if (p->hour > 23)
        return "the hour is not between 0 and 23";
    return p->minute > 59 || p->second > 59
               ? "the minute or the second is not between 0 and 59"
               : NULL;
}

/* The day of valid parts. */
static const char *parts_day(struct date_parts *p, int32_t *ret)
{
    int year;
    if (p->quarter > 0)
        p->d.month = 3 * p->quarter - 2;
    int32_t days = p->week > 0 ? week_days(p->d.year, p->week) : date_days(p->d);
    if (p->week > 0 && week_of(days, &year) != p->week)
        return "the year has no week 53";
    *ret = days;
    return NULL;
}

const char *moment_parse(struct view v, const char *format, struct moment *ret)
{
    struct date_parts parts = {.d = {1, 1, 1}, .week = -1, .quarter = -1};
    for (const char *f = format; *f; f++) {
        bool literal = *f != '%' || f[1] == '%';
        if (!literal) {
            const char *fault = take_part(&v, *++f, &parts, format);
            if (fault)
                return fault;
            continue;
        }
        f += *f == '%';
        if (v.n == 0 || v.p[0] != *f)
            return expected(format);
        v.p++;
        v.n--;
    }
    if (v.n)
        return expected(format);
    int32_t days = 0;
    const char *fault = parts_fault(&parts);
    if (!fault)
        fault = parts_day(&parts, &days);
    if (!fault)
        *ret =
            (struct moment){days, 3600 * parts.hour + 60 * parts.minute + parts.second};
    return fault;
}

const char *date_parse(struct view v, const char *format, int32_t *ret)
{
    struct moment m;
    const char *fault = moment_parse(v, format, &m);
    if (!fault)
        *ret = m.days;
    return fault;
}

bool date_format_has(const char *format, char directive)
{
    for (const char *f = format; *f; f++) {
        if (*f != '%' || f[1] == '\0')
            continue;
        if (*++f == directive)
            return true;
    }
    return false;
}

const char *date_format_fault(const char *format)
{
    for (const char *f = format; *f; f++)
        if (*f == '%' && (*++f == '\0' || !strchr("YmdbqGVHMS%", *f)))
            return "a date's format knows %Y, %m, %d, %b, %q, %G, %V, %H, %M, %S and %% "
                   "only";
    bool week = date_format_has(format, 'V');
    if (week != date_format_has(format, 'G'))
        return "%G and %V stand together only, a year of weeks and its week";
    if (week && (date_format_has(format, 'Y') || date_format_has(format, 'm') ||
                 date_format_has(format, 'd') || date_format_has(format, 'b') ||
                 date_format_has(format, 'q')))
        return "beside %G and %V a date's format knows no other part of a date";
    return week || date_format_has(format, 'Y') ? NULL : "a date's format needs %Y";
}
