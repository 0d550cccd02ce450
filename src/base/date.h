/* Dates, months and weeks.
 *
 * A date is a count of days since 1970-01-01 in the proleptic Gregorian calendar (Arrow's
 * date32); a month's key is the date of its first day.  Years 1 … 9999.  No time zone is
 * involved. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct date {
    int year, month, day; // month and day from 1
};

bool date_valid(struct date d);
int32_t date_days(struct date d); // of a valid date
struct date date_of(int32_t days);

int32_t month_first(int32_t days);          // the key of the month that holds the day
int32_t month_add(int32_t key, int months); // the key so many months later

/* Weeks begin on Monday; week 1 of a year is the one that holds 4 January (ISO 8601). */
int32_t week_days(int year, int week);    // the Monday of that week, from 1
int week_of(int32_t days, int *ret_year); // the week's number, and the year it is of

/* A day and the seconds since it began. */
struct moment {
    int32_t days, seconds;
};
struct moment moment_of(int64_t seconds); // since 1970-01-01 00:00

/* "2020-04-17 09:30", with ":15" where there are seconds; buffer holds at least 24 bytes;
 * returns buffer. */
char *moment_text(struct moment m, char *buffer);

/* Parses by a format with %Y (four digits) %m %d %H %M %S (one or two digits) %b (month
 * name or its abbreviation in Spanish or English, any case) %q (quarter, 1 to 4), with %G
 * and %V in place of %Y (a year of weeks, and the week of it: its Monday is meant), %% and
 * literal characters; parts that are absent are as small as they can be.  Returns NULL on
 * success, else what is wrong, in words that need no quoting: "expected a date like
 * 2020-01-31", "the month is not between 1 and 12", "unknown month name". */
const char *moment_parse(struct view v, const char *format, struct moment *ret);

/* The same for the day alone. */
const char *date_parse(struct view v, const char *format, int32_t *ret);

/* Returns NULL for a format that moment_parse takes and that says at least the year, else
 * what is wrong with it. */
const char *date_format_fault(const char *format);

/* True when the format has the directive. */
bool date_format_has(const char *format, char directive);

/* A month's number from its name, 0 when unknown: Ene Enero Jan January … */
int month_from_name(struct view v);

/* "2020-04" and "2020-04-17"; buffer holds at least 16 bytes; returns buffer. */
char *month_text(int32_t key, char *buffer);
char *date_text(int32_t days, char *buffer);

#endif
