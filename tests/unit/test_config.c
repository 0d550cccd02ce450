#include <criterion/criterion.h>

#include "config/config.h"

struct column {
    const char *match;
    enum { KIND_REAL, KIND_INTEGER, KIND_TEXT } kind;
};

struct source {
    const char *name, *path;
    struct items columns;
    size_t take;
};

struct limits {
    double low, high;
};

struct config {
    size_t folds;
    int64_t offset;
    double share;
    bool quick;
    enum { SCORE_R2, SCORE_RMSE } score;
    const char *title, *note;
    struct reals alpha;
    struct texts names;
    struct words kinds;
    struct items sources;
    struct limits limits;
    const struct yaml_node *steps;
};

/* clang-format off */
static const struct column column_defaults = {.kind = KIND_REAL};
static const struct option_row column_rows[] = {
    OPTION_REQUIRED(struct column, match, 0, 0, "NAME", "columns with this name"),
    OPTION_ENUM(struct column, kind, "real|integer|text", "how cells are read"),
};
static const struct source source_defaults = {.take = 10};
static const struct option_row source_rows[] = {
    OPTION_REQUIRED(struct source, name, 0, 0, "NAME", "of the table"),
    OPTION_REQUIRED(struct source, path, 0, 0, "PATH", "where the files are"),
    OPTION_LIST(struct source, columns, struct column, column_rows, &column_defaults,
                "columns"),
    OPTION(struct source, take, 1, 100, "N", "characters"),
};
static const struct option_row limit_rows[] = {
    OPTION_REQUIRED(struct limits, low, -10, 10, "REAL", "lowest"),
    OPTION(struct limits, high, 0, 0, "REAL", "highest"),
};
static const struct option_row rows[] = {
    OPTION(struct config, folds, 2, 100, "N", "parts"),
    OPTION(struct config, offset, -5, 5, "N", "shift"),
    OPTION(struct config, share, 0, 1, "REAL", "held out"),
    OPTION(struct config, quick, 0, 0, NULL, "less work"),
    OPTION_ENUM(struct config, score, "r2|rmse", "what is maximised"),
    OPTION(struct config, title, 0, 0, "TEXT", "heading"),
    OPTION(struct config, note, -1, 0, "TEXT", "may be empty"),
    OPTION(struct config, alpha, 0, 10, "REAL", "penalties"),
    OPTION(struct config, names, 0, 0, "NAMES", "columns"),
    OPTION_ENUM(struct config, kinds, "a|b", "kinds"),
    OPTION_LIST(struct config, sources, struct source, source_rows, &source_defaults,
                "tables"),
    OPTION_MAP(struct config, limits, limit_rows, "of plausible values"),
    OPTION(struct config, steps, 0, 0, "LIST", "recipe"),
};
/* clang-format on */

static const struct config defaults = {.folds = 3, .share = 0.2};

static struct arena mem;
static struct error err;
static struct config config; // what was read last

static void release(void)
{
    arena_release(&mem);
}

TestSuite(config, .fini = release);

static struct yaml_node *parse(const char *text)
{
    struct yaml_node *root = NULL;
    memset(&err, 0, sizeof(err));
    cr_assert_eq(yaml_parse("p.yaml", text, strlen(text), &mem, &root, &err), STATUS_OK,
                 "%s: %s", text, err.message);
    return root;
}

static enum status read_node(const struct yaml_node *node)
{
    config = defaults;
    return config_read(node, "train", rows, COUNT_OF(rows), &config, &mem, &err);
}

static enum status read_text(const char *text)
{
    return read_node(parse(text));
}

/* Reads what the command line has changed. */
static enum status read_with(const char *text, const char *assignment)
{
    struct yaml_node *root = parse(text);
    cr_assert_eq(yaml_override(root, assignment, &mem, &err), STATUS_OK);
    return read_node(root);
}

Test(config, what_is_absent_keeps_its_default)
{
    cr_assert_eq(read_text("offset: -2"), STATUS_OK, "%s", err.message);
    cr_expect_eq(config.folds, 3);
    cr_expect_eq(config.offset, -2);
    cr_expect_eq(config.score, SCORE_R2);
    cr_expect_eq(config.sources.n, 0);
    cr_assert_eq(read_text(""), STATUS_OK);
    cr_expect_eq(config.folds, 3);
    cr_assert_eq(read_node(NULL), STATUS_OK);
}

Test(config, every_kind_is_read)
{
    cr_assert_eq(
        read_text(
            "folds: 0x10\n"
            "offset: -5\n"
            "share: 1\n"
            "quick: true\n"
            "score: rmse\n"
            "title: '12'\n"
            "note: ''\n"
            "alpha: [1, 1e-3]\n"
            "names: [a, 'b c']\n"
            "kinds: b\n"
            "sources:\n"
            "  - {name: x, path: p, columns: [{match: m}, {match: n, kind: text}]}\n"
            "  - {name: y, path: q, take: 4}\n"
            "limits: {low: -1, high: 1e300}\n"
            "steps: [{ridge: {}}]\n"),
        STATUS_OK, "%s", err.message);
    cr_expect_eq(config.folds, 16);
    cr_expect_eq(config.offset, -5);
    cr_expect_eq(config.share, 1.0);
    cr_expect(config.quick);
    cr_expect_eq(config.score, SCORE_RMSE);
    cr_expect_str_eq(config.title, "12");
    cr_expect_str_eq(config.note, "");
    cr_assert_eq(config.alpha.n, 2);
    cr_expect_eq(config.alpha.v[1], 1e-3);
    cr_assert_eq(config.names.n, 2);
    cr_expect_str_eq(config.names.v[1], "b c");
    cr_assert_eq(config.kinds.n, 1);
    cr_expect_eq(config.kinds.v[0], 1u);
    cr_expect_eq(config.limits.low, -1.0);
    cr_expect_eq(config.limits.high, 1e300);
    cr_expect_eq(config.steps->n, 1);
    cr_assert_eq(config.sources.n, 2);
    const struct source *sources = config.sources.v;
    cr_expect_str_eq(sources[0].path, "p");
    cr_expect_eq(sources[0].take, 10);
    cr_expect_eq(sources[1].take, 4);
    cr_assert_eq(sources[0].columns.n, 2);
    const struct column *columns = sources[0].columns.v;
    cr_expect_eq(columns[0].kind, KIND_REAL);
    cr_expect_eq(columns[1].kind, KIND_TEXT);
}

Test(config, a_scalar_stands_for_a_list_of_one)
{
    cr_assert_eq(read_text("alpha: 2\nnames: a"), STATUS_OK);
    cr_assert_eq(config.alpha.n, 1);
    cr_expect_eq(config.alpha.v[0], 2.0);
    cr_assert_eq(config.names.n, 1);
    cr_expect_str_eq(config.names.v[0], "a");
    cr_assert_eq(read_text("alpha: []"), STATUS_OK);
    cr_expect_eq(config.alpha.n, 0);
}

struct share {
    const char *most;
};

Test(config, a_bare_text_may_look_like_a_number_and_is_shown_as_it_was_written)
{
    static const struct option_row bare[] = {
        OPTION_BARE(struct share, most, "N|SHARE|WORD", "columns"),
    };
    static const char *const value[] = {"0.50", "3", "sqrt"};
    for (size_t i = 0; i < COUNT_OF(value); i++) {
        struct share share = {0};
        struct text shown = {.mem = &mem};
        const struct yaml_node *node = parse(arena_format(&mem, "most: %s", value[i]));
        cr_assert_eq(config_read(node, "", bare, 1, &share, &mem, &err), STATUS_OK);
        cr_expect_str_eq(share.most, value[i]);
        option_value(bare, &share, &shown);
        cr_expect_str_eq(shown.p, value[i]);
    }
    struct share share = {0};
    cr_assert_eq(config_read(parse("most: true"), "", bare, 1, &share, &mem, &err),
                 STATUS_INPUT);
    cr_expect_str_eq(err.message, "expected a text, found 'true'");
}

static const struct {
    const char *text;
    size_t line, col;
    const char *field, *message, *hint;
} refused[] = {
    {"a: 1\nfold: 5", 1, 1, "", "unknown key 'a'",
     "known keys: folds, offset, share, quick, score, title, note, alpha, names, kinds, "
     "sources, limits, steps"},
    {"fold: 5", 1, 1, "", "unknown key 'fold'", "did you mean 'folds'?"},
    {"limits: {low: 1,\n hihg: 2}", 2, 2, "", "unknown key 'hihg'",
     "did you mean 'high'?"},
    {"folds: 1", 1, 8, "folds", "expected a whole number from 2 to 100, found '1'", ""},
    {"folds: 3.0", 1, 8, "folds",
     "expected a whole number from 2 to 100, found the number '3.0'", ""},
    {"folds: abc", 1, 8, "folds",
     "expected a whole number from 2 to 100, found the text 'abc'", ""},
    {"folds: '5'", 1, 8, "folds",
     "expected a whole number from 2 to 100, found the text '5'", ""},
    {"folds: true", 1, 8, "folds", "expected a whole number from 2 to 100, found 'true'",
     ""},
    {"folds:", 1, 7, "folds", "expected a whole number from 2 to 100, found nothing", ""},
    {"folds: [3]", 1, 8, "folds", "expected a whole number from 2 to 100, found a list",
     ""},
    {"folds: {a: 3}", 1, 8, "folds", "expected a whole number from 2 to 100, found a map",
     ""},
    {"folds: -3", 1, 8, "folds", "expected a whole number from 2 to 100, found '-3'", ""},
    {"folds: 99999999999999999999", 1, 8, "folds",
     "expected a whole number from 2 to 100, found the number '99999999999999999999'",
     ""},
    {"share: 1.5", 1, 8, "share", "expected a number from 0 to 1, found '1.5'", ""},
    {"share: .nan", 1, 8, "share", "expected a number from 0 to 1, found '.nan'", ""},
    {"limits: {low: 1, high: .inf}", 1, 24, "high", "expected a number, found '.inf'",
     ""},
    {"quick: yes", 1, 8, "quick", "expected true or false, found the text 'yes'", ""},
    {"score: rsme", 1, 8, "score", "expected one of r2, rmse; found 'rsme'",
     "did you mean 'rmse'?"},
    {"score: 5", 1, 8, "score", "expected one of r2, rmse; found '5'", ""},
    {"score: [r2]", 1, 8, "score", "expected one of r2, rmse; found a list", ""},
    {"title: 5", 1, 8, "title", "expected a text, found the number '5'",
     "a text that looks like something else needs quotes: '5'"},
    {"title: ''", 1, 8, "title", "expected a text, found an empty one", ""},
    {"title: \"a\\0b\"", 1, 8, "title", "a text must not hold a NUL byte", ""},
    {"alpha: [1, x]", 1, 12, "alpha",
     "expected a number from 0 to 10, found the text 'x'", ""},
    {"alpha: {a: 1}", 1, 8, "alpha",
     "expected a number from 0 to 10, or a list of them; found a map", ""},
    {"alpha:", 1, 7, "alpha",
     "expected a number from 0 to 10, or a list of them; found nothing", ""},
    {"names: [a, 5]", 1, 12, "names", "expected a text, found the number '5'",
     "needs quotes"},
    {"kinds: [a, c]", 1, 12, "kinds", "expected one of a, b; found 'c'", ""},
    {"kinds: {a: b}", 1, 8, "kinds",
     "expected one of a, b, or a list of them; found a map", ""},
    {"sources: {name: x}", 1, 10, "sources", "expected a list of maps, found a map", ""},
    {"sources: [x]", 1, 11, "", "expected a map, found the text 'x'", ""},
    {"sources:\n  - {name: x, path: p}\n  - name: y\n    take: 5\n", 3, 5, "",
     "missing key 'path' in 'train.sources[1]'", "'path': where the files are"},
    {"sources: [{name: x, path: p, columns: [{kind: text}]}]", 1, 40, "",
     "missing key 'match' in 'train.sources[0].columns[0]'", ""},
    {"sources: [{name: x, path: p, columns: [{match: m, kind: reel}]}]", 1, 57, "kind",
     "expected one of real, integer, text; found 'reel'", "did you mean 'real'?"},
    {"limits: {high: 5}", 1, 9, "", "missing key 'low' in 'train.limits'", ""},
    {"limits: 5", 1, 9, "limits", "expected a map, found the number '5'", ""},
    {"size: 5", 1, 1, "", "a key must not be called 'size'", "DVC"},
    {"steps:\n  - ridge: {a: [{nfiles: 1}]}", 2, 18, "",
     "a key must not be called 'nfiles'", "DVC"},
    {"[1]", 1, 1, "", "expected a map, found a list", ""},
    {"abc", 1, 1, "", "expected a map, found the text 'abc'", ""},
};

Test(config, what_is_wrong_is_said_with_place_key_and_hint)
{
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        cr_expect_eq(read_text(refused[i].text), STATUS_INPUT, "row %zu", i);
        cr_expect_str_eq(err.message, refused[i].message, "row %zu: %s", i, err.message);
        cr_expect_not_null(strstr(err.hint, refused[i].hint), "row %zu: %s", i, err.hint);
        if (refused[i].hint[0] == '\0' && !strstr(err.message, "missing"))
            cr_expect_str_eq(err.hint, "", "row %zu: %s", i, err.hint);
        cr_expect_str_eq(err.loc.field, refused[i].field, "row %zu: %s", i,
                         err.loc.field);
        cr_expect_str_eq(err.loc.path, "p.yaml", "row %zu", i);
        cr_expect_eq(err.loc.line, refused[i].line, "row %zu: line %zu", i, err.loc.line);
        cr_expect_eq(err.loc.col, refused[i].col, "row %zu: column %zu", i, err.loc.col);
    }
}

Test(config, a_required_key_is_missed_without_a_map_too)
{
    struct limits limits = {0};
    enum status status = config_read(NULL, "limits", limit_rows, COUNT_OF(limit_rows),
                                     &limits, &mem, &err);
    cr_expect_eq(status, STATUS_INPUT);
    cr_expect_str_eq(err.message, "missing key 'low' in 'limits'");
    cr_expect_eq(err.loc.line, 0);
    status = config_read(parse("# nothing\n"), "", limit_rows, COUNT_OF(limit_rows),
                         &limits, &mem, &err);
    cr_expect_eq(status, STATUS_INPUT);
    cr_expect_str_eq(err.message, "missing key 'low'");
    cr_expect_eq(err.loc.line, 1);
}

Test(config, an_absent_group_may_lack_what_a_present_one_must_have)
{
    cr_expect_eq(read_text("folds: 5"), STATUS_OK);
    cr_expect_eq(read_text("limits: {}"), STATUS_INPUT);
}

Test(config, a_node_without_value_is_absent)
{
    cr_assert_eq(read_text("steps:"), STATUS_OK);
    cr_expect_null(config.steps);
}

Test(config, what_was_set_on_the_command_line_is_a_usage_error)
{
    cr_expect_eq(read_with("folds: 5\n", "folds=1"), STATUS_USAGE);
    cr_expect_str_eq(err.loc.path, "--set");
    cr_expect_eq(err.loc.col, 7);
    cr_expect_eq(read_with("folds: 5\n", "fold=3"), STATUS_USAGE);
    cr_expect_str_eq(err.hint, "did you mean 'folds'?");
}

Test(config, one_value_is_read_alone)
{
    const struct option_row *sources = option_find(rows, COUNT_OF(rows), VIEW("sources"));
    struct yaml_node *root =
        parse("a: [{name: x, path: y}]\nb: [{size: 5}]\nc: [{name: 5}]\n");
    config = defaults;
    cr_assert_eq(config_value(yaml_get(root, "a"), sources, &config, &mem, &err),
                 STATUS_OK);
    cr_expect_eq(config.sources.n, 1);
    cr_expect_eq(config_value(yaml_get(root, "b"), sources, &config, &mem, &err),
                 STATUS_INPUT);
    cr_expect_str_eq(err.message, "a key must not be called 'size'");
    cr_expect_eq(config_value(yaml_get(root, "c"), sources, &config, &mem, &err),
                 STATUS_INPUT);
    cr_expect_eq(err.loc.line, 3);
}

/* Whether the keys of a text are among the first n. */
static enum status check_keys(const char *text, const char *const *names, size_t n)
{
    return config_known_keys(parse(text), names, n, &err);
}

Test(config, known_keys_are_a_closed_list)
{
    static const char *const names[] = {"title", "train"};
    cr_expect_eq(check_keys("title: 1\ntrain: 2", names, 2), STATUS_OK);
    cr_expect_eq(check_keys("", names, 2), STATUS_OK);
    cr_expect_eq(check_keys("title: 1\ntrian: 2", names, 2), STATUS_INPUT);
    cr_expect_eq(err.loc.line, 2);
    cr_expect_str_eq(err.hint, "did you mean 'train'?");
    cr_expect_eq(check_keys("title: {b: {size: 2}}", names, 2), STATUS_INPUT);
    cr_expect_eq(err.loc.col, 13);
    cr_expect_eq(check_keys("x: 1", names, 0), STATUS_INPUT);
    cr_expect_str_eq(err.hint, "known keys: none");
}

Test(config, a_long_list_of_known_keys_is_clipped)
{
    const char *names[60];
    for (size_t i = 0; i < COUNT_OF(names); i++)
        names[i] = arena_format(&mem, "quite_a_long_key_%02zu", i);
    cr_expect_eq(check_keys("x: 1", names, COUNT_OF(names)), STATUS_INPUT);
    cr_expect_eq(strncmp(err.hint, "known keys: quite_a_long_key_00, ", 33), 0, "%s",
                 err.hint);
    cr_expect_str_eq(err.hint + strlen(err.hint) - 5, ", ...", "%s", err.hint);
}

struct leading {
    struct limits limits;
};

static const struct option_row leading_rows[] = {
    OPTION_LEADING_MAP(struct leading, limits, limit_rows, "REAL or map", "of values"),
};

Test(config, a_leading_map_may_be_the_value_of_its_first_key)
{
    static const struct {
        const char *text;
        double low, high;
        const char *message; // NULL: it is read
    } cases[] = {
        {"limits: 3", 3, 9, NULL},
        {"limits: {low: 3}", 3, 9, NULL},
        {"limits: {low: 3, high: 4}", 3, 4, NULL},
        {"limits: 11", 0, 0, "expected a number from -10 to 10, found '11'"},
        {"limits: [3]", 0, 0, "expected a number from -10 to 10, found a list"},
        {"limits:", 0, 0, "expected a number from -10 to 10, found nothing"},
        {"limits: {high: 4}", 0, 0, "missing key 'low' in 'limits'"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct leading read = {.limits = {.high = 9}};
        enum status status =
            config_read(parse(cases[i].text), NULL, leading_rows, 1, &read, &mem, &err);
        if (cases[i].message) {
            cr_expect_eq(status, STATUS_INPUT, "%s", cases[i].text);
            cr_expect_str_eq(err.message, cases[i].message);
        } else {
            cr_expect_eq(status, STATUS_OK, "%s", err.message);
            cr_expect_eq(read.limits.low, cases[i].low);
            cr_expect_eq(read.limits.high, cases[i].high);
        }
    }
}
