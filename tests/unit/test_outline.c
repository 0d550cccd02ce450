#include <criterion/criterion.h>

#include "show/outline.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(outline, .fini = release);

static const char *outline(const char *json, size_t columns)
{
    json_error_t why;
    struct text out = {.mem = &mem};
    json_t *document = json_loads(json, JSON_DECODE_ANY, &why);
    cr_assert_not_null(document, "%s", why.text);
    outline_add(document, columns, &out);
    json_decref(document);
    return out.p;
}

Test(outline, what_fits_a_line_stands_on_one)
{
    cr_assert_str_eq(outline("{\"b\": [1, 2.5], \"a\": {\"x\": null, \"y\": true}}", 60),
                     "{\"b\": [1, 2.5], \"a\": {\"x\": null, \"y\": true}}\n");
    cr_assert_str_eq(outline("[]", 1), "[]\n");
    cr_assert_str_eq(outline("{}", 1), "{}\n");
    cr_assert_str_eq(outline("\"text\"", 3), "\"text\"\n");
}

Test(outline, the_rest_is_indented_key_by_key)
{
    cr_assert_str_eq(
        outline("{\"b\": [1, 2.5], \"a\": {\"x\": null, \"yy\": [{\"z\": 1}]}}", 24),
        "{\n"
        "  \"b\": [1, 2.5],\n"
        "  \"a\": {\n"
        "    \"x\": null,\n"
        "    \"yy\": [{\"z\": 1}]\n"
        "  }\n"
        "}\n");
}

Test(outline, a_long_list_of_scalars_fills_its_lines)
{
    cr_assert_str_eq(outline("[100, 200, 300, 400, \"five\", 600]", 16),
                     "[\n"
                     "  100, 200, 300,\n"
                     "  400, \"five\",\n"
                     "  600\n"
                     "]\n");
}

Test(outline, numbers_are_rounded_and_text_is_harmless)
{
    cr_assert_str_eq(
        outline("[0.30000000000000004, 12345678901234567, -9.8005893e-15]", 80),
        "[0.3, 12345678901234567, -9.80059e-15]\n");
    cr_assert_str_eq(outline("{\"\\u202ea\": \"\\u001b[2J\\u009b\\n\"}", 80),
                     "{\"\\u202Ea\": \"\\u001B[2J\\u009B\\n\"}\n");
}
