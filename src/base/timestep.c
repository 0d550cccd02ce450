/* One table of steps.
 *
 * Two kinds are enough: so many months, which have no fixed length, and so many keys.
 * Weeks begin on Mondays, so that their days are counted from one. */
#include "base/timestep.h"

#include <stdio.h>

#include "base/error.h"

enum { DAY_MINUTES = 24 * 60, MONDAY = 4 }; // 1970-01-05

/* clang-format off */
#define TIMESTEP(id, ...) [TIMESTEP_##id] = {__VA_ARGS__},
#define TIMESTEP_MINUTES(n)                                                              \
    [TIMESTEP_##n##MIN] = {#n "min", "minute", #n "-minute step", #n "-minute steps", 0, \
                           n, true, DAY_MINUTES / (n), "a time like 2020-05-17 10:00"},
const struct timestep timestep_all[TIMESTEPS] = {
#include "base/timesteps.def"
};
#undef TIMESTEP
#undef TIMESTEP_MINUTES

#define TIMESTEP(id, name, ...) "|" name
#define TIMESTEP_MINUTES(n) "|" #n "min"
const char timestep_words[] =
#include "base/timesteps.def"
    ;
#undef TIMESTEP
#undef TIMESTEP_MINUTES
/* clang-format on */

/* Months since the year 0. */
static int months_of(struct date d)
{
    return 12 * d.year + d.month - 1;
}

static int32_t day_of_month(int months)
{
    return date_days((struct date){months / 12, months % 12 + 1, 1});
}

/* Keys since the last one at which a step begins. */
static int32_t past(const struct timestep *s, int32_t key)
{
    int64_t from = (int64_t)key - (s->every == 7 && !s->minutes ? MONDAY : 0);
    int64_t rest = from % s->every;
    return (int32_t)(rest < 0 ? rest + s->every : rest);
}

/* The last key at which a step begins, up to that one. */
static int32_t floor_of(const struct timestep *s, int32_t key)
{
    if (s->months == 0)
        return key - past(s, key);
    int months = months_of(date_of(key));
    return day_of_month(months - months % s->months);
}

bool timestep_begins(const struct timestep *s, int32_t key)
{
    return floor_of(s, key) == key;
}

int32_t timestep_first(const struct timestep *s)
{
    int32_t day = date_days((struct date){1, 1, 1}); // a Monday
    return s->minutes ? day * DAY_MINUTES : day;
}

bool timestep_valid(const struct timestep *s, int32_t key)
{
    return s->minutes ? key >= timestep_first(s) : date_valid(date_of(key));
}

const char *timestep_key(const struct timestep *s, struct moment m, int32_t *ret)
{
    static const char *const exact[] = {"expected a time at which a step begins",
                                        "expected the beginning of a day",
                                        "expected a Monday, on which weeks begin"};
    int64_t key = s->minutes ? (int64_t)m.days * DAY_MINUTES + m.seconds / 60 : m.days;
    bool whole = s->months > 0 || (s->minutes ? m.seconds % 60 : m.seconds) == 0;
    if (key != (int32_t)key)
        return "the time lies outside of the years up to 6053";
    if (!whole || (s->months == 0 && past(s, (int32_t)key) != 0))
        return exact[s->minutes ? 0 : whole ? 2 : 1];
    *ret = floor_of(s, (int32_t)key);
    return NULL;
}

int32_t timestep_add(const struct timestep *s, int32_t key, int32_t steps)
{
    int32_t first = timestep_first(s);
    int64_t later = (int64_t)key + (int64_t)steps * s->every;
    if (s->months == 0)
        return later < first ? first : later > INT32_MAX ? INT32_MAX : (int32_t)later;
    int64_t months = months_of(date_of(key)) + (int64_t)steps * s->months;
    return months < 12 ? first : day_of_month((int)months);
}

int64_t timestep_between(const struct timestep *s, int32_t from, int32_t to)
{
    if (s->months == 0)
        return ((int64_t)to - from) / s->every;
    return (months_of(date_of(to)) - months_of(date_of(from))) / s->months;
}

/* The day of a minute, also before 1970. */
static int64_t day_of(int64_t minute)
{
    return minute / DAY_MINUTES - (minute % DAY_MINUTES < 0);
}

int32_t timestep_until(const struct timestep *s, int64_t minute)
{
    int64_t key = s->minutes ? minute : day_of(minute);
    return key > INT32_MAX ? INT32_MAX : key < INT32_MIN ? INT32_MIN : (int32_t)key;
}

char *timestep_text(const struct timestep *s, int32_t key, char *buffer)
{
    if (s->months == 1)
        return month_text(key, buffer);
    if (s->minutes)
        return moment_text(moment_of(INT64_C(60) * key), buffer);
    if (s->every == 1)
        return date_text(key, buffer);
    struct date d = date_of(key);
    int year, week = week_of(key, &year);
    if (s->every == 7)
        snprintf(buffer, TIMESTEP_TEXT, "%04d-W%02d", year, week);
    else if (s->months == 3)
        snprintf(buffer, TIMESTEP_TEXT, "%04d-Q%d", d.year, (d.month + 2) / 3);
    else
        snprintf(buffer, TIMESTEP_TEXT, "%04d", d.year);
    return buffer;
}

/* What a text of each form names: so many months, days or minutes. */
static const struct {
    const char *format;
    int months, minutes;
} forms[] = {
    {"%Y-%m", 1, 0},
    {"%Y-%m-%d", 0, DAY_MINUTES},
    {"%G-W%V", 0, 7 * DAY_MINUTES},
    {"%Y-Q%q", 3, 0},
    {"%Y", 12, 0},
    {"%Y-%m-%d %H:%M", 0, 1},
    {"%Y-%m-%dT%H:%M", 0, 1},
};

/* The first and the last minute that a text names. */
static bool named(struct view v, int64_t *ret_from, int64_t *ret_to)
{
    struct moment m;
    size_t i = 0;
    while (i < COUNT_OF(forms) && moment_parse(v, forms[i].format, &m))
        i++;
    if (i == COUNT_OF(forms))
        return false;
    *ret_from = (int64_t)m.days * DAY_MINUTES + m.seconds / 60;
    *ret_to = *ret_from + forms[i].minutes - 1;
    if (forms[i].months > 0)
        *ret_to = (int64_t)month_add(m.days, forms[i].months) * DAY_MINUTES - 1;
    return true;
}

bool timestep_end(struct view v, int64_t *ret)
{
    int64_t from;
    return named(v, &from, ret);
}

const char *timestep_span(const struct timestep *s, struct view v, int32_t *ret_first,
                          int32_t *ret_last)
{
    int64_t from, to;
    if (!named(v, &from, &to))
        return s->like;
    from = s->minutes ? from : day_of(from);
    to = s->minutes ? to : day_of(to);
    if (from != (int32_t)from || to != (int32_t)to)
        return s->like;
    int32_t first = floor_of(s, (int32_t)from), last = floor_of(s, (int32_t)to);
    if (first < from && last > first)
        first = timestep_add(s, first, 1);
    *ret_first = first;
    *ret_last = last;
    return NULL;
}
