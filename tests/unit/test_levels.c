#include <criterion/criterion.h>

#include <string.h>

#include "file/json.h"
#include "steps/levels.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(levels, .fini = release);

/* "b" three times, "a" and an empty cell twice, "c" once; "-" is an empty cell. */
static const char cells[] = "babc-b-a";
enum { CELLS = sizeof cells - 1 };

static struct levels learnt(const struct levels_rule *rule)
{
    struct view cell[CELLS];
    for (size_t i = 0; i < CELLS; i++)
        cell[i] = cells[i] == '-' ? (struct view){NULL, 0} : (struct view){&cells[i], 1};
    return levels_learn(cell, CELLS, rule, &mem);
}

/* The column of each of the texts a, b, c, an empty cell, and one that was not learnt, as
 * digits; x: none, and behind them whether the last is known. */
static const char *columns(const struct levels *l, const struct levels_rule *rule)
{
    static const char *const asked[] = {"a", "b", "c", NULL, "new"};
    struct text out = {.mem = &mem};
    bool known = true;
    for (size_t i = 0; i < 5; i++) {
        struct view text = asked[i] ? view_of(asked[i]) : (struct view){NULL, 0};
        size_t at = levels_find(l, text, rule, &known);
        text_addf(&out, "%c", at == LEVELS_NOWHERE ? 'x' : (char)('0' + at));
        cr_assert_eq(known, i < 4);
    }
    return out.p;
}

/* Those that sklearn.preprocessing.OneHotEncoder gives the same texts. */
static const struct {
    struct levels_rule rule;
    size_t n;
    const char *columns, *names;
} cases[] = {
    {{0, 0, LEVELS_IGNORE, LEVELS_DROP_NONE}, 4, "0123x", "k_a k_b k_c k_missing"},
    {{2, 0, LEVELS_IGNORE, LEVELS_DROP_NONE},
     4,
     "0132x",
     "k_a k_b k_missing k_infrequent"},
    {{0.3, 0, LEVELS_INFREQUENT, LEVELS_DROP_NONE}, 2, "10111", "k_b k_infrequent"},
    {{0, 2, LEVELS_INFREQUENT, LEVELS_DROP_NONE}, 2, "10111", "k_b k_infrequent"},
    {{0, 2, LEVELS_IGNORE, LEVELS_DROP_IF_BINARY}, 1, "0x00x", "k_infrequent"},
    {{0, 1, LEVELS_INFREQUENT, LEVELS_DROP_FIRST}, 0, "xxxxx", ""},
    {{0, 4, LEVELS_IGNORE, LEVELS_DROP_FIRST}, 3, "x021x", "k_b k_missing k_infrequent"},
    {{0, 5, LEVELS_ERROR, LEVELS_DROP_FIRST}, 3, "x012x", "k_b k_c k_missing"},
};

Test(levels, rare_and_dropped_ones_go_where_the_encoder_puts_them)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct levels l = learnt(&cases[i].rule);
        const char *name[8];
        struct text names = {.mem = &mem};
        cr_assert_eq(l.columns, cases[i].n, "case %zu: %zu", i, l.columns);
        cr_assert_str_eq(columns(&l, &cases[i].rule), cases[i].columns, "case %zu", i);
        levels_names(&l, "k", &mem, name);
        text_puts(&names, "");
        for (size_t c = 0; c < l.columns; c++)
            text_addf(&names, "%s%s", c > 0 ? " " : "", name[c]);
        cr_assert_str_eq(names.p, cases[i].names, "case %zu", i);
    }
}

Test(levels, what_is_saved_is_learnt_again)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct levels l = learnt(&cases[i].rule), again;
        struct error err = {0};
        json_t *saved = levels_json(&l);
        cr_assert_eq(levels_load(saved, "m.json", &cases[i].rule, &mem, &again, &err),
                     STATUS_OK, "%s", err.message);
        cr_assert_eq(again.columns, cases[i].n);
        cr_assert_str_eq(columns(&again, &cases[i].rule), cases[i].columns);
        json_decref(saved);
    }
}

static const struct {
    const char *json, *field;
} damaged[] = {
    {"{\"levels\": [\"b\", \"a\"], \"rare\": []}", "levels"},
    {"{\"levels\": [\"a\", \"a\"], \"rare\": []}", "levels"},
    {"{\"levels\": [null, \"a\"], \"rare\": []}", "levels"},
    {"{\"levels\": [1], \"rare\": []}", "levels"},
    {"{\"levels\": [\"a\"], \"rare\": [1]}", "rare"},
    {"{\"levels\": [\"a\"], \"rare\": [-1]}", "rare"},
    {"{\"levels\": [\"a\", \"b\"], \"rare\": [0, 0]}", "rare"},
    {"{\"levels\": [\"a\"], \"rare\": [0.0]}", "rare"},
    {"{\"levels\": [\"a\"]}", "rare"},
    {"[]", "levels"},
};

Test(levels, damaged_ones_are_refused)
{
    static const struct levels_rule rule;
    for (size_t i = 0; i < COUNT_OF(damaged); i++) {
        struct levels l;
        struct error err = {0};
        json_t *saved = json_loads(damaged[i].json, 0, NULL);
        cr_assert_eq(levels_load(saved, "m.json", &rule, &mem, &l, &err), STATUS_INPUT,
                     "%s", damaged[i].json);
        cr_assert_str_eq(err.loc.field, damaged[i].field, "%s", damaged[i].json);
        cr_assert_str_eq(err.loc.path, "m.json");
        json_decref(saved);
    }
}
