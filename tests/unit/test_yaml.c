#include <criterion/criterion.h>

#include <math.h>

#include "config/yaml.h"
#include "help/help.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(yaml, .fini = release);

static struct yaml_node *parse(const char *text)
{
    struct yaml_node *root = NULL;
    memset(&err, 0, sizeof(err));
    cr_assert_eq(yaml_parse("a.yaml", text, strlen(text), &mem, &root, &err), STATUS_OK,
                 "%s", err.message);
    return root;
}

static const char *flow(const struct yaml_node *node)
{
    struct text out = {.mem = &mem};
    yaml_flow(node, &out);
    return out.p;
}

/* What DVC's parser makes of the same texts. */
static const struct {
    const char *text;
    enum yaml_kind kind;
    double value;
} scalars[] = {
    {"", YAML_NULL, 0},
    {"~", YAML_NULL, 0},
    {"null", YAML_NULL, 0},
    {"Null", YAML_NULL, 0},
    {"NULL", YAML_NULL, 0},
    {"nULL", YAML_TEXT, 0},
    {"true", YAML_BOOL, 1},
    {"True", YAML_BOOL, 1},
    {"TRUE", YAML_BOOL, 1},
    {"tRUE", YAML_TEXT, 0},
    {"false", YAML_BOOL, 0},
    {"FALSE", YAML_BOOL, 0},
    {"yes", YAML_TEXT, 0},
    {"no", YAML_TEXT, 0},
    {"on", YAML_TEXT, 0},
    {"off", YAML_TEXT, 0},
    {"12", YAML_INT, 12},
    {"012", YAML_INT, 12},
    {"08", YAML_INT, 8},
    {"+5", YAML_INT, 5},
    {"-0", YAML_INT, 0},
    {"0o17", YAML_INT, 15},
    {"0x1F", YAML_INT, 31},
    {"-0x1f", YAML_INT, -31},
    {"0b11", YAML_INT, 3},
    {"1_000", YAML_INT, 1000},
    {"1__0_", YAML_INT, 10},
    {"-_12", YAML_INT, -12},
    {"_12", YAML_TEXT, 0},
    {"0x", YAML_TEXT, 0},
    {"0b2", YAML_TEXT, 0},
    {"0o8", YAML_TEXT, 0},
    {"1e3", YAML_REAL, 1000},
    {"1.", YAML_REAL, 1},
    {".5", YAML_REAL, 0.5},
    {"-.5", YAML_REAL, -0.5},
    {"1e-05", YAML_REAL, 1e-5},
    {"1E+2", YAML_REAL, 100},
    {".5e-3", YAML_REAL, 5e-4},
    {".5e3", YAML_TEXT, 0},
    {".5e+3", YAML_REAL, 500},
    {"1_0.2_5e1", YAML_REAL, 102.5},
    {"1e", YAML_TEXT, 0},
    {"1.2.3", YAML_TEXT, 0},
    {".", YAML_TEXT, 0},
    {"._", YAML_TEXT, 0},
    {"-", YAML_TEXT, 0},
    {".inf", YAML_REAL, INFINITY},
    {"-.INF", YAML_REAL, -INFINITY},
    {"inf", YAML_TEXT, 0},
    {"nan", YAML_TEXT, 0},
    {"1e999", YAML_REAL, INFINITY},
    {"2020-01-01", YAML_TEXT, 0},
    {"12:30", YAML_TEXT, 0},
    {"'12'", YAML_TEXT, 0},
    {"\"true\"", YAML_TEXT, 0},
    {"9223372036854775807", YAML_INT, 9223372036854775807.0},
    {"9223372036854775808", YAML_REAL, 9223372036854775808.0},
    {"-9223372036854775809", YAML_REAL, -9223372036854775809.0},
    {"0x1_0000_0000_0000_0000", YAML_REAL, 18446744073709551616.0},
};

Test(yaml, scalars_mean_what_dvc_takes_them_for)
{
    for (size_t i = 0; i < COUNT_OF(scalars); i++) {
        const char *text = arena_format(&mem, "a: [%s, 1]", scalars[i].text);
        if (strcmp(scalars[i].text, "-") == 0 || scalars[i].text[0] == '\0')
            text = arena_format(&mem, "a:\n  - %s\n",
                                scalars[i].kind == YAML_NULL ? "" : "'-'");
        struct yaml_node *node = yaml_get(parse(text), "a")->child[0];
        cr_expect_eq(node->kind, scalars[i].kind, "%s: kind %d", scalars[i].text,
                     node->kind);
        double value = node->kind == YAML_BOOL ? node->boolean : node->real;
        if (node->kind != YAML_TEXT && node->kind != YAML_NULL)
            cr_expect_eq(value, scalars[i].value, "%s: %.17g", scalars[i].text, value);
        if (node->kind == YAML_INT)
            cr_expect_eq((double)node->integer, scalars[i].value, "%s", scalars[i].text);
    }
    cr_expect_eq(yaml_get(parse("a: 9223372036854775807"), "a")->integer, INT64_MAX);
    cr_expect(isnan(yaml_get(parse("a: .NaN"), "a")->real));
}

Test(yaml, nodes_know_their_lines_and_byte_columns)
{
    struct yaml_node *root = parse("\xEF\xBB\xBF# caf\xC3\xA9\n"
                                   "\xC3\xA9t\xC3\xA9: [\xC3\xB1, 'b']\r\n"
                                   "train:\n"
                                   "  folds: 5 # five\n");
    struct yaml_node *list = yaml_get(root, "\xC3\xA9t\xC3\xA9");
    cr_assert_not_null(list);
    cr_expect_eq(root->line, 2);
    cr_expect_eq(root->col, 1);
    cr_expect_eq(list->line, 2);
    cr_expect_eq(list->col, 8);
    cr_expect_eq(list->child[1]->line, 2);
    cr_expect_eq(list->child[1]->col, 13);
    struct yaml_node *folds = yaml_get(yaml_get(root, "train"), "folds");
    cr_expect_eq(folds->line, 4);
    cr_expect_eq(folds->col, 10);
    cr_expect_eq(folds->key_line, 4);
    cr_expect_eq(folds->key_col, 3);
    cr_expect_str_eq(folds->key, "folds");
    cr_expect_str_eq(folds->path, "a.yaml");
}

Test(yaml, children_keep_the_order_of_the_file)
{
    cr_expect_str_eq(flow(parse("b: 1\na: {z: 2, y: [3, x]}\n")),
                     "{b: 1, a: {z: 2, y: [3, x]}}");
}

Test(yaml, an_empty_file_is_null)
{
    cr_expect_eq(parse("")->kind, YAML_NULL);
    cr_expect_eq(parse("# nothing\n")->kind, YAML_NULL);
    cr_expect_eq(parse("")->line, 1);
}

static const struct {
    const char *text;
    size_t line, col;
    const char *message;
} refused[] = {
    {"a: 1\nb: 2\na: 3\n", 3, 1, "the key 'a' stands twice; first in line 1"},
    {"x: {b: 1, c: 2, 'b': 3}", 1, 17, "the key 'b' stands twice; first in line 1"},
    {"a: &x 1\n", 1, 4, "an anchor cannot be used here"},
    {"a: &x [1]\n", 1, 4, "an anchor cannot be used here"},
    {"a: *x\n", 1, 4, "an alias cannot be used here"},
    {"&k a: 1\n", 1, 1, "an anchor cannot be used here"},
    {"a:\n  b: !!str 5\n", 2, 6, "a tag cannot be used here"},
    {"a: ! 5\n", 1, 4, "a tag cannot be used here"},
    {"a: !x {b: 1}\n", 1, 4, "a tag cannot be used here"},
    {"a: 1\n---\nb: 2\n", 2, 1, "a second document cannot be used here"},
    {"%YAML 1.1\n---\na: 1\n", 1, 1, "a directive cannot be used here"},
    {"a: 1\n<<: {b: 1}\n", 2, 1, "the merge key '<<' cannot be used here"},
    {"? [a]\n: 1\n", 1, 3, "a key must be a text, not a list or a map"},
    {"'': 1\n", 1, 1, "expected a key before ':'"},
    {"\"a\\0\": 1\n", 1, 1, "a key must not hold a NUL byte"},
    {"a:\n\tb: 1\n", 2, 1, "not valid YAML: found character that cannot start any token"},
    {"a: b: c\n", 1, 5, "not valid YAML: mapping values are not allowed"},
    {"a: [1, 2\n\nb: 3\n", 3, 2, "not valid YAML: "},
    {"a: 'open\n", 2, 1, "not valid YAML: found unexpected end of stream"},
    {"ok: 1\na: x\x01y\n", 2, 5, "not valid YAML: control characters are not allowed"},
    {"ok: 1\na: caf\xE9\n", 2, 7, "not valid UTF-8: byte 0xE9"},
    {"\xFF\xFE", 1, 1, "not valid UTF-8: byte 0xFF"},
    {"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", 1, 17,
     "lists and maps lie more than 16 deep"},
};

Test(yaml, what_is_refused_is_refused_with_its_place)
{
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct yaml_node *root = NULL;
        memset(&err, 0, sizeof(err));
        enum status status = yaml_parse("a.yaml", refused[i].text,
                                        strlen(refused[i].text), &mem, &root, &err);
        cr_expect_eq(status, STATUS_INPUT, "row %zu", i);
        cr_expect_null(root, "row %zu", i);
        cr_expect_eq(strncmp(err.message, refused[i].message, strlen(refused[i].message)),
                     0, "row %zu: %s", i, err.message);
        cr_expect_eq(err.loc.line, refused[i].line, "row %zu: line %zu", i, err.loc.line);
        cr_expect_eq(err.loc.col, refused[i].col, "row %zu: column %zu", i, err.loc.col);
        cr_expect_str_eq(err.loc.path, "a.yaml");
    }
}

Test(yaml, sixteen_levels_are_read)
{
    cr_expect_eq(parse("[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]")->kind, YAML_LIST);
}

Test(yaml, a_tab_and_a_colon_get_a_hint)
{
    struct yaml_node *root;
    cr_assert_eq(yaml_parse("a", "a:\n\tb: 1", 8, &mem, &root, &err), STATUS_INPUT);
    cr_expect_not_null(strstr(err.hint, "tabs"));
    cr_assert_eq(yaml_parse("a", "a: b: c", 7, &mem, &root, &err), STATUS_INPUT);
    cr_expect_not_null(strstr(err.hint, "quotes"));
}

/* Repeats a piece until the text has n bytes. */
static char *repeat(const char *piece, size_t n)
{
    struct text out = {.mem = &mem};
    while (out.n < n)
        text_puts(&out, piece);
    return out.p;
}

Test(yaml, caps_hold)
{
    struct yaml_node *root;
    char *text = repeat("#", YAML_MAX_BYTES + 1);
    cr_expect_eq(yaml_parse("a", text, strlen(text), &mem, &root, &err), STATUS_INPUT);
    cr_expect_str_eq(err.message, "larger than 1048576 bytes");
    text = arena_format(&mem, "[%s1]", repeat("1,", 2 * YAML_MAX_NODES));
    cr_expect_eq(yaml_parse("a", text, strlen(text), &mem, &root, &err), STATUS_INPUT);
    cr_expect_str_eq(err.message, "more than 100000 values");
    text = arena_format(&mem, "\"%s\": 1", repeat("k", YAML_MAX_KEY + 1));
    cr_expect_eq(yaml_parse("a", text, strlen(text), &mem, &root, &err), STATUS_INPUT);
    cr_expect_str_eq(err.message, "a key has more than 255 bytes");
}

Test(yaml, a_file_is_read_and_a_missing_one_refused)
{
    const char *folder = help_folder();
    const char *path = help_path(folder, "p.yaml");
    struct yaml_node *root;
    help_write_text(path, "a: 1\nb: [\n");
    cr_assert_eq(yaml_read(path, &mem, &root, &err), STATUS_INPUT);
    cr_expect_str_eq(err.loc.path, path);
    cr_expect_eq(err.loc.line, 3);
    help_write_text(path, "a: 1\n");
    cr_assert_eq(yaml_read(path, &mem, &root, &err), STATUS_OK);
    cr_expect_eq(yaml_get(root, "a")->integer, 1);
    cr_assert_eq(yaml_read(help_path(folder, "q.yaml"), &mem, &root, &err), STATUS_INPUT);
}

static const char *const tree = "train:\n"
                                "  folds: 3\n"
                                "  steps:\n"
                                "    - scale: {}\n"
                                "    - ridge: {alpha: [1, 2]}\n"
                                "    - ridge: {alpha: 9}\n"
                                "ranges: {a.b: [0, 1], a: {b: x}}\n"
                                "gate:\n";

static const struct {
    const char *assignment, *path, *want;
} overrides[] = {
    {"train.folds=5", "train.folds", "5"},
    {"train.folds=", "train.folds", "null"},
    {"train.folds=[1, {a: b}]", "train.folds", "[1, {a: b}]"},
    {"train.folds=a=b", "train.folds", "a=b"},
    {"train.new=x", "train.new", "x"},
    {"top={a: 1}", "top", "{a: 1}"},
    {"train.steps.ridge.alpha=[7]", "train.steps.1.ridge.alpha", "[7]"},
    {"train.steps.1.ridge.alpha.0=8", "train.steps.1.ridge.alpha", "[8, 2]"},
    {"train.steps.2={mean: {}}", "train.steps.2", "{mean: {}}"},
    {"train.steps.ridge.new=1", "train.steps.1.ridge", "{alpha: [1, 2], new: 1}"},
    {"ranges.a.b=7", "ranges", "{a.b: 7, a: {b: x}}"},
    {"gate.max=2", "gate", "{max: 2}"},
    {"clean.gaps=keep", "clean", "{gaps: keep}"},
    {"clean.a.b.c=1", "clean", "{a: {b: {c: 1}}}"},
    {"gate.max.r2=2", "gate", "{max: {r2: 2}}"},
    {"train.steps[1].ridge.alpha=[7]", "train.steps.1.ridge.alpha", "[7]"},
    {"train.steps[1].ridge.alpha[0]=8", "train.steps.1.ridge.alpha", "[8, 2]"},
    {"train.steps.ridge.alpha[1]=8", "train.steps.1.ridge.alpha", "[1, 8]"},
    {"train.steps[2]={mean: {}}", "train.steps.2", "{mean: {}}"},
    {"train={folds: 2}", "train", "{folds: 2}"},
    {"train=null", "train", "null"},
    {"train.folds='a: b # c'", "train.folds", "'a: b # c'"},
};

/* Walks a path of plain keys and indices. */
static const struct yaml_node *walk(const struct yaml_node *node, const char *path)
{
    while (*path) {
        size_t n = strcspn(path, "."), index;
        struct view segment = {path, n};
        node = text_size(segment, &index) ? node->child[index]
                                          : yaml_get(node, arena_copy(&mem, path, n));
        cr_assert_not_null(node, "%s", path);
        path += n + (path[n] == '.');
    }
    return node;
}

Test(yaml, an_override_replaces_what_its_path_names)
{
    for (size_t i = 0; i < COUNT_OF(overrides); i++) {
        struct yaml_node *root = parse(tree);
        cr_assert_eq(yaml_override(root, overrides[i].assignment, &mem, &err), STATUS_OK,
                     "%s: %s", overrides[i].assignment, err.message);
        const struct yaml_node *node = walk(root, overrides[i].path);
        cr_expect_str_eq(flow(node), overrides[i].want, "%s: %s", overrides[i].assignment,
                         flow(node));
    }
}

static const struct {
    const char *assignment;
    size_t col;
    const char *message, *hint;
} bad_overrides[] = {
    {"train", 1, "expected key=value, found 'train'", ""},
    {"=5", 1, "expected key=value, found no key in ''", ""},
    {"train..folds=5", 7, "expected key=value, found no key in '.folds'", ""},
    {"train.folds.x=5", 13, "there is no key 'x'", "a whole number stands there"},
    {"train.steps.9.x=5", 13, "there is no item '9'", "the list has 3, counted from 0"},
    {"train.steps[9].x=5", 12, "there is no item '9'", "the list has 3, counted from 0"},
    {"train.steps[x]=5", 12, "expected an item's number, found 'x'", ""},
    {"train.steps[1=5", 12, "expected [number], found '[1'", ""},
    {"train.steps[1]x=5", 12, "expected [number], found '[1]x'", ""},
    {"train[0]=5", 6, "there is no item '0'", "a map stands there"},
    {"train.new[0].x=5", 7, "there is no list 'new[0].x'", ""},
    {"train.new..x=5", 11, "expected key=value, found no key in '.x'", ""},
    {"new.<<.x=5", 5, "the merge key cannot be used here: '<<'", ""},
    {"train.steps.lasso.x=5", 13, "no item of the list has the key 'lasso'",
     "there are [0].scale, [1].ridge, [2].ridge"},
    {"train.steps.rigde.x=5", 13, "no item of the list has the key 'rigde'",
     "did you mean 'ridge'?"},
    {"train.folds=Milk #1", 13, "only a part of the value counts: 'Milk'",
     "needs quotes of its own"},
    {"train.folds=[1", 15, "not valid YAML: did not find expected ',' or ']'", ""},
    {"train.folds=&a 1", 13, "an anchor cannot be used here", "remove '&'"},
    {"train.<<={}", 7, "the merge key cannot be used here: '<<'", ""},
    {"train.folds=[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]", 27, "lists and maps lie more", ""},
};

Test(yaml, a_bad_override_is_a_usage_error_and_changes_nothing)
{
    for (size_t i = 0; i < COUNT_OF(bad_overrides); i++) {
        struct yaml_node *root = parse(tree);
        const char *before = flow(root);
        cr_expect_eq(yaml_override(root, bad_overrides[i].assignment, &mem, &err),
                     STATUS_USAGE, "row %zu", i);
        cr_expect_eq(strncmp(err.message, bad_overrides[i].message,
                             strlen(bad_overrides[i].message)),
                     0, "row %zu: %s", i, err.message);
        cr_expect_not_null(strstr(err.hint, bad_overrides[i].hint), "row %zu: %s", i,
                           err.hint);
        cr_expect_str_eq(err.loc.path, "--set");
        cr_expect_eq(err.loc.col, bad_overrides[i].col, "row %zu: %zu", i, err.loc.col);
        cr_expect_str_eq(flow(root), before, "row %zu", i);
    }
}

Test(yaml, errors_at_overridden_nodes_are_usage_errors)
{
    struct yaml_node *root = parse(tree);
    cr_assert_eq(yaml_override(root, "train.folds= 5", &mem, &err), STATUS_OK);
    const struct yaml_node *folds = walk(root, "train.folds");
    cr_expect_eq(yaml_error(&err, folds, "no %d", 5), STATUS_USAGE);
    cr_expect_str_eq(err.message, "no 5");
    cr_expect_str_eq(err.loc.path, "--set");
    cr_expect_eq(err.loc.col, 14);
    cr_expect_str_eq(err.loc.field, "folds");
    cr_expect_eq(yaml_error(&err, walk(root, "train"), "no"), STATUS_INPUT);
    cr_expect_eq(err.loc.line, 2);
}

static const struct {
    const char *text, *want;
} written[] = {
    {"abc", "abc"},
    {"data/milk/x*.csv", "data/milk/x*.csv"},
    {"two words", "two words"},
    {"", "''"},
    {"12", "'12'"},
    {"true", "'true'"},
    {"no", "no"},
    {"null", "'null'"},
    {"*", "'*'"},
    {"a: b", "'a: b'"},
    {"a #b", "'a #b'"},
    {"it's", "\"it's\""},
    {"end ", "'end '"},
    {" x", "' x'"},
    {"a,b", "'a,b'"},
    {"say \"hi\"", "'say \"hi\"'"},
    {"line\nbreak\t\\", "\"line\\x0Abreak\\x09\\\\\""},
    {"caf\xC3\xA9", "\"caf\xC3\xA9\""},
    {"\xE2\x80\xA8", "\"\\u2028\""},
    {"\xEF\xBB\xBF", "\"\\uFEFF\""},
    {"\xC2\x85", "\"\\x85\""},
};

Test(yaml, texts_are_written_so_that_they_read_back)
{
    for (size_t i = 0; i < COUNT_OF(written); i++) {
        struct text out = {.mem = &mem};
        text_puts(&out, "a: [");
        size_t start = out.n;
        yaml_scalar(view_of(written[i].text), &out);
        cr_expect_str_eq(out.p + start, written[i].want, "row %zu: %s", i, out.p + start);
        text_puts(&out, "]");
        struct yaml_node *node = yaml_get(parse(out.p), "a")->child[0];
        cr_expect_eq(node->kind, YAML_TEXT, "row %zu", i);
        cr_expect(view_is(node->text, written[i].text), "row %zu: %s", i, node->text.p);
    }
}

Test(yaml, kinds_have_names)
{
    cr_expect_str_eq(yaml_kind_name(YAML_LIST), "a list");
    cr_expect_str_eq(yaml_kind_name(YAML_MAP), "a map");
    cr_expect_str_eq(yaml_kind_name(YAML_NULL), "nothing");
}
