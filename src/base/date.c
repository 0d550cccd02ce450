/* Dates as counts of days, months as the day they begin.
 *
 * Both conversions count in years that begin in March, so that the leap day is the last
 * day of its year and the months' lengths follow one straight line, 153 days in five
 * months; after Fliegel and Van Flandern 1968, "A machine algorithm for processing
 * calendar dates", CACM 11(10).  Within the years 1 … 9999 nothing overflows an int32_t;
 * parsing lets no other year in. */
#include "base/date.h"

#include <stddef.h>

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

static int32_t week_first(int32_t days)
{
    int32_t past = (days + 3) % 7; // day 0 was a Thursday
    return days - (past < 0 ? past + 7 : past);
}

int32_t week_days(int year, int week)
{
    return week_first(date_days((struct date){year, 1, 4})) + 7 * (week - 1);
}

int week_of(int32_t days, int *ret_year)
{
    int32_t thursday = week_first(days) + 3;
    *ret_year = date_of(thursday).year;
    return (thursday - date_days((struct date){*ret_year, 1, 1})) / 7 + 1;
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

struct moment moment_of(int64_t seconds)
{
    const int64_t day = 24 * 60 * 60;
    int64_t rest = seconds % day;
    rest += rest < 0 ? day : 0;
    return (struct moment){(int32_t)((seconds - rest) / day), (int32_t)rest};
}

char *moment_text(struct moment m, char *buffer)
{
    char *p = date_text(m.days, buffer) + 10;
    *p++ = ' ';
    p = put_digits(p, m.seconds / 3600, 2);
    *p++ = ':';
    p = put_digits(p, m.seconds / 60 % 60, 2);
    if (m.seconds % 60 > 0) {
        *p++ = ':';
        p = put_digits(p, m.seconds % 60, 2);
    }
    *p = '\0';
    return buffer;
}
