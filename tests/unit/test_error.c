#include <criterion/criterion.h>

#include <errno.h>

#include "base/error.h"
#include "base/text.h"
#include "help/help.h"

// clang-format off
static const struct {
    const char *bytes;
    size_t n;
    const char *want;
} quotes[] = {
    {"", 0, "''"},
    {"12,5", 4, "'12,5'"},
    {"a\0b", 3, "'a\\x00b'"},
    {"tab\there", 8, "'tab\\x09here'"},
    {"\x1b[31m", 5, "'\\x1B[31m'"},
    {"\x7f", 1, "'\\x7F'"},
    {"caf\xc3\xa9", 5, "'caf\xc3\xa9'"},
    {"caf\xc3", 4, "'caf\\xC3'"},
    {"\xff\xfe", 2, "'\\xFF\\xFE'"},
    {"\xc0\xaf", 2, "'\\xC0\\xAF'"},
    {"\xc2\x85", 2, "'\\u0085'"},     // a control character of Latin-1
    {"\xe2\x80\xae", 3, "'\\u202E'"}, // text runs from right to left from here on
    {"\xe2\x81\xa6", 3, "'\\u2066'"},
    {"\xe2\x82\xac", 3, "'\xe2\x82\xac'"},
    {"\xf0\x9f\x90\x84", 4, "'\xf0\x9f\x90\x84'"},
    {"0123456789012345678901234567890123456789", 40,
     "'0123456789012345678901234567890123456789'"},
    {"0123456789012345678901234567890123456789x", 41,
     "'0123456789012345678901234567890123456789...'"},
    {"012345678901234567890123456789012345678\xc3\xa9", 41,
     "'012345678901234567890123456789012345678...'"},
    {"01234567890123456789012345678901234567\xc3\xa9zz", 42,
     "'01234567890123456789012345678901234567\xc3\xa9...'"},
};
// clang-format on

Test(error, values_are_quoted_clipped_and_escaped)
{
    for (size_t i = 0; i < COUNT_OF(quotes); i++)
        cr_expect_str_eq(QUOTE_N(quotes[i].bytes, quotes[i].n), quotes[i].want, "row %zu",
                         i);
}

Test(error, the_longest_quote_fits_its_buffer)
{
    char bytes[100];
    memset(bytes, 0xFF, sizeof(bytes));
    struct quoted quoted;
    memset(&quoted, 'z', sizeof(quoted));
    const char *text = quote_bytes(&quoted, bytes, sizeof(bytes));
    cr_assert_eq(strlen(text), 1 + 40 * 4 + 3 + 1);
    cr_assert_str_eq(text + strlen(text) - 8, "\\xFF...'");
}

Test(error, a_long_path_keeps_its_end)
{
    char path[1000];
    memset(path, 'd', sizeof(path));
    memcpy(path + sizeof(path) - 10, "/last.csv", 10);
    const char *text = QUOTE_PATH(path);
    cr_assert_eq(strlen(text), 202);
    cr_assert_eq(strncmp(text, "'...ddd", 7), 0);
    cr_assert_str_eq(text + strlen(text) - 10, "/last.csv'");
    cr_assert_str_eq(QUOTE_PATH("a\nb"), "'a\\x0Ab'");
    // The cut falls into a character, which is left out.
    memcpy(path + sizeof(path) - 1 - 198, "\xc3\xa9", 2);
    text = QUOTE_PATH(path);
    cr_assert_eq(strlen(text), 201);
    cr_assert_eq(strncmp(text, "'...ddd", 7), 0);
}

static char *printed(const struct error *err, const char *kind, int colour)
{
    static char text[8192];
    FILE *f = fmemopen(text, sizeof(text), "w");
    error_print(err, kind, colour, f);
    fclose(f);
    return text;
}

// clang-format off
static const struct {
    struct error err;
    const char *kind, *want;
} prints[] = {
    {{STATUS_INPUT, {"data/raw.csv", 4, 17, "price"},
      "expected a number, found '12,5'", ""},
     "error",
     "data/raw.csv:4:17: error: expected a number, found '12,5' (column 'price')\n"},
    {{STATUS_INPUT, {"a.csv", 4, 0, ""}, "too few cells", "see the header"}, "error",
     "a.csv:4: error: too few cells\n  hint: see the header\n"},
    {{STATUS_INPUT, {"a.csv", 0, 9, ""}, "no rows", ""}, "warning",
     "a.csv: warning: no rows\n"},
    {{STATUS_USAGE, {"", 0, 0, ""}, "unknown option '--x'", ""}, "error",
     "error: unknown option '--x'\n"},
    {{STATUS_USAGE, {"", 3, 4, ""}, "no place without a path", ""}, "error",
     "error: no place without a path\n"},
    {{STATUS_INPUT, {"p.yaml", 2, 3, "seed"}, "unknown key", ""}, "error",
     "p.yaml:2:3: error: unknown key (key 'seed')\n"},
    {{STATUS_INPUT, {"p.yml", 2, 3, "seed"}, "unknown key", ""}, "error",
     "p.yml:2:3: error: unknown key (key 'seed')\n"},
    {{STATUS_USAGE, {"--set", 0, 0, "seed"}, "unknown key", ""}, "error",
     "--set: error: unknown key (key 'seed')\n"},
    {{STATUS_INPUT, {"m.json", 0, 0, "coef"}, "expected an array", ""}, "error",
     "m.json: error: expected an array (field 'coef')\n"},
    {{STATUS_INPUT, {"", 0, 0, "x"}, "m", ""}, "error", "error: m (field 'x')\n"},
    {{STATUS_INPUT, {"a\nb.csv", 1, 1, "c\x1b[2J"}, "two\nlines", "h\rh"}, "error",
     "a\\x0Ab.csv:1:1: error: two\\x0Alines (column 'c\\x1B[2J')\n  hint: h\\x0Dh\n"},
};
// clang-format on

Test(error, prints_place_message_field_and_hint)
{
    for (size_t i = 0; i < COUNT_OF(prints); i++)
        cr_expect_str_eq(printed(&prints[i].err, prints[i].kind, 0), prints[i].want,
                         "row %zu", i);
}

Test(error, colour_adds_escapes_around_the_same_words)
{
    const char *text = printed(&prints[1].err, "error", 1);
    cr_assert_str_eq(text, "a.csv:4: \x1b[1;31merror:\x1b[0m too few cells\n"
                           "  \x1b[36mhint:\x1b[0m see the header\n");
}

Test(error, setting_forgets_what_stood_there)
{
    struct error err;
    memset(&err, 'z', sizeof(err));
    cr_assert_eq(error_set(&err, STATUS_INPUT, "row %d", 7), STATUS_INPUT);
    cr_assert_eq(err.status, STATUS_INPUT);
    cr_assert_str_eq(err.message, "row 7");
    cr_assert_str_eq(err.hint, "");
    cr_assert_str_eq(err.loc.path, "");
    cr_assert_eq(err.loc.line, 0);
    cr_assert_str_eq(err.loc.field, "");
}

Test(error, a_message_may_quote_the_one_it_replaces)
{
    struct error err;
    error_set(&err, STATUS_INPUT, "inner");
    error_set(&err, STATUS_REFUSED, "outer: %s", err.message);
    cr_assert_str_eq(err.message, "outer: inner");
    error_hint(&err, "first");
    error_hint(&err, "%s, second", err.hint);
    cr_assert_str_eq(err.hint, "first, second");
}

Test(error, the_deepest_place_stays)
{
    struct error err;
    error_set(&err, STATUS_INPUT, "m");
    error_at(&err, "deep.csv", 3, 5);
    error_field(&err, "price");
    error_at(&err, "shallow.yaml", 1, 1);
    error_at(&err, "deep.csv", 9, 9);
    error_field(&err, "other");
    cr_assert_str_eq(err.loc.path, "deep.csv");
    cr_assert_eq(err.loc.line, 3);
    cr_assert_eq(err.loc.col, 5);
    cr_assert_str_eq(err.loc.field, "price");
}

Test(error, line_and_path_may_come_one_after_the_other)
{
    struct error err;
    error_set(&err, STATUS_INPUT, "m");
    error_at(&err, NULL, 3, 5);
    error_at(&err, "a.csv", 0, 0);
    cr_assert_str_eq(err.loc.path, "a.csv");
    cr_assert_eq(err.loc.line, 3);

    error_set(&err, STATUS_INPUT, "m");
    error_at(&err, "a.csv", 0, 0);
    error_at(&err, "a.csv", 7, 2);
    cr_assert_eq(err.loc.line, 7);
    cr_assert_eq(err.loc.col, 2);
}

Test(error, a_message_too_long_is_clipped_between_two_characters)
{
    char text[1001];
    for (size_t shift = 0; shift < 3; shift++) {
        memset(text, 'a', sizeof(text));
        for (size_t i = shift; i + 2 < sizeof(text) - 1; i += 2)
            memcpy(text + i, "\xc3\xa9", 2);
        text[sizeof(text) - 1] = '\0';
        struct error err;
        error_set(&err, STATUS_INPUT, "%s", text);
        size_t n = strlen(err.message);
        cr_assert_geq(n, sizeof(err.message) - 5);
        cr_assert_str_eq(err.message + n - 3, "...");
        cr_assert_eq(text_utf8_valid(err.message, n), n);
    }
}

Test(error, the_systems_reason_is_added_and_survives_a_long_name)
{
    struct error err;
    errno = ENOSPC;
    cr_assert_eq(error_errno(&err, "could not write %s", QUOTE("x")), STATUS_ENVIRONMENT);
    cr_assert_str_eq(err.message, "could not write 'x': No space left on device");

    char name[2000];
    memset(name, 'n', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    errno = EACCES;
    error_errno(&err, "could not open %s", name);
    const char *reason = "...: Permission denied";
    cr_assert_str_eq(err.message + strlen(err.message) - strlen(reason), reason);
}

Test(error, a_path_too_long_for_its_place_keeps_its_end)
{
    char path[600];
    memset(path, 'p', sizeof(path));
    memcpy(path + sizeof(path) - 5, ".csv", 5);
    struct error err;
    error_set(&err, STATUS_INPUT, "m");
    error_at(&err, path, 1, 1);
    error_at(&err, path, 2, 2); // the same path still
    cr_assert_eq(err.loc.line, 1);
    cr_assert_eq(strlen(err.loc.path), sizeof(err.loc.path) - 1);
    cr_assert_str_eq(err.loc.path + strlen(err.loc.path) - 4, ".csv");
}

static enum status fails(struct error *err)
{
    TRY(error_set(err, STATUS_REFUSED, "no"));
    return STATUS_OK;
}

Test(error, try_hands_the_status_up)
{
    struct error err;
    cr_assert_eq(fails(&err), STATUS_REFUSED);
    cr_assert_str_eq(err.message, "no");
}

Test(error, a_refusal_has_its_place_in_the_file)
{
    struct error err = {.hint = "old"};
    cr_assert_eq(error_refuse(&err, "a.json", "rows", "found %d", 3), STATUS_INPUT);
    cr_assert_str_eq(err.message, "found 3");
    cr_assert_str_eq(err.loc.path, "a.json");
    cr_assert_str_eq(err.loc.field, "rows");
    cr_assert_str_empty(err.hint);
    error_refuse(&err, NULL, NULL, "nowhere");
    cr_assert_str_empty(err.loc.path);
    cr_assert_str_empty(err.loc.field);
}

Test(error, a_name_is_hinted_at_or_all_are_listed)
{
    static const char *const names[] = {"scale", "select"};
    struct error err = {0};
    cr_assert(error_nearest(&err, VIEW("scael"), names, 2));
    cr_assert_str_eq(err.hint, "did you mean 'scale'?");
    cr_assert_not(error_nearest(&err, VIEW("ridge"), names, 2));
    error_known(&err, VIEW("ridge"), "steps", names, 2);
    cr_assert_str_eq(err.hint, "known steps: scale, select");
    error_known(&err, VIEW("ridge"), "steps", NULL, 0);
    cr_assert_str_eq(err.hint, "known steps: none");
}
