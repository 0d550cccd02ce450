/* Dates as counts of days, months as the day they begin.
 *
 * Both conversions count in years that begin in March, so that the leap day is the last
 * day of its year and the months' lengths follow one straight line, 153 days in five
 * months; after Fliegel and Van Flandern 1968, "A machine algorithm for processing
 * calendar dates", CACM 11(10).  Within the years 1 … 9999 nothing overflows an int32_t;
 * parsing lets no other year in. */
#include "base/date.h"

#include <stddef.h>

#include "base/error.h"

enum { DAYS_400_YEARS = 146097, DAYS_100_YEARS = 36524, DAYS_4_YEARS = 1461 };
enum { DAYS_TO_1970 = 719468 }; // from 0000-03-01

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (month == 2 && is_leap(year));
}

bool date_valid(struct date d)
{
    return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= month_length(d.year, d.month);
}

int32_t date_days(struct date d)
{
    int year = d.month > 2 ? d.year : d.year - 1;
    int month = d.month > 2 ? d.month - 3 : d.month + 9; // from March
    int within_year = (153 * month + 2) / 5 + d.day - 1;
    return 365 * year + year / 4 - year / 100 + year / 400 + within_year - DAYS_TO_1970;
}

struct date date_of(int32_t days)
{
    // Whole periods of 400 years go first: before year 0 they need rounding down.
    int64_t n = (int64_t)days + DAYS_TO_1970;
    int64_t period =
        n >= 0 ? n / DAYS_400_YEARS : -((DAYS_400_YEARS - 1 - n) / DAYS_400_YEARS);
    int rest = (int)(n - period * DAYS_400_YEARS);
    // The last day of the last century, and of the last year of four, is the leap day.
    int century = rest / DAYS_100_YEARS - rest / (DAYS_400_YEARS - 1);
    rest -= century * DAYS_100_YEARS;
    int four = rest / DAYS_4_YEARS;
    rest -= four * DAYS_4_YEARS;
    int one = rest / 365 - rest / (DAYS_4_YEARS - 1);
    rest -= one * 365;
    int month = (5 * rest + 2) / 153; // from March
    int year = (int)(400 * period) + 100 * century + 4 * four + one;
    return (struct date){month < 10 ? year : year + 1, month < 10 ? month + 3 : month - 9,
                         rest - (153 * month + 2) / 5 + 1};
}

int32_t month_first(int32_t days)
{
    struct date d = date_of(days);
    d.day = 1;
    return date_days(d);
}

int32_t month_add(int32_t key, int months)
{
    struct date d = date_of(key);
    int count = 12 * d.year + d.month - 1 + months;
    return date_days((struct date){count / 12, count % 12 + 1, 1});
}

int month_difference(int32_t later, int32_t earlier)
{
    struct date a = date_of(later), b = date_of(earlier);
    return 12 * (a.year - b.year) + a.month - b.month;
}

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

/* Takes what one directive stands for off the front. */
static const char *take_part(struct view *v, char directive, struct date *d,
                             const char *format)
{
    bool taken;
    switch (directive) {
    case 'Y': taken = take_digits(v, 4, 4, &d->year); break;
    case 'm': taken = take_digits(v, 1, 2, &d->month); break;
    case 'd': taken = take_digits(v, 1, 2, &d->day); break;
    case 'b': return take_name(v, &d->month, format);
    default: return date_format_fault(format);
    }
    return taken ? NULL : expected(format);
}

static const char *date_fault(struct date d)
{
    if (d.year < 1)
        return "the year 0 does not exist";
    if (d.month < 1 || d.month > 12)
        return "the month is not between 1 and 12";
    if (!date_valid(d))
        return "the month has no such day";
    return NULL;
}

const char *date_parse(struct view v, const char *format, int32_t *ret)
{
    struct date d = {1, 1, 1};
    for (const char *f = format; *f; f++) {
        bool literal = *f != '%' || f[1] == '%';
        if (!literal) {
            const char *fault = take_part(&v, *++f, &d, format);
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
    const char *fault = date_fault(d);
    if (!fault)
        *ret = date_days(d);
    return fault;
}

const char *date_format_fault(const char *format)
{
    bool has_year = false;
    for (const char *f = format; *f; f++) {
        if (*f != '%')
            continue;
        f++;
        if (*f == '\0' || !strchr("Ymdb%", *f))
            return "a date's format knows %Y, %m, %d, %b and %% only";
        has_year = has_year || *f == 'Y';
    }
    return has_year ? NULL : "a date's format needs %Y";
}

/* Writes a number with leading zeros and returns what is behind it. */
static char *put_digits(char *p, int value, size_t width)
{
    for (size_t i = width; i-- > 0; value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + width;
}

static char *put_month(char *p, struct date d)
{
    p = put_digits(p, d.year, 4);
    *p++ = '-';
    return put_digits(p, d.month, 2);
}

char *month_text(int32_t key, char *buffer)
{
    *put_month(buffer, date_of(key)) = '\0';
    return buffer;
}

char *date_text(int32_t days, char *buffer)
{
    struct date d = date_of(days);
    char *p = put_month(buffer, d);
    *p++ = '-';
    *put_digits(p, d.day, 2) = '\0';
    return buffer;
}
