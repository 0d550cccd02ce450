/* Dates and months as keys.
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
int month_difference(int32_t later, int32_t earlier); // in months, of two keys

/* Parses by a format with %Y (four digits) %m %d (one or two digits) %b (month name or
 * its abbreviation in Spanish or English, any case), %% and literal characters; parts
 * that are absent are 1.  Returns NULL on success, else what is wrong, in words that need
 * no quoting: "expected a date like 2020-01-31", "the month is not between 1 and 12",
 * "unknown month name". */
const char *date_parse(struct view v, const char *format, int32_t *ret);

/* Returns NULL for a format that date_parse takes and that says at least the year, else
 * what is wrong with it. */
const char *date_format_fault(const char *format);

/* A month's number from its name, 0 when unknown: Ene Enero Jan January … */
int month_from_name(struct view v);

/* "2020-04" and "2020-04-17"; buffer holds at least 16 bytes; returns buffer. */
char *month_text(int32_t key, char *buffer);
char *date_text(int32_t days, char *buffer);

#endif
