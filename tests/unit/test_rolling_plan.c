/* Settings and what they come to. */
#include <criterion/criterion.h>

#include <string.h>

#include "config/config.h"
#include "data/key.h"
#include "rolling/rolling_plan.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(rolling_plan, .fini = release);

static const struct rolling_settings defaults = ROLLING_DEFAULTS;

static struct pipeline months(const char *yaml)
{
    struct pipeline p = {.name = "p",
                         .path = "p.yaml",
                         .time = {.column = "month", .step = TIMESTEP_MONTH}};
    struct yaml_node *root;
    struct error err = {0};
    cr_assert_eq(yaml_parse("p.yaml", yaml, strlen(yaml), &mem, &root, &err), STATUS_OK);
    p.root = root;
    return p;
}

static int32_t key(const char *text)
{
    int32_t first, last;
    struct timestep step = timestep_all[TIMESTEP_MONTH];
    cr_assert_null(timestep_span(&step, view_of(text), &first, &last));
    return first;
}

static enum status plan(const char *yaml, size_t rows, size_t series, double work,
                        struct rolling_plan *ret, struct error *err)
{
    struct pipeline p = months(yaml);
    struct rolling_settings s = defaults;
    const struct rolling_extent extent = {.first = key("2000-01"),
                                          .last = key("2009-12"),
                                          .rows = rows,
                                          .series = series,
                                          .least = 13,
                                          .work = work,
                                          .usual = &backtest_one_step};
    TRY(config_read(yaml_get(p.root, "evaluate"), "evaluate", rolling_settings_rows,
                    ROLLING_SETTINGS_ROWS, &s, &mem, err));
    return rolling_plan_of(&s, &p, &extent, &mem, ret, err);
}

static struct rolling_plan planned(const char *yaml, size_t rows, size_t series,
                                   double work)
{
    struct rolling_plan ret;
    struct error err = {0};
    cr_assert_eq(plan(yaml, rows, series, work, &ret, &err), STATUS_OK, "%s: %s", yaml,
                 err.message);
    return ret;
}

Test(rolling_plan, half_of_the_time_is_known_at_the_first_origin)
{
    struct rolling_plan p = planned("evaluate: {}", 120, 1, 0);
    cr_assert_eq(p.first, key("2004-12"));
    cr_assert_eq(p.origins, 60);
    cr_assert(p.step == 1 && p.horizon == 1 && p.gap == 0 && p.refit == 1);
    cr_assert(p.season == 12 && p.level == 0.9 && !p.why);
}

Test(rolling_plan, what_is_given_holds)
{
    struct rolling_plan p =
        planned("evaluate: {backtest: {first: 2008-12, step: 2, horizon: 3, gap: 1, "
                "refit: 4, window: 24}, intervals: {level: 0.8}, spans: {a: [2009, "
                "2009-06]}}",
                120, 1, 1e9);
    cr_assert_eq(p.first, key("2008-12"));
    cr_assert_eq(p.origins, 6, "from 2008-12 to 2009-10");
    cr_assert(p.step == 2 && p.horizon == 3 && p.gap == 1 && p.refit == 4 &&
              p.window == 24 && p.level == 0.8);
    cr_assert(p.n_spans == 1 && p.span->first == key("2009-01") &&
              p.span->last == key("2009-06"));
    cr_assert_eq(planned("evaluate: {backtest: 2008-12}", 120, 1, 0).origins, 12);
    cr_assert_eq(planned("evaluate: {backtest: 2008}", 120, 1, 0).origins, 12);
}

Test(rolling_plan, large_tables_are_looked_at_from_fewer_origins)
{
    struct rolling_plan p = planned("evaluate: {}", 1200000, 10000, 0);
    cr_assert_eq(p.step, 6, "600,000 rows behind the first origin");
    cr_assert_eq(p.origins, 10);
    cr_assert_eq(p.refit, 10, "each of many series is fitted once");
    p = planned("evaluate: {}", 120, 1, ROLLING_WORK / 4);
    cr_assert(p.origins == 60 && p.refit == 15, "%zu", p.refit);
}

static const struct {
    const char *yaml;
    double work;
    const char *why;
} idle[] = {
    {"evaluate: {backtest: none}", 0, "`evaluate.backtest` says none"},
    {"evaluate: {backtest: {first: none}}", 0, "`evaluate.backtest` says none"},
    {"evaluate: {}", ROLLING_WORK,
     "the table is large: `evaluate: {backtest: KEY}` asks for it"},
    {"evaluate: {backtest: {gap: 60}}", 0,
     "there are too few steps to learn from and to forecast"},
};

Test(rolling_plan, without_one_it_says_why)
{
    for (size_t i = 0; i < COUNT_OF(idle); i++) {
        struct rolling_plan p = planned(idle[i].yaml, 120, 1, idle[i].work);
        cr_assert_eq(p.origins, 0);
        cr_assert_str_eq(p.why, idle[i].why);
    }
    cr_assert_eq(planned("evaluate: {backtest: 2009-06}", 120, 1, 1e12).refit, 6,
                 "who asks gets one fit at least");
}

static const struct {
    const char *yaml, *message;
} faults[] = {
    {"evaluate: {backtest: 2009-12}", "no row lies behind the first origin"},
    {"evaluate: {backtest: {first: 2009-10, gap: 2}}",
     "no row lies behind the first origin"},
    {"evaluate: {backtest: soon}", "expected a month like 2020-05, found 'soon'"},
    {"evaluate: {spans: [2001]}", "expected a map, found a list"},
    {"evaluate: {spans: {a: 2001}}", "expected a list of two times, [FROM, TO]"},
    {"evaluate: {spans: {a: [2001-05, 2001-04]}}", "the span 'a' ends before it begins"},
    {"evaluate: {spans: {a: [2001-05, [x]]}}",
     "expected a month like 2020-05, found a list"},
    {"evaluate: {backtest: {horizn: 2}}", "unknown key 'horizn'"},
    {"evaluate: {intervals: {level: 1}}",
     "expected a number from 0.01 to 0.99, found '1'"},
};

Test(rolling_plan, faults_are_named_with_their_line)
{
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct rolling_plan p;
        struct error err = {0};
        cr_assert_eq(plan(faults[i].yaml, 120, 1, 0, &p, &err), STATUS_INPUT, "%s",
                     faults[i].yaml);
        cr_assert_str_eq(err.message, faults[i].message, "%s: %s", faults[i].yaml,
                         err.message);
        cr_assert_eq(err.loc.line, 1);
    }
}
