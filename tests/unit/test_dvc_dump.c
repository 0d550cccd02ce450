#include <criterion/criterion.h>

#include "dvc/dvc_dump.h"
#include "help/help.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(dvc_dump, .fini = release);

/* What DVC 3.67.1 writes for the member "k" of a map. */
/* clang-format off */
static const struct {
    const char *text, *written;
} texts[] = {
    {"plain", "k: plain\n"},
    {"", "k: ''\n"},
    {"  x", "k: '  x'\n"},
    {"x ", "k: 'x '\n"},
    {"NO", "k: NO\n"},
    {"~", "k: '~'\n"},
    {"null", "k: 'null'\n"},
    {"true", "k: 'true'\n"},
    {"012", "k: '012'\n"},
    {"-_", "k: '-_'\n"},
    {"._", "k: '._'\n"},
    {"1e3", "k: '1e3'\n"},
    {".5e3", "k: .5e3\n"},
    {"0x_", "k: '0x_'\n"},
    {"2020-01-01", "k: '2020-01-01'\n"},
    {"2020-1-1", "k: 2020-1-1\n"},
    {"2020-1-1 1:02:03 +1", "k: '2020-1-1 1:02:03 +1'\n"},
    {"12:30", "k: 12:30\n"},
    {"=", "k: '='\n"},
    {"<<", "k: '<<'\n"},
    {"-a", "k: -a\n"},
    {"-", "k: '-'\n"},
    {"- a", "k: '- a'\n"},
    {"--", "k: --\n"},
    {"---x", "k: '---x'\n"},
    {"...", "k: '...'\n"},
    {"?", "k: '?'\n"},
    {"?a", "k: ?a\n"},
    {":", "k: ':'\n"},
    {":a", "k: :a\n"},
    {"a:b", "k: a:b\n"},
    {"a: b", "k: 'a: b'\n"},
    {"a:", "k: 'a:'\n"},
    {"a#b", "k: a#b\n"},
    {"a #b", "k: 'a #b'\n"},
    {"#a", "k: '#a'\n"},
    {"it's", "k: it's\n"},
    {"'x", "k: \"'x\"\n"},
    {"say \"hi\"", "k: say \"hi\"\n"},
    {"a,b", "k: a,b\n"},
    {"[a", "k: '[a'\n"},
    {"@a", "k: '@a'\n"},
    {"%", "k: '%'\n"},
    {"`", "k: '`'\n"},
    {"tab\x09", "k: \"tab\\t\"\n"},
    {"two\nlines", "k: \"two\\nlines\"\n"},
    {"\x7F", "k: \"\\x7F\"\n"},
    {"\xEF\xBB\xBF", "k: \"\\uFEFF\"\n"},
    {"\xC3\xB1 \xF0\x9F\x99\x82", "k: \xC3\xB1 \xF0\x9F\x99\x82\n"},
    {"\xC2\xA0", "k: \xC2\xA0\n"},
    {"\x1B[0m", "k: \"\\e[0m\"\n"},
    {"a\\b", "k: a\\b\n"},
    {"a\\b\n", "k: \"a\\\\b\\n\"\n"},
    {"-.inf", "k: '-.inf'\n"},
    {".nan", "k: '.nan'\n"},
    {"1_000", "k: '1_000'\n"},
    {"0o17", "k: '0o17'\n"},
    {"08", "k: '08'\n"},
    {"make word word word word word word word word word word word word word word word word word word word word end", "k: make word word word word word word word word word word word word word word \n  word word word word word word end\n"},
    {"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "k: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"},
    {"/pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp", "k: \n  /pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp\n"},
    {"  two  blanks w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w e", "k: '  two  blanks w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w\n  w w w w w w w w w w w w w w w w w w e'\n"},
    {"- w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w e", "k: '- w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w\n  w w w w w w w w w w w w w w w w w w w w w w e'\n"},
    {"it's: w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w e", "k: \"it's: w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w\n  w w w w w w w w w w w w w w w w w w w w w w w w e\"\n"},
    {"tab\x09w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w e", "k: \"tab\\tw w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w\n  w w w w w w w w w w w w w e\"\n"},
    {"\nlonger longer longer longer longer longer longer longer longer longer longer longer longer longer longer longer longer longer longer longer e", "k: \"\\nlonger longer longer longer longer longer longer longer longer longer longer\n  longer longer longer longer longer longer longer longer longer e\"\n"},
    {"a: \xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9 x y", "k: 'a: \xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\n  x y'\n"},
    {"q\" \x09" "ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  x", "k: \"q\\\" \\tab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab \\\n  \\ ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  ab  x\"\n"},
};
/* clang-format on */

static const char *dump(const char *key, const struct yaml_node *node, size_t indent)
{
    struct text out = {.mem = &mem};
    dvc_dump_member(key, node, indent, &out);
    return out.p;
}

static struct yaml_node *parse(const char *text)
{
    struct yaml_node *root = NULL;
    struct error err = {0};
    cr_assert_eq(yaml_parse("a.yaml", text, strlen(text), &mem, &root, &err), STATUS_OK,
                 "%s", err.message);
    return root;
}

Test(dvc_dump, texts_are_quoted_and_folded_as_dvc_does)
{
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct yaml_node node = {.kind = YAML_TEXT, .text = view_of(texts[i].text)};
        cr_assert_str_eq(dump("k", &node, 0), texts[i].written, "row %zu", i);
    }
}

Test(dvc_dump, what_is_written_reads_back)
{
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct yaml_node *root = parse(texts[i].written);
        cr_assert(view_is(root->child[0]->text, texts[i].text), "row %zu", i);
    }
}

/* Numbers as they stand in a file of parameters, and in dvc.lock. */
static const struct {
    const char *read, *written;
} numbers[] = {
    {"0o17", "15"},
    {"012", "12"},
    {"0x1F", "31"},
    {"0b11", "3"},
    {"1_000", "1000"},
    {"+5", "5"},
    {"-0", "0"},
    {"1e3", "1000.0"},
    {"1e-5", "1e-05"},
    {"0.0001", "0.0001"},
    {"1.", "1.0"},
    {".5", "0.5"},
    {"1e16", "1e+16"},
    {"123456789.0", "123456789.0"},
    {"-0.0", "-0.0"},
    {"5e-324", "5e-324"},
    {".Inf", ".inf"},
    {"-.INF", "-.inf"},
    {".NaN", ".nan"},
    {"9223372036854775808", "9223372036854775808"},
    {"-0_9223372036854775808", "-9223372036854775808"},
    {"TRUE", "true"},
    {"False", "false"},
    {"no", "no"},
    {"[]", "[]"},
    {"{}", "{}"},
};

Test(dvc_dump, numbers_are_written_by_their_meaning)
{
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        struct text wanted = {.mem = &mem};
        text_addf(&wanted, "    k: %s\n", numbers[i].written);
        cr_assert_str_eq(dump("k", parse(numbers[i].read), 4), wanted.p, "row %zu", i);
    }
}

Test(dvc_dump, lists_stand_at_the_indent_of_their_key)
{
    struct yaml_node *root =
        parse("{l: [1, [2, [3, ~]], {a: [x], b: {c: ~}}, [], {}], m: {k: v}, n: ~}");
    cr_assert_str_eq(dump(NULL, root, 2), "  l:\n"
                                          "  - 1\n"
                                          "  - - 2\n"
                                          "    - - 3\n"
                                          "      - \n"
                                          "  - a:\n"
                                          "    - x\n"
                                          "    b:\n"
                                          "      c:\n"
                                          "  - []\n"
                                          "  - {}\n"
                                          "  m:\n"
                                          "    k: v\n"
                                          "  n:\n");
}

Test(dvc_dump, a_key_of_more_than_122_characters_begins_with_a_question_mark)
{
    char key[124], wanted[300];
    struct yaml_node *value = parse("[1, {a: 2}]");
    memset(key, 'k', sizeof(key));
    key[123] = '\0';
    (void)snprintf(wanted, sizeof(wanted), "? %s\n: - 1\n  - a: 2\n", key);
    cr_assert_str_eq(dump(key, value, 0), wanted);
    key[122] = '\0';
    (void)snprintf(wanted, sizeof(wanted), "%s:\n- 1\n- a: 2\n", key);
    cr_assert_str_eq(dump(key, value, 0), wanted);
}

Test(dvc_dump, keys_are_quoted_by_the_same_rules)
{
    cr_assert_str_eq(dump("12", parse("3"), 0), "'12': 3\n");
    cr_assert_str_eq(dump("it's", parse("3"), 0), "it's: 3\n");
    cr_assert_str_eq(dump("a: b", parse("3"), 0), "'a: b': 3\n");
}
