#include <criterion/criterion.h>

#include "base/error.h"
#include "base/option.h"
#include "base/timestep.h"

/* clang-format off */
static const struct {
    const char *step, *time; // "%Y-%m-%d %H:%M:%S"
    const char *want;        // the key as text, or why there is none
} placed[] = {
    {"month", "2020-05-17 10:07:03", "2020-05"},
    {"quarter", "2020-05-17 00:00:00", "2020-Q2"},
    {"quarter", "2020-12-31 00:00:00", "2020-Q4"},
    {"year", "0001-12-31 00:00:00", "0001"},
    {"day", "2020-05-17 00:00:00", "2020-05-17"},
    {"day", "2020-05-17 00:00:01", "expected the beginning of a day"},
    {"week", "2020-05-11 00:00:00", "2020-W20"},
    {"week", "1969-12-29 00:00:00", "1970-W01"},
    {"week", "0001-01-01 00:00:00", "0001-W01"},
    {"week", "2021-01-04 00:00:00", "2021-W01"},
    {"week", "2020-12-28 00:00:00", "2020-W53"},
    {"week", "2020-05-17 00:00:00", "expected a Monday, on which weeks begin"},
    {"week", "2020-05-11 06:00:00", "expected the beginning of a day"},
    {"hour", "2020-05-17 10:00:00", "2020-05-17 10:00"},
    {"hour", "1969-12-31 23:00:00", "1969-12-31 23:00"},
    {"hour", "2020-05-17 10:30:00", "expected a time at which a step begins"},
    {"15min", "2020-05-17 10:45:00", "2020-05-17 10:45"},
    {"15min", "2020-05-17 10:45:01", "expected a time at which a step begins"},
    {"15min", "2020-05-17 10:07:00", "expected a time at which a step begins"},
    {"1min", "9999-05-17 10:07:00", "the time lies outside of the years up to 6053"},
};
static const struct {
    const char *step, *text, *first, *last; // first NULL: what was expected is `last`
} spans[] = {
    {"month", "2020-05", "2020-05", "2020-05"},
    {"month", "2020-05-17", "2020-05", "2020-05"},
    {"month", "2020", "2020-01", "2020-12"},
    {"day", "2020-02", "2020-02-01", "2020-02-29"},
    {"day", "2020-02-03", "2020-02-03", "2020-02-03"},
    {"week", "2020-W20", "2020-W20", "2020-W20"},
    {"week", "2020-05", "2020-W19", "2020-W22"},
    {"week", "2020-05-17", "2020-W20", "2020-W20"},
    {"quarter", "2020-Q3", "2020-Q3", "2020-Q3"},
    {"year", "2020", "2020", "2020"},
    {"hour", "2020-05-17", "2020-05-17 00:00", "2020-05-17 23:00"},
    {"hour", "2020-05-17 10:00", "2020-05-17 10:00", "2020-05-17 10:00"},
    {"30min", "2020-05-17T10:30", "2020-05-17 10:30", "2020-05-17 10:30"},
    {"month", "May", NULL, "a month like 2020-05"},
    {"week", "2021-W53", NULL, "a week like 2020-W20"},
};
/* clang-format on */

static const struct timestep *step_of(const char *word)
{
    unsigned i = TIMESTEPS;
    cr_assert(option_index(timestep_words + 1, view_of(word), &i), "%s", word);
    return &timestep_all[i];
}

Test(timestep, a_moment_is_placed_or_refused)
{
    for (size_t i = 0; i < COUNT_OF(placed); i++) {
        const struct timestep *s = step_of(placed[i].step);
        struct moment m;
        int32_t key = 0;
        char text[TIMESTEP_TEXT];
        cr_assert_null(moment_parse(view_of(placed[i].time), "%Y-%m-%d %H:%M:%S", &m));
        const char *fault = timestep_key(s, m, &key);
        cr_expect_str_eq(fault ? fault : timestep_text(s, key, text), placed[i].want,
                         "row %zu", i);
        cr_expect(fault || timestep_begins(s, key), "row %zu", i);
    }
}

Test(timestep, a_text_names_the_steps_in_it)
{
    for (size_t i = 0; i < COUNT_OF(spans); i++) {
        const struct timestep *s = step_of(spans[i].step);
        int32_t first, last;
        char text[TIMESTEP_TEXT];
        const char *fault = timestep_span(s, view_of(spans[i].text), &first, &last);
        if (fault) {
            cr_expect_null(spans[i].first, "row %zu", i);
            cr_expect_str_eq(fault, spans[i].last, "row %zu", i);
            continue;
        }
        cr_expect_str_eq(timestep_text(s, first, text), spans[i].first, "row %zu", i);
        cr_expect_str_eq(timestep_text(s, last, text), spans[i].last, "row %zu", i);
    }
}

/* Every word of the row is a step, and moving there and back leads home. */
Test(timestep, steps_count_as_they_move)
{
    char words[256], *rest = words;
    snprintf(words, sizeof words, "%s", timestep_words);
    for (char *word; (word = strtok_r(rest, "|", &rest));) {
        const struct timestep *s = step_of(word);
        cr_assert_str_eq(s->name, word);
        int32_t key = timestep_add(s, 0, s->every == 7 ? -1 : 0);
        if (s->every == 7)
            key -= 3; // a Monday: 1969-12-22
        for (int32_t n = -4000; n <= 4000; n += 37) {
            if (s->months == 12 && n < -1900)
                continue;
            int32_t there = timestep_add(s, key, n);
            cr_expect_eq(timestep_between(s, key, there), n, "%s %d", word, n);
            cr_expect(timestep_begins(s, there), "%s %d", word, n);
            cr_expect_eq(timestep_add(s, there, -n), key, "%s %d", word, n);
        }
    }
}

Test(timestep, the_calendar_ends)
{
    const struct timestep *hour = &timestep_all[TIMESTEP_HOUR],
                          *week = &timestep_all[TIMESTEP_WEEK];
    int32_t first = timestep_add(hour, 0, -20000000);
    char text[TIMESTEP_TEXT];
    cr_assert_str_eq(timestep_text(hour, first, text), "0001-01-01 00:00");
    cr_assert_eq(timestep_add(hour, first, -1), first);
    cr_assert_eq(timestep_add(hour, INT32_MAX, 1), INT32_MAX);
    cr_assert(timestep_valid(hour, first) && !timestep_valid(hour, first - 1));
    cr_assert(timestep_valid(week, 2932896) && !timestep_valid(week, 2932897));
    cr_assert_eq(timestep_until(hour, 24 * 60 - 1), 24 * 60 - 1);
    cr_assert_eq(timestep_until(hour, INT64_MAX), INT32_MAX);
    cr_assert_eq(timestep_until(week, 5 * 24 * 60), 5);
    cr_assert_eq(timestep_until(week, -1), -1);
    cr_assert_eq(timestep_until(week, -24 * 60 - 1), -2);
}

/* Where the times that people write end. */
static const struct {
    const char *text;
    int64_t minute; // INT64_MIN: it is no time
} ends[] = {
    {"1970-01-01", 1439},       {"1970-01", 31 * 1440 - 1},   {"1970-01-01 10:00", 600},
    {"1970-01-01T10:15", 615},  {"1970", 365 * 1440 - 1},     {"1970-Q1", 90 * 1440 - 1},
    {"1970-W01", 4 * 1440 - 1}, {"1969-12-31", -1},           {"2020-02-30", INT64_MIN},
    {"now", INT64_MIN},         {"1970-01-01 10", INT64_MIN}, {"2020-W54", INT64_MIN},
    {"9999", 4223371680 - 1},
};

Test(timestep, a_time_of_any_kind_ends_with_a_minute)
{
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        int64_t minute = INT64_MIN;
        bool named = timestep_end(view_of(ends[i].text), &minute);
        cr_expect_eq(named, ends[i].minute != INT64_MIN, "%s", ends[i].text);
        cr_expect_eq(minute, ends[i].minute, "%s: %lld", ends[i].text, (long long)minute);
    }
}
