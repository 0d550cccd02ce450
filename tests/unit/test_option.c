#include <criterion/criterion.h>

#include <math.h>

#include "base/option.h"
#include "config/yaml.h"

struct inner {
    const char *path;
    size_t window;
};

struct pair {
    double low, high;
};

struct config {
    size_t folds, count;
    int64_t offset;
    double share, any;
    bool dry_run;
    enum { SCORE_R2, SCORE_RMSE, SCORE_MAE, SCORES } score;
    const char *name, *note;
    struct reals alpha;
    struct texts columns;
    struct words kinds;
    struct items sources;
    struct pair range;
    const struct yaml_node *steps;
};

/* clang-format off */
static const struct inner inner_defaults = {.window = 3};
static const struct option_row inner_rows[] = {
    OPTION_REQUIRED(struct inner, path, 0, 0, "PATH", "where the file is"),
    OPTION(struct inner, window, 1, 1e18, "N", "rows of a window"),
};
static const struct option_row pair_rows[] = {
    OPTION(struct pair, low, -10, 10, "REAL", "lowest"),
    OPTION(struct pair, high, -1e300, 10, "REAL", "highest"),
};
static const struct option_row rows[] = {
    OPTION(struct config, folds, 2, 100, "N", "parts of the training rows"),
    OPTION(struct config, count, 0, 0, "N", "how many"),
    OPTION(struct config, offset, -5, 5, "N", "months to shift by"),
    OPTION(struct config, share, 0, 1, "REAL", "share of the rows that is held out"),
    OPTION(struct config, any, 0, 0, "REAL", "any number"),
    OPTION(struct config, dry_run, 0, 0, NULL, "write nothing"),
    OPTION_ENUM(struct config, score, "r2|rmse|mae", "what the search maximises"),
    OPTION_REQUIRED(struct config, name, 0, 0, "NAME", "who"),
    OPTION(struct config, note, -1, 0, "TEXT", "may be empty"),
    OPTION(struct config, alpha, 0, 10, "REALS", "penalties"),
    OPTION(struct config, columns, 0, 0, "NAMES", "columns to use"),
    OPTION_ENUM(struct config, kinds, "real|text", "kinds to use"),
    OPTION_LIST(struct config, sources, struct inner, inner_rows, &inner_defaults,
                "tables"),
    OPTION_MAP(struct config, range, pair_rows, "plausible values"),
    OPTION(struct config, steps, 0, 0, "list of steps", "the recipe"),
};
/* clang-format on */

static const double two_reals[] = {1, 0.1};
static const struct config defaults = {
    .folds = 3, .share = 0.2, .alpha = {2, two_reals}, .range = {.high = 5}};

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(option, .fini = release);

static const struct option_row *row(const char *name)
{
    const struct option_row *found = option_find(rows, COUNT_OF(rows), view_of(name));
    cr_assert_not_null(found, "%s", name);
    return found;
}

static const struct {
    const char *name, *value;
    const char *want; // as option_value writes it
} parsed[] = {
    {"folds", "2", "2"},
    {"folds", "100", "100"},
    {"count", "0", "0"},
    {"count", "18446744073709551615", "18446744073709551615"},
    {"offset", "-5", "-5"},
    {"share", "0", "0"},
    {"share", "1", "1"},
    {"share", ".25", "0.25"},
    {"any", "-1e300", "-1e+300"},
    {"dry_run", "true", "true"},
    {"dry_run", "false", "false"},
    {"score", "rmse", "rmse"},
    {"name", "a b", "a b"},
    {"name", "12", "'12'"},
    {"note", "", "''"},
    {"alpha", "1, 0.5,10", "[1, 0.5, 10]"},
    {"alpha", "3", "[3]"},
    {"columns", "a,b", "['a,b']"},
    {"kinds", "text", "[text]"},
};

Test(option, values_are_parsed_and_shown_again)
{
    for (size_t i = 0; i < COUNT_OF(parsed); i++) {
        struct config config = defaults;
        struct text out = {.mem = &mem};
        memset(&err, 0, sizeof(err));
        enum status status =
            option_parse(row(parsed[i].name), parsed[i].value, &config, &mem, &err);
        cr_assert_eq(status, STATUS_OK, "row %zu: %s", i, err.message);
        cr_expect_eq(err.message[0], '\0');
        option_value(row(parsed[i].name), &config, &out);
        cr_expect_str_eq(out.p, parsed[i].want, "row %zu: %s", i, out.p);
    }
}

static const struct {
    const char *name, *value, *message, *hint;
} refused[] = {
    {"folds", "1", "expected a whole number from 2 to 100, found '1'", ""},
    {"folds", "101", "expected a whole number from 2 to 100, found '101'", ""},
    {"folds", "5.0", "expected a whole number from 2 to 100, found '5.0'", ""},
    {"folds", "", "expected a whole number from 2 to 100, found ''", ""},
    {"folds", " 5", "expected a whole number from 2 to 100, found ' 5'", ""},
    {"count", "-1", "expected a whole number, found '-1'", ""},
    {"count", "18446744073709551616",
     "expected a whole number, found '18446744073709551616'", ""},
    {"offset", "6", "expected a whole number from -5 to 5, found '6'", ""},
    {"share", "1.01", "expected a number from 0 to 1, found '1.01'", ""},
    {"share", "nan", "expected a number from 0 to 1, found 'nan'", ""},
    {"share", "0,5", "expected a number from 0 to 1, found '0,5'", ""},
    {"any", "inf", "expected a number, found 'inf'", ""},
    {"any", "1e999", "expected a number, found '1e999'", ""},
    {"any", "0x10", "expected a number, found '0x10'", ""},
    {"dry_run", "yes", "expected true or false, found 'yes'", ""},
    {"score", "rsme", "expected one of r2, rmse, mae; found 'rsme'",
     "did you mean 'rmse'?"},
    {"score", "zzzzzz", "expected one of r2, rmse, mae; found 'zzzzzz'", ""},
    {"score", "", "expected one of r2, rmse, mae; found ''", ""},
    {"score", "r2|rmse", "expected one of r2, rmse, mae; found 'r2|rmse'", ""},
    {"kinds", "texd", "expected one of real, text, or a list of them; found 'texd'",
     "did you mean 'text'?"},
    {"name", "", "expected a text, found an empty one", ""},
    {"alpha", "1,,2", "expected a number from 0 to 10, or a list of them; found '1,,2'",
     ""},
    {"alpha", "1,", "expected a number from 0 to 10, or a list of them; found '1,'", ""},
    {"alpha", "11", "expected a number from 0 to 10, or a list of them; found '11'", ""},
    {"sources", "x", "expected a list of maps, found 'x'", ""},
    {"range", "x", "expected a map, found 'x'", ""},
};

Test(option, a_bad_value_leaves_the_default_and_says_what_was_expected)
{
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct config config;
        memcpy(&config, &defaults, sizeof(config)); // with the bytes between the fields
        memset(&err, 0, sizeof(err));
        const struct option_row *r = row(refused[i].name);
        cr_expect_eq(option_parse(r, refused[i].value, &config, &mem, &err), STATUS_USAGE,
                     "row %zu", i);
        cr_expect_str_eq(err.message, refused[i].message, "row %zu: %s", i, err.message);
        cr_expect_str_eq(err.hint, refused[i].hint, "row %zu: %s", i, err.hint);
        cr_expect_str_eq(err.loc.field, refused[i].name);
        cr_expect_eq(memcmp(&config, &defaults, sizeof(config)), 0, "row %zu", i);
    }
}

Test(option, ranges_are_said_in_words)
{
    static const struct {
        const struct option_row *row;
        const char *want;
    } ranges[] = {
        {&inner_rows[1], "a whole number of at least 1"},
        {&pair_rows[0], "a number from -10 to 10"},
        {&pair_rows[1], "a number of at most 10"},
        {&rows[4], "a number"},
        {&rows[10], "a text, or a list of them"},
        {&rows[11], "one of real, text, or a list of them"},
        {&rows[12], "a list of maps"},
        {&rows[14], "any value"},
    };
    for (size_t i = 0; i < COUNT_OF(ranges); i++) {
        struct text out = {.mem = &mem};
        option_expected(ranges[i].row, &out);
        cr_expect_str_eq(out.p, ranges[i].want, "row %zu: %s", i, out.p);
    }
}

Test(option, the_kind_comes_from_the_fields_type)
{
    static const enum option_kind kinds[] = {
        OPTION_SIZE,  OPTION_SIZE,  OPTION_INT,   OPTION_REAL,  OPTION_REAL,
        OPTION_BOOL,  OPTION_ENUM,  OPTION_TEXT,  OPTION_TEXT,  OPTION_REALS,
        OPTION_TEXTS, OPTION_WORDS, OPTION_ITEMS, OPTION_GROUP, OPTION_NODE};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        cr_expect_eq(rows[i].kind, kinds[i], "row %zu", i);
}

Test(option, dashes_and_underscores_are_the_same_in_names)
{
    cr_expect_eq(option_find(rows, COUNT_OF(rows), VIEW("dry-run")), &rows[5]);
    cr_expect_eq(option_find(rows, COUNT_OF(rows), VIEW("dry_run")), &rows[5]);
    cr_expect_null(option_find(rows, COUNT_OF(rows), VIEW("dry-ru")));
    cr_expect_null(option_find(rows, COUNT_OF(rows), VIEW("dry-runs")));
    cr_expect_null(option_find(rows, COUNT_OF(rows), VIEW("")));
}

Test(option, usage_has_aligned_help_with_defaults)
{
    struct text out = {.mem = &mem};
    option_usage(rows + 3, 5, &defaults, &out);
    cr_expect_str_eq(
        out.p,
        "  --share REAL          share of the rows that is held out (default 0.2)\n"
        "  --any REAL            any number (default 0)\n"
        "  --dry-run             write nothing\n"
        "  --score r2|rmse|mae   what the search maximises (default r2)\n"
        "  --name NAME           who (required)\n",
        "%s", out.p);
}

/* No line of the text is longer than the columns that help keeps to. */
static void expect_columns(const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        cr_expect(n <= OPTION_COLUMNS, "%.*s", (int)n, text);
        cr_expect(n == 0 || text[n - 1] != ' ', "blank at the end: %.*s", (int)n, text);
        text += n + (text[n] == '\n');
    }
}

Test(option, long_help_is_broken_between_words)
{
    static const struct option_row wordy[] = {
        {.name = "a_very_long_name_for_an_option",
         .placeholder = "VALUE",
         .kind = OPTION_TEXT,
         .help =
             "one two three four five six seven eight nine ten eleven twelve thirteen "
             "fourteen fifteen sixteen seventeen eighteen nineteen twenty"},
        {.name = "b", .placeholder = "N", .kind = OPTION_TEXT, .help = "short"},
    };
    struct text out = {.mem = &mem};
    option_usage(wordy, 2, NULL, &out);
    expect_columns(out.p);
    cr_expect_not_null(strstr(out.p, "option VALUE\n          one two"), "%s", out.p);
    cr_expect_not_null(strstr(out.p, "\n  --b N   short\n"), "%s", out.p);
}

Test(option, the_explanation_shows_key_kind_default_and_help)
{
    struct text out = {.mem = &mem};
    option_explain("train", rows, COUNT_OF(rows), &defaults, &out);
    expect_columns(out.p);
    static const char *const want[] = {
        ("  train.folds               whole number from 2 to 100  default 3\n"
         "      parts of the training rows\n"),
        "  train.name                text                        required\n      who\n",
        "  train.score               r2|rmse|mae                 default r2\n",
        "  train.alpha               numbers from 0 to 10        default [1, 0.1]\n",
        "  train.columns             texts\n      columns to use\n",
        "  train.kinds               list of real|text\n      kinds to use\n",
        "  train.sources             list of maps\n      tables\n",
        "  train.sources[].path      text                        required\n",
        "  train.sources[].window    whole number >= 1           default 3\n",
        "  train.range.high          number <= 10                default 5\n",
        "  train.steps               list of steps\n      the recipe\n",
    };
    for (size_t i = 0; i < COUNT_OF(want); i++)
        cr_expect_not_null(strstr(out.p, want[i]), "row %zu of\n%s", i, out.p);
}

Test(option, a_place_behind_the_words_says_that_none_was_given)
{
    struct config config = {.score = SCORES};
    struct text out = {.mem = &mem};
    option_echo(NULL, row("score"), 1, &config, &out);
    cr_expect_str_eq(out.p, "score: null\n");
    option_explain(NULL, row("score"), 1, &config, &out);
    cr_expect_null(strstr(out.p, "default"));
}

Test(option, keys_without_prefix_stand_alone)
{
    struct text out = {.mem = &mem};
    option_explain(NULL, rows, 1, NULL, &out);
    cr_expect_eq(strncmp(out.p, "  folds  ", 9), 0, "%s", out.p);
    cr_expect_null(strstr(out.p, "default"));
}

Test(option, an_echo_has_a_line_for_every_value)
{
    struct inner items[] = {{"a.csv", 3}, {"b.csv", 12}};
    struct config config = defaults;
    config.name = "milk";
    config.sources = (struct items){2, items};
    struct yaml_node *steps;
    cr_assert_eq(yaml_parse("x", "[{a: 1}]", 8, &mem, &steps, &err), STATUS_OK);
    config.steps = steps;
    struct text out = {.mem = &mem};
    option_echo("s", rows, COUNT_OF(rows), &config, &out);
    cr_expect_str_eq(out.p,
                     "s.folds: 3\ns.count: 0\ns.offset: 0\ns.share: 0.2\ns.any: 0\n"
                     "s.dry_run: false\ns.score: r2\ns.name: milk\ns.note: null\n"
                     "s.alpha: [1, 0.1]\ns.columns: []\ns.kinds: []\n"
                     "s.sources[0].path: a.csv\ns.sources[0].window: 3\n"
                     "s.sources[1].path: b.csv\ns.sources[1].window: 12\n"
                     "s.range.low: 0\ns.range.high: 5\ns.steps: [{a: 1}]\n",
                     "%s", out.p);
}

Test(option, lists_and_groups_are_shown_in_flow_style)
{
    struct inner items[] = {{"a b", 3}, {NULL, 12}};
    struct config config = {.sources = {2, items}, .range = {NAN, -INFINITY}};
    struct text out = {.mem = &mem};
    option_value(row("sources"), &config, &out);
    option_value(row("range"), &config, &out);
    cr_expect_str_eq(out.p,
                     "[{path: a b, window: 3}, {path: null, window: 12}]"
                     "{low: .nan, high: -.inf}",
                     "%s", out.p);
}

enum join_way { WAY_INNER, WAY_LEFT, WAY_OUTER };
struct joined {
    enum join_way how;
};
static const struct option_row how =
    OPTION_ENUM(struct joined, how, "inner|left|outer", "which rows stay");

Test(option, a_word_of_an_enum_is_stored_by_its_place)
{
    static const char *const words[] = {"inner", "left", "outer"};
    for (unsigned i = 0; i < COUNT_OF(words); i++) {
        struct joined j = {WAY_LEFT};
        struct text out = {.mem = &mem};
        cr_assert_eq(option_parse(&how, words[i], &j, &mem, &err), STATUS_OK);
        cr_assert_eq(j.how, i);
        option_value(&how, &j, &out);
        cr_assert_str_eq(out.p, words[i]);
    }
}

Test(option, another_word_leaves_it_and_names_the_nearest)
{
    struct joined j = {WAY_OUTER};
    cr_assert_eq(option_parse(&how, "lefd", &j, &mem, &err), STATUS_USAGE);
    cr_assert_str_eq(err.message, "expected one of inner, left, outer; found 'lefd'");
    cr_assert_str_eq(err.hint, "did you mean 'left'?");
    cr_assert_eq(j.how, WAY_OUTER);
    cr_assert_eq(option_parse(&how, "", &j, &mem, &err), STATUS_USAGE);
}

Test(option, words_of_a_table_are_found_by_place_and_by_name)
{
    unsigned i = 7;
    cr_assert(view_is(option_word("a|bc|d", 1), "bc") && option_word("a|b", 2).n == 0);
    cr_assert(option_index("a|bc|d", VIEW("d"), &i) && i == 2);
    cr_assert(!option_index("a|bc|d", VIEW("b"), &i) && i == 2);
}

Test(option, a_text_has_words_between_its_blanks)
{
    struct arena words_mem = {0};
    struct texts none = option_words("  ", &words_mem);
    struct texts two = option_words(" report@milk  artifacts/milk/raw", &words_mem);
    cr_assert_eq(none.n, 0);
    cr_assert_eq(two.n, 2);
    cr_assert_str_eq(two.v[0], "report@milk");
    cr_assert_str_eq(two.v[1], "artifacts/milk/raw");
    arena_release(&words_mem);
}
