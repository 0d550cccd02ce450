#include <criterion/criterion.h>

#include "base/error.h"
#include "base/text.h"

// clang-format off
static const struct {
    const char *text;
    bool ok;
    int64_t value;
} ints[] = {
    {"0", true, 0},
    {"-0", true, 0},
    {"7", true, 7},
    {"007", true, 7},
    {"-12", true, -12},
    {"9223372036854775807", true, INT64_MAX},
    {"-9223372036854775808", true, INT64_MIN},
    {"9223372036854775808", false, 0},
    {"-9223372036854775809", false, 0},
    {"18446744073709551616", false, 0},
    {"99999999999999999999999999999999", false, 0},
    {"", false, 0},
    {"-", false, 0},
    {"--1", false, 0},
    {"+1", false, 0},
    {" 1", false, 0},
    {"1 ", false, 0},
    {"1.0", false, 0},
    {"1e3", false, 0},
    {"0x10", false, 0},
    {"1_000", false, 0},
    {"\xd9\xa1", false, 0}, // an Arabic one
};
// clang-format on

Test(text, integers_are_read_strictly)
{
    for (size_t i = 0; i < COUNT_OF(ints); i++) {
        int64_t value = 99;
        cr_expect_eq(text_int64(view_of(ints[i].text), &value), ints[i].ok, "row %zu", i);
        cr_expect_eq(value, ints[i].ok ? ints[i].value : 99, "row %zu", i);
    }
    int64_t value;
    cr_assert_not(text_int64((struct view){"1\0", 2}, &value));
    cr_assert_not(text_int64((struct view){NULL, 0}, &value));
    cr_assert(text_int64((struct view){"123", 2}, &value));
    cr_assert_eq(value, 12);
}

Test(text, sizes_take_no_sign)
{
    size_t value = 99;
    cr_assert_not(text_size(view_of("-1"), &value));
    cr_assert_not(text_size(view_of("-0"), &value));
    cr_assert_not(text_size(view_of("18446744073709551616"), &value));
    cr_assert_not(text_size(view_of(""), &value));
    cr_assert_eq(value, 99);
    cr_assert(text_size(view_of("18446744073709551615"), &value));
    cr_assert_eq(value, SIZE_MAX);
}

Test(text, views_compare_by_length_and_bytes)
{
    cr_assert(view_eq(VIEW("ab"), VIEW("ab")));
    cr_assert(view_eq((struct view){NULL, 0}, VIEW("")));
    cr_assert_not(view_eq(VIEW("ab"), VIEW("abc")));
    cr_assert_not(view_eq(VIEW("a\0b"), VIEW("a\0c")));
    cr_assert(view_is(VIEW("ab"), "ab"));
    cr_assert_not(view_is(VIEW("ab\0"), "ab"));
}

Test(text, trimming_takes_blanks_and_tabs_only)
{
    cr_assert(view_is(view_trim(VIEW(" \t a b\t ")), "a b"));
    cr_assert(view_is(view_trim(VIEW("\na\r")), "\na\r"));
    cr_assert_eq(view_trim(VIEW(" \t ")).n, 0);
    cr_assert_eq(view_trim((struct view){NULL, 0}).n, 0);
}

Test(text, the_builder_grows_and_stays_terminated)
{
    struct arena mem = {0};
    struct text t = {.mem = &mem};
    text_add(&t, NULL, 0);
    cr_assert_str_eq(t.p, "");
    char want[8000] = "";
    size_t n = 0;
    for (int i = 0; i < 1000; i++) {
        text_puts(&t, "ab");
        text_putc(&t, '-');
        text_addf(&t, "%d,", i % 10);
        n += (size_t)snprintf(want + n, sizeof(want) - n, "ab-%d,", i % 10);
        cr_assert_eq(t.n, n);
        cr_assert_eq(t.p[n], '\0');
        arena_alloc(&mem, 3); // so that it has to move
    }
    cr_assert_str_eq(t.p, want);
    text_addf(&t, "%s", "");
    cr_assert_str_eq(t.p, want);
    text_add(&t, want, n);
    text_add(&t, want, n);
    text_add(&t, want, n);
    cr_assert_eq(t.n, 4 * n);
    cr_assert_eq(memcmp(t.p + 3 * n, want, n + 1), 0);
    t = (struct text){.mem = &mem};
    text_puts(&t, want); // larger than the first step
    cr_assert_str_eq(t.p, want);
    arena_release(&mem);
}

// clang-format off
static const struct {
    const char *pattern, *name;
    bool matches;
} matches[] = {
    {"", "", true},         {"", "a", false},        {"*", "", true},
    {"*", "abc", true},     {"a*", "abc", true},     {"a*", "bc", false},
    {"*c", "abc", true},    {"*c", "abcd", false},   {"a*c", "ac", true},
    {"a*c", "abcbc", true}, {"a*b*c", "axbxc", true}, {"a*b*c", "axcxb", false},
    {"**", "x", true},      {"a**", "a", true},      {"*aab", "aaaaab", true},
    {"*.csv", ".csv", true}, {"*.csv", "a.csv.gz", false}, {"?", "a", false},
    {"[a]", "[a]", true},   {"abc", "ab", false},    {"ab", "abc", false},
};
// clang-format on

Test(text, a_star_matches_any_run)
{
    for (size_t i = 0; i < COUNT_OF(matches); i++)
        cr_expect_eq(text_match(matches[i].pattern, matches[i].name), matches[i].matches,
                     "row %zu", i);
}

Test(text, a_hostile_pattern_ends_soon, .timeout = 60)
{
    char name[3001];
    memset(name, 'a', 3000);
    name[3000] = '\0';
    cr_assert_not(text_match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", name));
}

static const char *const words[] = {"price", "volume",  "precision",
                                    "x",     "Periodo", "test"};

// clang-format off
static const struct {
    const char *name, *want;
} nearest[] = {
    {"prize", "price"},      {"PRICE", "price"},   {"pirce", "price"},
    {"prcie", "price"},
    {"volum", "volume"},     {"periodo", "Periodo"}, {"presicion", "precision"},
    {"predecision", "precision"}, {"y", NULL},     {"xy", "x"},          {"banana", NULL},
    {"tst", "test"},         {"teest", "test"},    {"", NULL},           {"tets", "test"},
    {"pxxce", NULL},
};
// clang-format on

Test(text, the_nearest_name_is_near)
{
    for (size_t i = 0; i < COUNT_OF(nearest); i++) {
        const char *got = text_nearest(view_of(nearest[i].name), words, COUNT_OF(words));
        if (nearest[i].want)
            cr_expect_str_eq(got ? got : "(none)", nearest[i].want, "row %zu", i);
        else
            cr_expect_null(got, "row %zu: %s", i, got);
    }
    cr_assert_null(text_nearest(VIEW("a"), NULL, 0));
}

Test(text, among_equals_the_first_is_taken_and_a_match_wins)
{
    static const char *const same[] = {"cut", "cot", "cat"};
    cr_assert_str_eq(text_nearest(VIEW("cet"), same, 3), "cut");
    cr_assert_str_eq(text_nearest(VIEW("CAT"), same, 3), "cat");
}

Test(text, names_too_long_are_near_to_nothing)
{
    char name[300];
    memset(name, 'a', sizeof(name));
    name[299] = '\0';
    const char *const same[] = {name};
    cr_assert_null(text_nearest(view_of(name), same, 1));
    cr_assert_null(text_nearest(VIEW("a"), same, 1));
    name[128] = '\0';
    cr_assert_eq(text_nearest(view_of(name), same, 1), name);
}

// clang-format off
static const struct {
    const char *bytes;
    size_t valid;
} utf8[] = {
    {"", 0},
    {"plain", 5},
    {"\x7f", 1},
    {"\xc2\x80", 2},
    {"\xdf\xbf", 2},
    {"\xe0\xa0\x80", 3},
    {"\xed\x9f\xbf", 3},
    {"\xee\x80\x80", 3},
    {"\xef\xbf\xbf", 3},
    {"\xf0\x90\x80\x80", 4},
    {"\xf4\x8f\xbf\xbf", 4},
    {"a\x80", 1},            // a continuation alone
    {"a\xc3", 1},            // cut off
    {"a\xe2\x82", 1},
    {"a\xf0\x9f\x90", 1},
    {"ab\xc0\xaf", 2},       // longer than needed
    {"ab\xc1\xbf", 2},
    {"ab\xe0\x9f\xbf", 2},
    {"ab\xf0\x8f\xbf\xbf", 2},
    {"abc\xed\xa0\x80", 3},  // a surrogate
    {"abc\xf4\x90\x80\x80", 3}, // beyond the last one
    {"abc\xf5\x80\x80\x80", 3},
    {"abc\xff", 3},
    {"\xc3\xa9\xc3(", 2},
};
// clang-format on

Test(text, utf8_is_valid_up_to_the_first_fault)
{
    for (size_t i = 0; i < COUNT_OF(utf8); i++)
        cr_expect_eq(text_utf8_valid(utf8[i].bytes, strlen(utf8[i].bytes)), utf8[i].valid,
                     "row %zu", i);
    cr_assert_eq(text_utf8_valid("a\0b", 3), 3);
}

Test(text, there_are_as_many_characters_as_unicode_has)
{
    size_t n = 0;
    for (uint32_t bytes = 0; bytes < UINT32_C(1) << 24; bytes++) {
        // All first three bytes; the fourth is one continuation, which stands for 64.
        char p[4] = {(char)(bytes >> 16), (char)(bytes >> 8), (char)bytes, (char)0x80};
        size_t step = text_utf8_step(p, 4);
        n += step == 4 ? 64 : step == 3;
        n += step == 2 && p[2] == 0;
        n += step == 1 && p[1] == 0 && p[2] == 0;
    }
    cr_assert_eq(n, 0x110000 - 0x800);
}

Test(text, the_hash_is_fnv_1a)
{
    cr_assert_eq(text_hash(TEXT_HASH_START, "", 0), UINT64_C(0xcbf29ce484222325));
    cr_assert_eq(text_hash(TEXT_HASH_START, "a", 1), UINT64_C(0xaf63dc4c8601ec8c));
    cr_assert_eq(text_hash(TEXT_HASH_START, "foobar", 6), UINT64_C(0x85944171f73967e8));
    cr_assert_eq(text_hash(text_hash(TEXT_HASH_START, "foo", 3), "bar", 3),
                 UINT64_C(0x85944171f73967e8));
}

/* The first and the last of each run of characters that are escaped, and their
 * neighbours, which are not. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0x61C, 0x61C},   {0x200B, 0x200F},
    {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF}, {0xE0001, 0xE007F},
};

Test(text, what_a_terminal_would_obey_is_escaped)
{
    for (size_t i = 0; i < COUNT_OF(hidden); i++)
        for (uint32_t c = hidden[i].first; c <= hidden[i].last; c++)
            cr_expect_not(text_is_plain(c), "U+%04X", c);
    static const uint32_t plain[] = {' ',    '~',    0xA0,   0xE9,   0x200A, 0x2010,
                                     0x2027, 0x202F, 0x2212, 0x4E2D, 0xFFFD, 0x1F404};
    for (size_t i = 0; i < COUNT_OF(plain); i++)
        cr_expect(text_is_plain(plain[i]), "U+%04X", plain[i]);
}

static const struct {
    const char *text, *shown;
} shown[] = {
    {"plain text, caf\xC3\xA9 \xF0\x9F\x90\x84",
     "plain text, caf\xC3\xA9 \xF0\x9F\x90\x84"},
    {"\x1B[2J\x07\r\n\t", "\\x1B[2J\\x07\\x0D\\x0A\\x09"},
    {"\xC2\x9B"
     "31m",
     "\\u009B31m"},
    {"a\xE2\x80\xAE"
     "b\xE2\x81\xA9",
     "a\\u202Eb\\u2069"},
    {"\xE2\x80\xA8\xE2\x80\x8D\xEF\xBB\xBF\xD8\x9C", "\\u2028\\u200D\\uFEFF\\u061C"},
    {"\xF3\xA0\x81\x81", "\\U000E0041"},
    {"\xFF\x9B\xC3", "\\xFF\\x9B\\xC3"},
    {"", ""},
};

Test(text, escapes_say_which_character_it_was)
{
    struct arena mem = {0};
    for (size_t i = 0; i < COUNT_OF(shown); i++) {
        struct text t = {.mem = &mem};
        text_add_shown(&t, view_of(shown[i].text));
        cr_expect_str_eq(t.p, shown[i].shown);
    }
    arena_release(&mem);
}
