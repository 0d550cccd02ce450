#include <criterion/criterion.h>

#include <float.h>
#include <math.h>

#include "file/json.h"
#include "help/help.h"

static struct error err;

static struct arena mem;

static json_t *parsed(const char *text)
{
    json_t *document = json_loads(text, 0, NULL);
    cr_assert_not_null(document);
    return document;
}

static enum status read_text(const char *text, size_t n, json_t **ret)
{
    const char *path = help_path(help_folder(), "a.json");
    help_write(path, text, n);
    return json_read(path, ret, &err);
}

static enum status write_document(const char *path, json_t *document)
{
    struct publish publish = {0};
    struct output *out;
    enum status status = publish_open(&publish, path, &out, &err);
    cr_assert_eq(status, STATUS_OK);
    status = json_write(out, document, &err);
    if (status == STATUS_OK)
        status = publish_commit(&publish, &err);
    publish_release(&publish);
    return status;
}

Test(json, is_written_in_the_order_of_insertion)
{
    const char *path = help_path(help_folder(), "a.json");
    json_t *document = json_object();
    const double reals[] = {1, 0.1, NAN, -INFINITY, DBL_MAX, 5e-324, -0.0};
    json_object_set_new(document, "zeta", json_integer(7));
    json_object_set_new(document, "alfa", json_string("caf\xc3\xa9 \"x\"\n"));
    json_object_set_new(document, "reals", json_reals(reals, COUNT_OF(reals)));
    json_object_set_new(document, "none", json_finite(NAN));
    json_object_set_new(document, "empty", json_reals(NULL, 0));
    cr_assert_eq(write_document(path, document), STATUS_OK);
    cr_assert_str_eq(help_read(path, NULL), "{\n"
                                            "  \"zeta\": 7,\n"
                                            "  \"alfa\": \"caf\xc3\xa9 \\\"x\\\"\\n\",\n"
                                            "  \"reals\": [\n"
                                            "    1.0,\n"
                                            "    0.10000000000000001,\n"
                                            "    null,\n"
                                            "    null,\n"
                                            "    1.7976931348623157e308,\n"
                                            "    4.9406564584124654e-324,\n"
                                            "    -0.0\n"
                                            "  ],\n"
                                            "  \"none\": null,\n"
                                            "  \"empty\": []\n"
                                            "}\n");
}

Test(json, reals_come_back_with_the_same_bits)
{
    static double x[2000], back[2000];
    uint64_t bits = 1;
    for (size_t i = 0; i < COUNT_OF(x); i++) {
        do {
            bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            memcpy(&x[i], &bits, sizeof(x[i]));
        } while (!isfinite(x[i]));
    }
    const char *path = help_path(help_folder(), "a.json");
    json_t *document = json_object();
    json_object_set_new(document, "x", json_reals(x, COUNT_OF(x)));
    cr_assert_eq(write_document(path, document), STATUS_OK);
    cr_assert_eq(json_read(path, &document, &err), STATUS_OK);
    cr_assert_eq(json_get_reals(document, "x", path, COUNT_OF(x), back, &err), STATUS_OK);
    json_release(&document);
    cr_assert_null(document);
    cr_assert_eq(memcmp(x, back, sizeof(x)), 0);
}

// clang-format off
static const struct {
    const char *text;
    size_t line, col;
    const char *message_part;
} faults[] = {
    {"", 1, 1, "not valid JSON: "},
    {"{\"a\": 1,\n  \"a\": 2}", 2, 5, "duplicate object key"},
    {"{\"a\": 1}}", 1, 9, "end of file expected"},
    {"{\n\"caf\xc3\xa9\": x}", 2, 10, "invalid token"},
    {"[1, 2", 1, 5, "expected near end of file"},
    {"{\"a\": 1e999}", 1, 11, "real number overflow"},
    {"{\"a\": NaN}", 1, 9, "invalid token"},
    {"{\"a\": 99999999999999999999}", 1, 26, "too big integer"},
    {"[\"\xff\"]", 1, 2, "unable to decode byte"},
    {"[\"\\u0000\"]", 1, 9, "\\u0000 is not allowed"},
};
// clang-format on

Test(json, a_fault_has_a_line_and_a_column)
{
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        json_t *document = NULL;
        enum status status = read_text(faults[i].text, strlen(faults[i].text), &document);
        cr_expect_eq(status, STATUS_INPUT, "row %zu", i);
        cr_expect_null(document, "row %zu", i);
        cr_expect_eq(err.loc.line, faults[i].line, "row %zu: line %zu", i, err.loc.line);
        cr_expect_eq(err.loc.col, faults[i].col, "row %zu: col %zu", i, err.loc.col);
        cr_expect_not_null(strstr(err.message, faults[i].message_part), "row %zu: %s", i,
                           err.message);
        cr_expect_not_null(strstr(err.loc.path, "/a.json"), "row %zu", i);
    }
}

Test(json, nesting_has_an_end)
{
    static char deep[200001];
    memset(deep, '[', 200000);
    json_t *document = NULL;
    cr_assert_eq(read_text(deep, 200000, &document), STATUS_INPUT);
    cr_assert_not_null(strstr(err.message, "maximum parsing depth reached"));
    cr_assert_null(document);
}

Test(json, a_missing_file_is_reported_as_any_file)
{
    json_t *document = NULL;
    cr_assert_eq(json_read(help_path(help_folder(), "none.json"), &document, &err),
                 STATUS_INPUT);
    cr_assert_not_null(strstr(err.message, "cannot find '"));
}

static const char members[] =
    "{\"r\": 1.5, \"i\": 3, \"neg\": -1, \"t\": \"x\", \"a\": [1, 2.5],"
    " \"o\": {}, \"n\": null, \"b\": true, \"mixed\": [1, null]}";

Test(json, members_of_the_right_type_are_found)
{
    json_t *object = parsed(members), *value = NULL;
    double x = 0, two[2] = {0, 0};
    size_t n = 0;
    const char *text = NULL;
    cr_assert_eq(json_get_real(object, "r", "p", &x, &err), STATUS_OK);
    cr_assert_eq(x, 1.5);
    cr_assert_eq(json_get_real(object, "i", "p", &x, &err), STATUS_OK);
    cr_assert_eq(x, 3);
    cr_assert_eq(json_get_size(object, "i", "p", &n, &err), STATUS_OK);
    cr_assert_eq(n, 3);
    cr_assert_eq(json_get_text(object, "t", "p", &text, &err), STATUS_OK);
    cr_assert_str_eq(text, "x");
    cr_assert_eq(json_get_array(object, "a", "p", &value, &err), STATUS_OK);
    cr_assert_eq(json_array_size(value), 2);
    cr_assert_eq(json_get_object(object, "o", "p", &value, &err), STATUS_OK);
    cr_assert_eq(json_object_size(value), 0);
    cr_assert_eq(json_get_reals(object, "a", "p", 2, two, &err), STATUS_OK);
    cr_assert_eq(two[1], 2.5);
    json_release(&object);
}

static void expect_wrong(enum status status, const char *key, const char *message)
{
    cr_expect_eq(status, STATUS_INPUT);
    cr_expect_str_eq(err.message, message);
    cr_expect_str_eq(err.loc.field, key);
    cr_expect_str_eq(err.loc.path, "m.json");
}

Test(json, members_of_another_type_are_named)
{
    json_t *object = parsed(members), *value = NULL;
    const char *p = "m.json", *text = NULL;
    double x = 7, two[2] = {7, 7};
    size_t n = 7;
    expect_wrong(json_get_real(object, "t", p, &x, &err), "t",
                 "expected a number, found a string");
    expect_wrong(json_get_real(object, "none", p, &x, &err), "none",
                 "expected a number, found nothing");
    expect_wrong(json_get_real(object, "n", p, &x, &err), "n",
                 "expected a number, found null");
    expect_wrong(json_get_size(object, "r", p, &n, &err), "r",
                 "expected a whole number, found a real number");
    expect_wrong(json_get_size(object, "neg", p, &n, &err), "neg",
                 "expected a number from 0, found -1");
    expect_wrong(json_get_text(object, "i", p, &text, &err), "i",
                 "expected a string, found an integer");
    expect_wrong(json_get_array(object, "o", p, &value, &err), "o",
                 "expected an array, found an object");
    expect_wrong(json_get_object(object, "a", p, &value, &err), "a",
                 "expected an object, found an array");
    expect_wrong(json_get_object(object, "b", p, &value, &err), "b",
                 "expected an object, found true or false");
    expect_wrong(json_get_reals(object, "a", p, 3, two, &err), "a",
                 "expected 3 numbers, found 2");
    expect_wrong(json_get_reals(object, "mixed", p, 2, two, &err), "mixed",
                 "expected a number at place 2, found null");
    expect_wrong(json_get_reals(object, "none", p, 2, two, &err), "none",
                 "expected an array, found nothing");
    expect_wrong(json_get_real(NULL, "x", p, &x, &err), "x",
                 "expected a number, found nothing");
    cr_assert_eq(x, 7);
    cr_assert_eq(two[0], 7);
    cr_assert_eq(n, 7);
    cr_assert_null(text);
    cr_assert_null(value);
    json_release(&object);
}

Test(json, a_document_that_could_not_be_built_is_lost_memory,
     .exit_code = STATUS_ENVIRONMENT)
{
    struct output out = {0};
    cr_assert_eq(json_write(&out, NULL, &err), STATUS_OK);
}

enum { PACKED = JSON_LISTED + 1 };

/* A long array, and text in the place of some of its base64. */
static json_t *packed_reals(const char *with, size_t at, double *x)
{
    for (size_t i = 0; i < PACKED; i++)
        x[i] = i % 3 == 0 ? -0.0 : (double)i * 1e-3 - 1e300 * (i % 7 == 0);
    json_t *object = json_object(), *reals = json_reals(x, PACKED);
    char *text = arena_string(&mem, json_string_value(json_object_get(reals, "float64")));
    memcpy(text + at, with, strlen(with));
    json_object_set_new(reals, "float64", json_string(text));
    json_object_set_new(object, "a", reals);
    return object;
}

Test(json, long_arrays_are_their_bytes_in_base64)
{
    static double x[PACKED], back[PACKED];
    json_t *object = packed_reals("", 0, x), *reals = json_object_get(object, "a");
    const char *text = json_string_value(json_object_get(reals, "float64"));
    cr_assert_eq(json_integer_value(json_object_get(reals, "n")), PACKED);
    cr_assert_eq(strlen(text), (PACKED * 8 + 2) / 3 * 4);
    cr_assert_str_eq(text + strlen(text) - 2, "==");
    cr_assert_eq(json_get_reals(object, "a", "m.json", PACKED, back, &err), STATUS_OK,
                 "%s", err.message);
    cr_assert_eq(memcmp(x, back, sizeof x), 0);
    json_release(&object);
}

static const struct {
    const char *with;
    size_t at;
    const char *message;
} damages[] = {
    {"*", 17, "its base64 is damaged"},
    {"=", 17, "its base64 is damaged"},
    {"\n", 400, "its base64 is damaged"},
    {"A", (PACKED * 8 + 2) / 3 * 4 - 1, "its base64 is damaged"},
    {"AAAAAAAA8H8A", 0, "the number at place 1 is not finite"},
    {"AAAAAAAA+H8A", 0, "the number at place 1 is not finite"},
};

Test(json, damaged_base64_is_refused)
{
    static double x[PACKED], back[PACKED];
    for (size_t i = 0; i < COUNT_OF(damages); i++) {
        json_t *object = packed_reals(damages[i].with, damages[i].at, x);
        back[0] = 7;
        expect_wrong(json_get_reals(object, "a", "m.json", PACKED, back, &err), "a",
                     damages[i].message);
        cr_assert_eq(back[0], 7, "the result was touched");
        json_release(&object);
    }
}

static const struct {
    const char *text, *field, *message;
} shapes[] = {
    {"{'a': {'float64': 'AAAAAAAA8D8=', 'n': 1}}", NULL, NULL},
    {"{'a': {'float64': 'AAAAAAAA8D8=', 'n': 2}}", "a", "expected 1 numbers, found 2"},
    {"{'a': {'float64': 'AAAAAAAA8D8', 'n': 1}}", "a", "its base64 is of another length"},
    {"{'a': {'float64': 'AAAAAAAA8D8=AAAA', 'n': 1}}", "a",
     "its base64 is of another length"},
    {"{'a': {'float64': 'AAAAAAAA8D9=', 'n': 1}}", "a", "its base64 is damaged"},
    {"{'a': {'float64': 'AAAAAAAA8D=8', 'n': 1}}", "a", "its base64 is damaged"},
    {"{'a': {'float64': '', 'n': 1}}", "a", "its base64 is of another length"},
    {"{'a': {'float64': [1], 'n': 1}}", "float64", "expected a string, found an array"},
    {"{'a': {'float64': 'AAAAAAAA8D8=', 'n': -1}}", "n",
     "expected a number from 0, found -1"},
    {"{'a': {'float64': 'AAAAAAAA8D8=', 'n': 1, 'm': 1}}", "m", "unknown key 'm'"},
    {"{'a': {'n': 1}}", "float64", "expected a string, found nothing"},
};

Test(json, an_object_of_reals_is_read_to_the_letter)
{
    for (size_t i = 0; i < COUNT_OF(shapes); i++) {
        char *text = arena_string(&mem, shapes[i].text);
        for (char *c = text; (c = strchr(c, '\''));)
            *c = '"';
        json_t *object = parsed(text);
        double x = 7;
        enum status status = json_get_reals(object, "a", "m.json", 1, &x, &err);
        if (shapes[i].message)
            expect_wrong(status, shapes[i].field, shapes[i].message);
        else
            cr_assert_eq(status, STATUS_OK);
        cr_assert_eq(x, shapes[i].message ? 7 : 1, "row %zu", i);
        json_release(&object);
    }
}

/* A text of that many bytes in quotes, with `in` in its middle. */
static const char *long_text(size_t n, const char *in)
{
    char *text = arena_alloc(&mem, n + strlen(in) + 3);
    memset(text, 'A', n + strlen(in) + 2);
    text[0] = text[n + strlen(in) + 1] = '"';
    memcpy(text + n / 2, in, strlen(in));
    return text;
}

/* Long texts go around the parser: what is read must not tell. */
Test(json, long_texts_are_read_as_short_ones_are)
{
    static const char *const within[] = {"",         "\\\\",   "\\\"", "\\u0041",
                                         "\xc3\xa9", " : {[,", "\x7f", "'"};
    for (size_t i = 0; i < COUNT_OF(within); i++) {
        const char *v = long_text(5000, within[i]), *w = long_text(9001, within[i]);
        const char *key = long_text(7000, within[i]);
        const char *text =
            arena_format(&mem,
                         "{\"a\": %s, \"x\\\"\\\\\": [1, %s, \"\", {\"b\": %s}], %s : "
                         "%s, \"last\": \"short\"}",
                         v, w, v, key, w);
        json_t *found, *expected = parsed(text);
        cr_assert_eq(read_text(text, strlen(text), &found), STATUS_OK, "%s", err.message);
        cr_assert(json_equal(found, expected), "with %s within", within[i]);
        json_decref(found);
        json_decref(expected);
    }
    arena_release(&mem);
}

Test(json, a_fault_beside_long_texts_has_its_place)
{
    static const struct {
        const char *behind;
        size_t line, col;
    } fault[] = {{",\n \"b\": tru}", 2, 9},
                 {",\n \"b\": \"\x01\"}", 2, 7},
                 {", \"a\": 1}", 1, 5013},
                 {"", 1, 5008},
                 {", \"b", 1, 5012}};
    for (size_t i = 0; i < COUNT_OF(fault); i++) {
        json_t *found;
        const char *text =
            arena_format(&mem, "{\"a\": %s%s", long_text(5000, ""), fault[i].behind);
        cr_assert_eq(read_text(text, strlen(text), &found), STATUS_INPUT);
        cr_expect_eq(err.loc.line, fault[i].line, "%zu: %zu", i, err.loc.line);
        cr_expect_eq(err.loc.col, fault[i].col, "%zu: %zu", i, err.loc.col);
    }
    arena_release(&mem);
}
