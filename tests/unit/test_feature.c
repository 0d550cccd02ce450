#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "data/feature.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(feature, .fini = release);

static struct field columns[] = {
    {"month", TYPE_DATE}, {"rain", TYPE_REAL}, {"name", TYPE_TEXT}, {"price", TYPE_REAL}};
static const struct schema schema = {.n = COUNT_OF(columns), .field = columns};
static const char *const price[] = {"price"};
static const struct texts target = {1, price};

static const unsigned mean_std[] = {FORMULA_MEAN, FORMULA_STD};
static const unsigned last[] = {FORMULA_LAST};
static const char *const every[] = {"*"};
static const char *const rain[] = {"rain"};
static const char *const misspelt[] = {"rein"};
static const double lags[] = {1, 12};

static enum status plan(struct feature_rule *rule, size_t n, struct features *ret,
                        struct error *err)
{
    struct items rules = {n, rule};
    return features_plan(&rules, &schema, &target, 0, &mem, ret, err);
}

Test(feature, formulas_come_first_then_columns)
{
    static const char *const names[] = {"rain_mean3_lag1", "price_mean3_lag1",
                                        "rain_std3_lag1", "price_std3_lag1"};
    struct feature_rule rule = {
        .rolling = {2, mean_std}, .of = {1, every}, .window = 3, .shift = 1};
    struct features f;
    struct error err = {0};
    cr_assert_eq(plan(&rule, 1, &f, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(f.n, 4);
    for (size_t i = 0; i < 4; i++)
        cr_assert_str_eq(f.feature[i].name, names[i]);
    cr_assert_eq(f.reach, 3);
    cr_assert_eq(f.ahead, 1);
}

Test(feature, lags_reach_back_as_far_as_they_say)
{
    struct feature_rule rule = {
        .lag = {2, lags}, .of = {1, every}, .shift = FEATURE_UNSET};
    struct features f;
    struct error err = {0};
    cr_assert_eq(plan(&rule, 1, &f, &err), STATUS_OK, "%s", err.message);
    cr_assert_str_eq(f.feature[3].name, "price_lag12");
    cr_assert_eq(f.reach, 12);
}

Test(feature, without_rules_numbers_but_the_target_are_features)
{
    struct features f;
    struct error err = {0};
    cr_assert_eq(plan(NULL, 0, &f, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(f.n, 1);
    cr_assert_str_eq(f.feature[0].name, "rain");
}

/* Month and rain stand in front: rain is a number, but only says which row is which. */
Test(feature, names_in_front_are_no_features)
{
    static struct feature_rule of_rain = {
        .rolling = {1, last}, .of = {1, rain}, .window = 1, .shift = 1};
    const struct items none = {0}, rules = {1, &of_rain};
    const struct texts no_target = {0};
    struct features f;
    struct error err = {0};
    cr_assert_eq(features_plan(&none, &schema, &no_target, 2, &mem, &f, &err), STATUS_OK,
                 "%s", err.message);
    for (size_t i = 0; i < f.n; i++)
        cr_assert(strcmp(f.feature[i].column, "rain") != 0);
    cr_assert_eq(features_plan(&rules, &schema, &no_target, 2, &mem, &f, &err),
                 STATUS_INPUT);
}

Test(feature, what_cannot_be_meant_is_refused)
{
    static struct feature_rule bad[] = {
        {.rolling = {1, last}, .of = {1, every}, .window = 1}, // shows the target
        {.rolling = {1, last},
         .of = {1, misspelt},
         .window = 1,
         .shift = 1}, // no such column
        {.rolling = {1, last},
         .lag = {2, lags},
         .of = {1, every},
         .window = 1,
         .shift = 1},                                // two kinds
        {.of = {1, every}, .window = 1, .shift = 1}, // none
        {.rolling = {1, last},
         .of = {1, every},
         .window = 2,
         .min_periods = 3,
         .shift = 1}}; // too many
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct features f;
        struct error err = {0};
        cr_assert_eq(plan(&bad[i], 1, &f, &err), STATUS_INPUT, "rule %zu", i);
        cr_assert(err.loc.field[0], "rule %zu names no key", i);
    }
    struct feature_rule twice[2] = {
        {.rolling = {1, last}, .of = {1, every}, .window = 1, .shift = 1},
        {.rolling = {1, last}, .of = {1, every}, .window = 1, .shift = 1}};
    struct features f;
    struct error err = {0};
    cr_assert_eq(plan(twice, 2, &f, &err), STATUS_INPUT);
}

/* What the file says beside a lag or a column as it stands, though it is the default. */
Test(feature, a_key_without_a_use_is_refused_whatever_its_value)
{
    static const char *const names[] = {"features[1].window", "features[1].min_periods",
                                        "features[1].shift"};
    for (size_t i = 0; i < 2 * COUNT_OF(names); i++) {
        struct feature_rule rule[2] = {
            {.rolling = {1, last}, .of = {1, rain}, .shift = FEATURE_UNSET},
            {.of = {1, every}, .shift = FEATURE_UNSET}};
        struct features f;
        struct error err = {0};
        if (i < COUNT_OF(names))
            rule[1].lag = (struct reals){2, lags};
        else
            rule[1].as_is = (struct texts){1, rain};
        size_t *key[] = {&rule[1].window, &rule[1].min_periods, &rule[1].shift};
        *key[i % COUNT_OF(names)] = 1;
        cr_assert_eq(plan(rule, 2, &f, &err), STATUS_INPUT);
        cr_assert_str_eq(err.loc.field, names[i % COUNT_OF(names)]);
    }
}

Test(feature, what_is_not_given_is_one)
{
    struct feature_rule rule = {
        .rolling = {1, last}, .of = {1, rain}, .shift = FEATURE_UNSET};
    struct features f;
    struct error err = {0};
    cr_assert_eq(plan(&rule, 1, &f, &err), STATUS_OK, "%s", err.message);
    cr_assert(f.n == 1 && f.feature[0].window == 1 && f.feature[0].shift == 1);
}

Test(feature, a_window_ends_before_the_row)
{
    const double x[] = {1, 2, 4, 8, 16};
    double scratch[5], ret[5];
    struct feature f = {
        .formula = &feature_formula_all[0], .window = 2, .min_periods = 2, .shift = 1};
    feature_compute(&f, x, 5, scratch, ret);
    cr_assert(isnan(ret[0]) && isnan(ret[1]));
    cr_assert(ret[2] == 1.5 && ret[3] == 3 && ret[4] == 6);
}

Test(feature, columns_are_handed_on_as_they_stand_texts_too)
{
    static const char *const both[] = {"n*", "rain"}, *const idle[] = {"rain"};
    struct feature_rule rule = {.as_is = {2, both}, .shift = FEATURE_UNSET};
    struct features f;
    struct error err = {0};
    struct items rules = {1, &rule};
    rule.of = ((const struct feature_rule *)feature_rules_rows[0].item_defaults)->of;
    cr_assert_eq(plan(&rule, 1, &f, &err), STATUS_OK, "%s", err.message);
    cr_assert(f.n == 2 && f.n_texts == 1 && f.reach == 0 && f.ahead == 0);
    cr_assert(!f.feature[0].text && f.feature[1].text);
    cr_assert_str_eq(f.feature[1].name, "name");
    cr_assert_eq(f.feature[0].min_periods, 0);
    cr_assert_not(features_read(&rules, &target, "rain"), "a row may be without");
    rule.as_is = (struct texts){1, every};
    cr_assert_eq(plan(&rule, 1, &f, &err), STATUS_INPUT, "the target is among them");
    rule.except = target;
    cr_assert_eq(plan(&rule, 1, &f, &err), STATUS_OK);
    rule.of = (struct texts){1, idle};
    cr_assert_eq(plan(&rule, 1, &f, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "'of' means nothing beside 'as_is'");
}
