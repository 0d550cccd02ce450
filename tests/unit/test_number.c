/* Reading and writing numbers.
 *
 * strtod is the judge of bits; which texts are numbers is judged by an expression of the
 * grammar's own, so that what strtod takes beyond it (blanks, hexadecimal, inf, a tail)
 * does not count. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "help/help.h"

#define GRAMMAR "^-?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$"

/* Hands a test the indices of a table, one a call. */
#define PARAMETERS(name, table)                                                          \
    ParameterizedTestParameters(number, name)                                            \
    {                                                                                    \
        static size_t index[sizeof(table) / sizeof((table)[0])];                         \
        for (size_t i = 0; i < sizeof(index) / sizeof(index[0]); i++)                    \
            index[i] = i;                                                                \
        return cr_make_param_array(size_t, index, sizeof(index) / sizeof(index[0]));     \
    }

static uint64_t state = UINT64_C(88172645463325252);

static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

static double real_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof(x));
    return x;
}

/* A number that is neither infinite nor nan. */
static double any_real(void)
{
    for (;;) {
        double x = real_of(next());
        if (isfinite(x))
            return x;
    }
}

static void expect_as_strtod(const char *text)
{
    double x = -7;
    char *end;
    double wanted = strtod(text, &end);
    cr_assert(number_parse(text, strlen(text), &x), "refused: %s", text);
    cr_assert_eq(*end, '\0', "strtod stops early: %s", text);
    cr_assert_eq(bits_of(x), bits_of(wanted), "%s read as %a, strtod reads %a", text, x,
                 wanted);
}

static void expect_refused(const char *p, size_t n)
{
    double x = -7;
    cr_assert_not(number_parse(p, n, &x), "taken for a number: %.*s", (int)n, p);
    cr_assert_eq(x, -7, "the result was touched: %.*s", (int)n, p);
}

// clang-format off
static const char *const numbers[] = {
    "0", "-0", "1", "1.", ".5", "-.5", "007", "1e5", "1E5", "1e+5", "1e-5", "0e0",
    "0e999999999999", "-0e-999999999999999999999", "1e22", "1e23", "1e-22", "1e-23",
    "123456789012345678901234567890", "0.000000000000000000000000000000000001",
    "9007199254740993", "9007199254740992.9999999999",
    "9007199254740993.0000000000000000000000000000000000000000000000001",
    "1.7976931348623157e308", "1.7976931348623158e308",
    "179769313486231580793728971405303415079934132710037826936173778980444"
    "968292764750946649017977587207096330286416692887910946555547851940402630657488671505"
    "82068190890"
    "200070838367627385484581771153176447573027006985557136695962284291481986083493647529"
    "27190741684"
    "44365510704342711559699508093042880e0",
    "2.2250738585072014e-308", "2.2250738585072011e-308", "4.9406564584124654e-324",
    "2.4703282292062328e-324", "2.4703282292062327e-324", "1e-400",
    "1e-99999999999999999999", "5e-324", "8.5e-23", "7.3177701707893310e+15",
    "6.02214076e23", "9223372036854775807", "9223372036854775808", "18446744073709551615",
    "18446744073709551616", "1844674407370955161600000000000000000000",
    "10000000000000000000", "9999999999999999999", "99999999999999999999", "12345678",
    "1234567.8", "123456789.123456789", "0.1", "0.2", "0.3",
};
// clang-format on

PARAMETERS(these_texts_read_as_strtod_reads_them, numbers)

ParameterizedTest(size_t *i, number, these_texts_read_as_strtod_reads_them)
{
    expect_as_strtod(numbers[*i]);
}

// clang-format off
static const char *const no_numbers[] = {
    "", "-", "+", ".", "-.", "e5", ".e5", "-e5", "+1", "--1", "-+1", "1e", "1e+", "1e-",
    "1e5.5", "1e5 ", " 1", "1 ", "1,5", "1.2.3", "0x10", "0x1p3", "1f", "1d", "inf",
    "-inf", "nan", "NaN", "Infinity", "1e309", "-1e309", "1.7976931348623159e308",
    "1e99999999999999999999", "1e400", "1_000", "1e5e5", "\xC2\xA0\x31", "１", "12345678a",
    "a12345678", "1234567:", "1234567/", "502 718939034730", "1.2345678.90", "..........",
};
// clang-format on

PARAMETERS(these_texts_are_refused, no_numbers)

ParameterizedTest(size_t *i, number, these_texts_are_refused)
{
    expect_refused(no_numbers[*i], strlen(no_numbers[*i]));
}

Test(number, a_nul_byte_is_no_part_of_a_number)
{
    expect_refused("1\0", 2);
    expect_refused("1\0002", 3);
    expect_refused("\0", 1);
}

Test(number, nothing_behind_the_given_length_is_read)
{
    double x;
    cr_assert(number_parse("123456789", 3, &x));
    cr_assert_eq(x, 123);
    cr_assert(number_parse("1e5", 1, &x));
    cr_assert_eq(x, 1);
    expect_refused("1.5e3", 4);
}

/* Five shapes of text; returns the length. */
static int random_text(char *text, size_t size, unsigned shape)
{
    static const char letters[] = "0123456789012345678901234567890123456789.eE+-x ";
    uint64_t a = next(), b = next();
    int n = 0;
    switch (shape) {
    case 0: return snprintf(text, size, "%.17g", any_real());
    case 1: return snprintf(text, size, "%.*f", (int)(a % 12), (double)(int64_t)b / 1e15);
    case 2:
        return snprintf(text, size, "%llu%llue%d", (unsigned long long)a,
                        (unsigned long long)(b % 1000000), (int)(next() % 700) - 350);
    case 3:
        return snprintf(text, size, "%llu.%llu", (unsigned long long)(a >> next() % 64),
                        (unsigned long long)(b >> next() % 64));
    case 4: {
        // The decimal between two neighbours, cut off at some place: a tie or nearly one.
        double low = fabs(any_real()), high = real_of(bits_of(low) + 1);
        return snprintf(text, size, "%.*Le", (int)(a % 40),
                        ((long double)low + high) / 2);
    }
    default:
        for (n = (int)(a % 24); n > 0 && size > 1; n--, size--)
            *text++ = letters[next() % (sizeof(letters) - 1)];
        *text = '\0';
        return (int)(a % 24);
    }
}

Test(number, a_million_random_texts_read_as_strtod_reads_them, .timeout = 120)
{
    regex_t grammar;
    cr_assert_eq(regcomp(&grammar, GRAMMAR, REG_EXTENDED | REG_NOSUB), 0);
    size_t accepted = 0;
    for (size_t i = 0; i < 1000000; i++) {
        char text[400];
        int n = random_text(text, sizeof(text), (unsigned)(i % 6));
        double x = -7, wanted = strtod(text, NULL);
        bool taken = number_parse(text, (size_t)n, &x);
        accepted += taken;
        // The expression is slow, so it judges only where strtod alone cannot.
        if (i % 6 == 5 || !taken) {
            bool number = regexec(&grammar, text, 0, NULL, 0) == 0 && isfinite(wanted);
            cr_assert_eq(taken, number, "taken %d, a number %d: %s", taken, number, text);
        }
        if (taken)
            cr_assert_eq(bits_of(x), bits_of(wanted), "%s: %a, strtod %a", text, x,
                         wanted);
    }
    regfree(&grammar);
    cr_assert_gt(accepted, 800000, "only %zu texts were numbers", accepted);
}

Test(number, digits_beyond_any_buffer_are_rounded_right)
{
    // 2^53 + 1 is a tie; one digit at the very end decides it, in a text of 5,000 bytes.
    char text[5001];
    memset(text, '0', sizeof(text));
    memcpy(text, "9007199254740993.", 17);
    double x;
    cr_assert(number_parse(text, 5000, &x));
    cr_assert_eq(x, 9007199254740992.0);
    text[4999] = '1';
    cr_assert(number_parse(text, 5000, &x));
    cr_assert_eq(x, 9007199254740994.0);
    // 4,000 zeros behind the point, taken back by the exponent.
    memset(text, '0', sizeof(text));
    text[1] = '.';
    memcpy(text + 4000, "12e3999", 8);
    cr_assert(number_parse(text, strlen(text), &x));
    cr_assert_eq(x, 1.2);
}

static const char *const corpus[] = {
    "exhaustive-float16.txt", "freetype-2-7.txt",    "google-wuffs.txt",
    "lemire-fast-float.txt",  "more-test-cases.txt", "tencent-rapidjson.txt",
};

/* Holds one line "f16 f32 f64 text" against its third column; false when text is no
 * decimal. */
static bool check_line(const char *line, const regex_t *grammar)
{
    unsigned long long bits;
    char text[4096];
    cr_assert_eq(sscanf(line, "%*x %*x %llx %4095s", &bits, text), 2, "unreadable: %s",
                 line);
    bool finite = (bits & UINT64_C(0x7FF0000000000000)) != UINT64_C(0x7FF0000000000000);
    if (!finite || regexec(grammar, text, 0, NULL, 0) != 0) {
        expect_refused(text, strlen(text));
        return false;
    }
    double x = 0;
    cr_assert(number_parse(text, strlen(text), &x), "refused: %s", text);
    cr_assert_eq(bits_of(x), bits, "%s: %a, wanted %a", text, x, real_of(bits));
    return true;
}

PARAMETERS(the_corpus_reads_to_the_bit, corpus)

ParameterizedTest(size_t *i, number, the_corpus_reads_to_the_bit)
{
    const char *path = help_shared("corpora/parse-number/data");
    if (!path)
        cr_skip_test("the corpus parse-number is not there");
    FILE *f = fopen(help_path(path, corpus[*i]), "r");
    cr_assert_not_null(f, "cannot read %s", corpus[*i]);
    regex_t grammar;
    cr_assert_eq(regcomp(&grammar, GRAMMAR, REG_EXTENDED | REG_NOSUB), 0);
    char line[8192];
    size_t n = 0;
    while (fgets(line, sizeof(line), f))
        n += check_line(line, &grammar);
    fclose(f);
    regfree(&grammar);
    cr_assert_gt(n, 10);
}

/* Writing. */

static const struct {
    double x;
    char shortest[32], csv[32];
} written[] = {
    {0.0, "0.0", "0"},
    {-0.0, "-0.0", "-0"},
    {1.0, "1.0", "1"},
    {-1.5, "-1.5", "-1.5"},
    {100.0, "100.0", "100"},
    {0.1, "0.1", "0.1"},
    {0.30000000000000004, "0.30000000000000004", "0.30000000000000004"},
    {1.0 / 3, "0.3333333333333333", "0.3333333333333333"},
    {0.0001, "0.0001", "0.0001"},
    {0.00001, "1e-05", "1e-05"},
    {0.000123, "0.000123", "0.000123"},
    {1.25e-7, "1.25e-07", "1.25e-07"},
    {9999999999999998.0, "9999999999999998.0", "9999999999999998"},
    {1e15, "1000000000000000.0", "1000000000000000"},
    {1e16, "1e+16", "1e+16"},
    {123456789012345680.0, "1.2345678901234568e+17", "1.2345678901234568e+17"},
    {1e22, "1e+22", "1e+22"},
    {1e23, "1e+23", "1e+23"},
    {9007199254740993.0, "9007199254740992.0", "9007199254740992"},
    {5e-324, "5e-324", "5e-324"},
    {2.2250738585072014e-308, "2.2250738585072014e-308", "2.2250738585072014e-308"},
    {1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157e+308"},
    {-1.7976931348623157e308, "-1.7976931348623157e+308", "-1.7976931348623157e+308"},
    {0x1p-44, "5.684341886080802e-14", "5.684341886080802e-14"}, // %.16g ends in 1 here
    {0x1p-1074, "5e-324", "5e-324"},
    {0x1p1023, "8.98846567431158e+307", "8.98846567431158e+307"},
    {NAN, "nan", "nan"},
    {INFINITY, "inf", "inf"},
    {-INFINITY, "-inf", "-inf"},
};

Test(number, numbers_are_written_as_python_writes_them)
{
    for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
        char text[32];
        size_t n = number_shortest(written[i].x, text);
        cr_assert_eq(n, strlen(written[i].shortest), "row %zu: %.*s", i, (int)n, text);
        cr_assert_eq(memcmp(text, written[i].shortest, n), 0, "row %zu: %.*s", i, (int)n,
                     text);
        n = number_csv(written[i].x, text);
        cr_assert_eq(n, strlen(written[i].csv), "row %zu: %.*s", i, (int)n, text);
        cr_assert_eq(memcmp(text, written[i].csv, n), 0, "row %zu: %.*s", i, (int)n,
                     text);
    }
}

static size_t significant(const char *text)
{
    size_t n = 0, zeros = 0;
    for (const char *p = text; *p && *p != 'e'; p++) {
        if (*p < '0' || *p > '9' || (n == 0 && *p == '0'))
            continue;
        n++;
        zeros = *p == '0' ? zeros + 1 : 0;
    }
    return n - zeros;
}

static void expect_shortest(double x)
{
    char text[33], shorter[40];
    text[number_shortest(x, text)] = '\0';
    cr_assert_leq(strlen(text), 32);
    cr_assert_eq(bits_of(strtod(text, NULL)), bits_of(x), "%a is written as %s", x, text);
    double back;
    cr_assert(number_parse(text, strlen(text), &back), "refused: %s", text);
    cr_assert_eq(bits_of(back), bits_of(x));
    size_t digits = significant(text);
    cr_assert_leq(digits, 17, "%s", text);
    if (digits > 1) {
        snprintf(shorter, sizeof(shorter), "%.*e", (int)digits - 2, x);
        cr_assert_neq(strtod(shorter, NULL), x, "%s would do for %s", shorter, text);
    }
    // Among texts of that length it is the nearest one, unless that one does not read
    // back.
    snprintf(shorter, sizeof(shorter), "%.*e", digits ? (int)digits - 1 : 0, x);
    if (bits_of(strtod(shorter, NULL)) == bits_of(x))
        cr_assert_eq(strtold(shorter, NULL), strtold(text, NULL), "%s is nearer than %s",
                     shorter, text);
}

Test(number, what_is_written_reads_back_and_nothing_shorter_does, .timeout = 120)
{
    for (size_t i = 0; i < 100000; i++)
        expect_shortest(any_real());
    for (size_t i = 0; i < 100000; i++)
        expect_shortest((double)(next() % 100000000) / 1e4);
    for (size_t i = 0; i < 100000; i++)
        expect_shortest((double)(int64_t)next() / 1e12);
    for (int e = -1074; e < 1024; e++) {
        double x = ldexp(1, e);
        expect_shortest(x);
        expect_shortest(nextafter(x, 0));
        if (e < 1023)
            expect_shortest(nextafter(x, INFINITY));
    }
}

static const struct {
    double x;
    const char *text;
} rounded[] = {
    {0, "0"},
    {0.1, "0.1"},
    {123.45678, "123.45678"},
    {1.0 / 3, "0.333333"},
    {-2.0 / 3, "-0.666667"},
    {1234567.891234, "1234567.9"},
    {123456789012345.0, "123456789012345"},
    {1e22, "1e+22"},
    {1.0 / 3 * 1e-9, "3.33333e-10"},
    {NAN, "nan"},
    {-INFINITY, "-inf"},
};

Test(number, people_get_six_digits)
{
    char buffer[32];
    for (size_t i = 0; i < COUNT_OF(rounded); i++) {
        size_t n = number_rounded(rounded[i].x, buffer);
        cr_expect_eq(n, strlen(rounded[i].text), "row %zu", i);
        cr_expect_eq(memcmp(buffer, rounded[i].text, n), 0, "row %zu: %.*s", i, (int)n,
                     buffer);
    }
}
