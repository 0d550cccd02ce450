#include <criterion/criterion.h>

#include "base/date.h"
#include "base/error.h"

// clang-format off
static const struct {
    struct date date;
    int32_t days;
} known[] = {
    {{1970, 1, 1}, 0},        {{1969, 12, 31}, -1},    {{2000, 3, 1}, 11017},
    {{1, 1, 1}, -719162},     {{9999, 12, 31}, 2932896}, {{2020, 4, 17}, 18369},
    {{1900, 3, 1}, -25508},   {{2024, 2, 29}, 19782},
};
// clang-format on

Test(date, known_days)
{
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        struct date d = date_of(known[i].days);
        cr_expect_eq(date_days(known[i].date), known[i].days, "row %zu", i);
        cr_expect_eq(d.year, known[i].date.year, "row %zu", i);
        cr_expect_eq(d.month, known[i].date.month, "row %zu", i);
        cr_expect_eq(d.day, known[i].date.day, "row %zu", i);
    }
}

/* The calendar as one learns it, stepped from day to day through all years. */
Test(date, every_day_of_ten_thousand_years)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct date d = {1, 1, 1};
    size_t wrong = 0;
    int32_t days = -719162;
    for (; d.year < 10000; days++) {
        struct date got = date_of(days);
        wrong += got.year != d.year || got.month != d.month || got.day != d.day;
        wrong += date_days(d) != days || !date_valid(d);
        bool leap = d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);
        if (d.day++ < lengths[d.month - 1] + (d.month == 2 && leap))
            continue;
        wrong += date_valid(d); // one day past the month's end
        d.day = 1;
        if (d.month++ == 12) {
            d.month = 1;
            d.year++;
        }
    }
    cr_assert_eq(wrong, 0);
    cr_assert_eq(days, 2932897);
}

Test(date, the_ends_of_the_range_do_not_overflow)
{
    struct date low = date_of(INT32_MIN), high = date_of(INT32_MAX);
    cr_assert_eq(low.year, -5877641);
    cr_assert_eq(low.month, 6);
    cr_assert_eq(low.day, 23);
    cr_assert_eq(high.year, 5881580);
    cr_assert_eq(high.month, 7);
    cr_assert_eq(high.day, 11);
}

Test(date, what_does_not_exist_is_not_valid)
{
    static const struct date bad[] = {{0, 1, 1},     {10000, 1, 1}, {2020, 0, 1},
                                      {2020, 13, 1}, {2020, 1, 0},  {2020, 1, 32},
                                      {2020, 4, 31}, {2021, 2, 29}, {1900, 2, 29},
                                      {2020, 2, 30}, {2020, -1, 1}};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        cr_expect_not(date_valid(bad[i]), "row %zu", i);
}

Test(date, months_are_added)
{
    int32_t jan = date_days((struct date){2020, 1, 1});
    char text[16];
    cr_assert_str_eq(month_text(month_add(jan, 1), text), "2020-02");
    cr_assert_str_eq(month_text(month_add(jan, 12), text), "2021-01");
    cr_assert_str_eq(month_text(month_add(jan, -1), text), "2019-12");
    cr_assert_str_eq(month_text(month_add(jan, -13), text), "2018-12");
    for (int n = -600; n <= 600; n++) {
        int32_t key = month_add(jan, n);
        cr_assert_eq(month_first(key), key);
        cr_assert_eq(month_first(key + 27), key);
        cr_assert_eq(month_add(key, -n), jan);
    }
    cr_assert_str_eq(month_text(month_first(date_days((struct date){2020, 2, 29})), text),
                     "2020-02");
}

Test(date, texts_have_leading_zeros)
{
    char text[16];
    cr_assert_str_eq(date_text(18369, text), "2020-04-17");
    cr_assert_str_eq(date_text(-719162, text), "0001-01-01");
    cr_assert_str_eq(month_text(-719162, text), "0001-01");
    cr_assert_str_eq(date_text(2932896, text), "9999-12-31");
}

// clang-format off
static const struct {
    const char *text, *format, *want; // want: a date, or else the message
} parses[] = {
    {"2020-01-31", "%Y-%m-%d", "2020-01-31"},
    {"2020-1-3", "%Y-%m-%d", "2020-01-03"},
    {"31/12/1999", "%d/%m/%Y", "1999-12-31"},
    {"1/2/2020", "%d/%m/%Y", "2020-02-01"},
    {"20200131", "%Y%m%d", "2020-01-31"},
    {"2020-04", "%Y-%m", "2020-04-01"},
    {"2020", "%Y", "2020-01-01"},
    {"0001-01-01", "%Y-%m-%d", "0001-01-01"},
    {"Ene-2020", "%b-%Y", "2020-01-01"},
    {"diciembre.2020", "%b.%Y", "2020-12-01"},
    {"SEPT 2020", "%b %Y", "2020-09-01"},
    {"17 April 2020", "%d %b %Y", "2020-04-17"},
    {"100% 2020", "100%% %Y", "2020-01-01"},
    {"2024-02-29", "%Y-%m-%d", "2024-02-29"},
    {"2023-02-29", "%Y-%m-%d", "the month has no such day"},
    {"2020-04-31", "%Y-%m-%d", "the month has no such day"},
    {"2020-04-00", "%Y-%m-%d", "the month has no such day"},
    {"2020-13-01", "%Y-%m-%d", "the month is not between 1 and 12"},
    {"2020-00-01", "%Y-%m-%d", "the month is not between 1 and 12"},
    {"0000-01-01", "%Y-%m-%d", "the year 0 does not exist"},
    {"Foo-2020", "%b-%Y", "unknown month name"},
    {"Enerox-2020", "%b-%Y", "unknown month name"},
    {"En-2020", "%b-%Y", "unknown month name"},
    {"", "%Y-%m-%d", "expected a date like 2020-01-31"},
    {"2020-01", "%Y-%m-%d", "expected a date like 2020-01-31"},
    {"2020-01-31 ", "%Y-%m-%d", "expected a date like 2020-01-31"},
    {" 2020-01-31", "%Y-%m-%d", "expected a date like 2020-01-31"},
    {"2020-01-31T00:00", "%Y-%m-%d", "expected a date like 2020-01-31"},
    {"2020-01-311", "%Y-%m-%d", "expected a date like 2020-01-31"},
    {"2020-001-31", "%Y-%m-%d", "expected a date like 2020-01-31"},
    {"20-01-31", "%Y-%m-%d", "expected a date like 2020-01-31"},
    {"12020-01-31", "%Y-%m-%d", "expected a date like 2020-01-31"},
    {"-020-01-31", "%Y-%m-%d", "expected a date like 2020-01-31"},
    {"2020/01/31", "%Y-%m-%d", "expected a date like 2020-01-31"},
    {"-2020", "%b-%Y", "expected a month like Ene-2020"},
    {"2020.5", "%Y.%m.", "expected a date in the column's format"},
    {"2020-Q3", "%Y-Q%q", "2020-07-01"},
    {"2020-Q5", "%Y-Q%q", "the quarter is not between 1 and 4"},
    {"2020-Q", "%Y-Q%q", "expected a quarter like 2020-Q1"},
    {"2020-W53", "%G-W%V", "2020-12-28"},
    {"2021-W01", "%G-W%V", "2021-01-04"},
    {"2016-W01", "%G-W%V", "2016-01-04"},
    {"2015-W1", "%G-W%V", "2014-12-29"},
    {"2021-W53", "%G-W%V", "the year has no week 53"},
    {"2021-W00", "%G-W%V", "the week is not between 1 and 53"},
    {"2021-W54", "%G-W%V", "the week is not between 1 and 53"},
    {"2020-05-17 24:00", "%Y-%m-%d %H:%M", "the hour is not between 0 and 23"},
    {"2020-05-17 10:60", "%Y-%m-%d %H:%M", "the minute or the second is not between 0 and 59"},
    {"2020-05-17 10:59:60", "%Y-%m-%d %H:%M:%S", "the minute or the second is not between 0 and 59"},
    {"2020-05-17 1059", "%Y-%m-%d %H:%M", "expected a time like 2020-01-31 09:30"},
    {"2020", "%Y%I", "a date's format knows %Y, %m, %d, %b, %q, %G, %V, %H, %M, %S and %% only"},
    {"2020", "%Y%", "a date's format knows %Y, %m, %d, %b, %q, %G, %V, %H, %M, %S and %% only"},
};
// clang-format on

Test(date, parses_by_format_and_says_what_is_wrong)
{
    for (size_t i = 0; i < COUNT_OF(parses); i++) {
        int32_t days = 12345678;
        char text[16];
        const char *fault = date_parse(view_of(parses[i].text), parses[i].format, &days);
        if (fault)
            cr_expect_eq(days, 12345678, "row %zu touched the result", i);
        cr_expect_str_eq(fault ? fault : date_text(days, text), parses[i].want, "row %zu",
                         i);
    }
}

Test(date, a_view_is_not_read_past_its_end)
{
    int32_t days;
    cr_assert_null(date_parse((struct view){"2020-01-31", 9}, "%Y-%m-%d", &days));
    cr_assert_eq(days, date_days((struct date){2020, 1, 3}));
    cr_assert_not_null(date_parse((struct view){"2020-01-31", 8}, "%Y-%m-%d", &days));
    cr_assert_not_null(date_parse((struct view){NULL, 0}, "%Y", &days));
    cr_assert_not_null(date_parse((struct view){"2020\0", 5}, "%Y", &days));
}

Test(date, what_is_written_is_read_back)
{
    for (int32_t days = -719162; days <= 2932896; days += 97) {
        char text[16];
        int32_t back = 0;
        cr_assert_null(date_parse(view_of(date_text(days, text)), "%Y-%m-%d", &back));
        cr_assert_eq(back, days);
    }
}

// clang-format off
static const struct {
    const char *name;
    int month;
} months[] = {
    {"Ene", 1},       {"ENERO", 1},     {"jan", 1},       {"January", 1},   {"Feb", 2},
    {"Febrero", 2},   {"February", 2},  {"Mar", 3},       {"Marzo", 3},     {"March", 3},
    {"Abr", 4},       {"Abril", 4},     {"Apr", 4},       {"April", 4},     {"May", 5},
    {"Mayo", 5},      {"Jun", 6},       {"Junio", 6},     {"June", 6},      {"Jul", 7},
    {"Julio", 7},     {"July", 7},      {"Ago", 8},       {"Agosto", 8},    {"Aug", 8},
    {"August", 8},    {"Sep", 9},       {"Set", 9},       {"Septiembre", 9},
    {"Setiembre", 9},
    {"September", 9}, {"Oct", 10},      {"Octubre", 10},  {"October", 10},  {"Nov", 11},
    {"Noviembre", 11}, {"November", 11}, {"Dic", 12},     {"Diciembre", 12}, {"Dec", 12},
    {"December", 12}, {"", 0},          {"E", 0},         {"En", 0},        {"Ener", 0},
    {"Eneros", 0},    {"ene.", 0},      {"1", 0},         {"Ma", 0},        {"m@y", 0},
    {"M\x01Y", 0},    {"MAY ", 0},
};
// clang-format on

Test(date, months_have_spanish_and_english_names)
{
    for (size_t i = 0; i < COUNT_OF(months); i++)
        cr_expect_eq(month_from_name(view_of(months[i].name)), months[i].month, "row %zu",
                     i);
}

Test(date, a_format_is_checked)
{
    cr_assert_null(date_format_fault("%Y-%m-%d"));
    cr_assert_null(date_format_fault("%d %b %Y 100%%"));
    cr_assert_str_eq(date_format_fault("%m-%d"), "a date's format needs %Y");
    cr_assert_str_eq(date_format_fault(""), "a date's format needs %Y");
    cr_assert_str_eq(
        date_format_fault("%y"),
        "a date's format knows %Y, %m, %d, %b, %q, %G, %V, %H, %M, %S and %% only");
    cr_assert_not_null(date_format_fault("%Y%"));
    cr_assert_null(date_format_fault("%Y-%m-%dT%H:%M:%S"));
    cr_assert_null(date_format_fault("%G-W%V"));
    cr_assert_not_null(date_format_fault("%G"));
    cr_assert_not_null(date_format_fault("%Y %V"));
    cr_assert_not_null(date_format_fault("%G %V %m"));
    cr_assert_not_null(date_format_fault("%%Y"));
}
