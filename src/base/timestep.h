/* Steps of time: how far it is from one row to the next, and how its keys count.
 *
 * A key is the beginning of a step: days since 1970-01-01 (Arrow's date32) where steps are
 * whole days, minutes since then (Arrow's timestamp[s]) where they are shorter: so an
 * int32_t holds every day of the calendar, and minutes up to the year 6053.
 *
 *     step     keys            a key as text          season
 *     month    its first day   2020-05                12
 *     day      the day         2020-05-17             7
 *     hour     minutes         2020-05-17 10:00       24
 *     week     its Monday      2020-W20 (ISO 8601)    52
 *     quarter  its first day   2020-Q2                4
 *     year     its first day   2020                   1
 *     15min    minutes         2020-05-17 10:15       as many as a day has
 *
 * Months, quarters and years are named by any moment in them.  The others are exact: a
 * moment at which no such step begins (no Monday, 10:30 of an hour) has no key. */
#ifndef BASE_TIMESTEP_H
#define BASE_TIMESTEP_H

#include "base/date.h"

enum { TIMESTEP_TEXT = 24 }; // bytes that hold any key's text

struct timestep {
    const char *name;         // in the pipeline's file: "month", "15min"
    const char *column;       // of the keys in tables: "month", "minute"
    const char *unit, *units; // in messages: "month", "months"
    int months;               // a step is so many months; 0: it is
    int32_t every;            // so many keys
    bool minutes;             // keys count minutes
    size_t season;            // steps, unless the pipeline's file says another
    const char *like;         // "a month like 2020-05"
};

/* Their places in the table. */
enum timestep_place {
#define TIMESTEP(id, name, column, unit, units, months, every, minutes, season, like)    \
    TIMESTEP_##id,
#define TIMESTEP_MINUTES(n) TIMESTEP_##n##MIN,
#include "base/timesteps.def"
#undef TIMESTEP
#undef TIMESTEP_MINUTES
    TIMESTEPS
};
extern const struct timestep timestep_all[TIMESTEPS];

/* The words of all steps, for a row, behind a '|' that is none: "|month|day|…". */
extern const char timestep_words[];

/* The key of the step that holds the moment; what is wrong, in words that need no quoting,
 * when it has none. */
const char *timestep_key(const struct timestep *s, struct moment m, int32_t *ret);

/* True when a step begins at the key. */
bool timestep_begins(const struct timestep *s, int32_t key);

/* The calendar's first key: of the year 1. */
int32_t timestep_first(const struct timestep *s);

/* The key so many steps later.  Neither ends outside of the calendar, whose first step is
 * the least key there is. */
int32_t timestep_add(const struct timestep *s, int32_t key, int32_t steps);

/* True when there is such a key: it lies in the years 1 to 9999, as far as int32_t goes. */
bool timestep_valid(const struct timestep *s, int32_t key);

/* Steps from one key to another; negative when it comes before. */
int64_t timestep_between(const struct timestep *s, int32_t from, int32_t to);

/* The greatest key up to a minute since 1970-01-01: where an --as-of of that minute ends. */
int32_t timestep_until(const struct timestep *s, int64_t minute);

/* The key as text; buffer holds TIMESTEP_TEXT bytes.  Returns buffer. */
char *timestep_text(const struct timestep *s, int32_t key, char *buffer);

/* The first and the last key of what a text names: a step as timestep_text writes it, or a
 * month, a day …, whose steps are all meant; the step that holds a shorter time.  Returns
 * NULL, or what was expected: s->like. */
const char *timestep_span(const struct timestep *s, struct view v, int32_t *ret_first,
                          int32_t *ret_last);

/* The last minute since 1970-01-01 of what a text names, which may be a step of any kind;
 * false when it names no time. */
bool timestep_end(struct view v, int64_t *ret);

#endif
