/* Combinations: weights against their formula, and all ways to the same bits. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "config/yaml.h"
#include "help/example.h"
#include "series/backtest.h"
#include "series/candidates.h"
#include "series/fitted.h"
#include "series/memo.h"

enum { STEPS = 80, SEASON = 4 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(combination, .fini = release);

static struct series example(bool gaps)
{
    double *y = ARENA_ARRAY(&mem, double, STEPS);
    for (size_t t = 0; t < STEPS; t++)
        y[t] = gaps && (t < 9 || t % 13 == 3)
                   ? NAN
                   : (3 + (double)((37 * t + t * t) % 97) / 48) * (1 + (double)t * 0.1);
    return (struct series){.n = STEPS, .season = SEASON, .y = y};
}

static struct series_choice choice_of(const char *yaml)
{
    struct yaml_node *node;
    struct candidates c;
    struct error err = {0};
    cr_assert_eq(yaml_parse("p.yaml", yaml, strlen(yaml), &mem, &node, &err), STATUS_OK);
    cr_assert_eq(candidates_read(node, &mem, &c, &err), STATUS_OK, "%s", err.message);
    return c.item[0].choice;
}

static void forecast(const struct series_choice *c, const struct series *s, size_t n,
                     double *ret)
{
    struct error err = {0};
    struct fit_context context = example_context(&mem, 1);
    struct series_fitted f;
    cr_assert_eq(series_fit(c, s, &context, &f, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(series_forecast(&f, n, ret, &err), STATUS_OK);
}

/* The formula, from fits of the members on every past. */
static double by_hand(const struct series *s, double power, double discount)
{
    struct series_choice member[] = {{.model = series_find("naive")},
                                     {.model = series_find("seasonal_drift")}};
    double errors[] = {1e-12, 1e-12}, x[2];
    for (size_t t = SEASON + 1;; t++) {
        struct series known = *s;
        known.n = t;
        for (size_t k = 0; k < 2; k++)
            forecast(&member[k], &known, 1, &x[k]);
        if (t == s->n)
            break;
        for (size_t k = 0; k < 2; k++)
            errors[k] = discount * errors[k] + (x[k] - s->y[t]) * (x[k] - s->y[t]);
    }
    double most = fmax(errors[0], errors[1]), w[2];
    for (size_t k = 0; k < 2; k++)
        w[k] = pow(errors[k] / most, -power);
    return (w[0] * x[0] + w[1] * x[1]) / (w[0] + w[1]);
}

Test(combination, weights_are_powers_of_discounted_errors)
{
    struct series s = example(false);
    double got;
    struct series_choice c = choice_of("[{combination: {of: [naive, seasonal_drift]}}]");
    forecast(&c, &s, 1, &got);
    cr_assert_float_eq(got, by_hand(&s, 3, 0.95), 1e-12 * got);
    c = choice_of(
        "[{combination: {of: [naive, seasonal_drift], power: 0.5, discount: 1}}]");
    forecast(&c, &s, 1, &got);
    cr_assert_float_eq(got, by_hand(&s, 0.5, 1), 1e-12 * got);
    c = choice_of("[{combination: {of: [naive, seasonal_drift], weights: equal}}]");
    forecast(&c, &s, 1, &got);
    cr_assert_float_eq(got, by_hand(&s, 0, 1), 1e-12 * got);
}

/* At the first origin nothing is known of the members. */
Test(combination, begins_with_equal_weights)
{
    struct series s = example(false);
    struct series_choice c =
        choice_of("[{combination: {of: [naive, seasonal_drift, mean]}}]");
    double got, x[3];
    s.n = SEASON + 1;
    const char *names[] = {"naive", "seasonal_drift", "mean"};
    for (size_t k = 0; k < 3; k++)
        forecast(&(struct series_choice){.model = series_find(names[k])}, &s, 1, &x[k]);
    forecast(&c, &s, 1, &got);
    cr_assert_float_eq(got, (x[0] + x[1] + x[2]) / 3, 1e-12);
    c = choice_of("[{combination: {of: [naive], first: 40}}]");
    cr_assert_eq(series_least(&c, SEASON), 40);
    c = choice_of("[{combination: {of: [seasonal_drift]}}]");
    cr_assert_eq(series_least(&c, 0), SIZE_MAX);
}

/* Errors of nothing at all, and of more than a double holds. */
Test(combination, a_member_that_never_errs_takes_all)
{
    double y[400], got;
    struct series s = {.n = 400, .season = SEASON, .y = y};
    struct series_choice c =
        choice_of("[{combination: {of: [mean, drift], power: 20, discount: 0.01}}]");
    for (size_t t = 0; t < s.n; t++)
        y[t] = 1e160 * (double)t;
    forecast(&c, &s, 1, &got);
    cr_assert_float_eq(got, 400e160, 1e150);
}

Test(combination, a_member_without_a_forecast_is_left_out)
{
    struct series s = example(false);
    double *y = ARENA_ARRAY(&mem, double, STEPS), got, x;
    memcpy(y, s.y, STEPS * sizeof *y);
    s.y = y;
    y[STEPS - 1] = NAN; // naive has none then, and mean has
    struct series_choice c = choice_of("[{combination: {of: [naive, mean]}}]");
    forecast(&c, &s, 1, &got);
    forecast(&(struct series_choice){.model = series_find("mean")}, &s, 1, &x);
    cr_assert_eq(got, x);
}

static const char *const lists[] = {
    "[{combination: {of: [naive, seasonal_drift, {mean: {transform: log}}]}}]",
    "[{combination: {transform: log, of: [naive, drift, {naive: {difference: both}}]}}]",
    ("[{combination: {transform: box_cox, lambda: 0.3, of: [seasonal_naive, drift], "
     "first: 30}}]"),
};
enum { LISTS = sizeof lists / sizeof *lists };

static const struct backtest_plan plans[] = {
    {.first = 0, .step = 1, .horizon = 1, .refit = 1},
    {.first = 0, .step = 3, .horizon = 2, .gap = 1, .refit = 1},
    {.first = 50, .step = 2, .horizon = 5, .refit = 4},
};
enum { PLANS = sizeof plans / sizeof *plans };

static size_t backtested(const struct backtest_plan *plan, const struct series *s,
                         const struct series_choice *c, size_t threads,
                         struct series_memo *memo, double *ret)
{
    struct arena states = {0}, scratch = {0};
    struct fit_context context = {.mem = &states, .threads = threads, .memo = memo};
    struct error err = {0};
    cr_assert_eq(backtest_series(plan, s, c, &context, &scratch, ret, NULL, &err),
                 STATUS_OK, "%s", err.message);
    arena_release(&states);
    arena_release(&scratch);
    return backtest_origins(plan, s->n) * plan->horizon;
}

static void expect_same(const double *a, const double *b, size_t n, const char *what)
{
    for (size_t i = 0; i < n; i++)
        cr_assert((isnan(a[i]) && isnan(b[i])) || memcmp(&a[i], &b[i], sizeof *a) == 0,
                  "%s: %zu, %.17g and %.17g", what, i, a[i], b[i]);
}

/* A window of all steps is one that slides, and takes the way of other models. */
Test(combination, a_backtest_is_what_fits_and_steps_on_give)
{
    double got[500], want[500];
    for (size_t i = 0; i < LISTS * PLANS * 2; i++) {
        struct series s = example(i % 2);
        struct series_choice c = choice_of(lists[i / 2 % LISTS]);
        struct backtest_plan plan = plans[i / 2 / LISTS], slow = plan;
        slow.window = STEPS;
        size_t n = backtested(&slow, &s, &c, 1, NULL, want);
        for (size_t threads = 1; threads <= 3; threads++) {
            backtested(&plan, &s, &c, threads, NULL, got);
            expect_same(got, want, n, lists[i / 2 % LISTS]);
        }
    }
}

/* Shorter ones, longer ones, those of another series, of other members. */
Test(combination, a_memo_changes_nothing)
{
    struct series_memo memo = {0};
    double got[500], want[500];
    struct series_choice c[LISTS];
    for (size_t i = 0; i < LISTS; i++)
        c[i] = choice_of(lists[i]);
    for (size_t i = 0; i < 60; i++) {
        struct series s = example(i % 7 == 6);
        s.n = STEPS - i * 11 % 17;
        const struct backtest_plan *plan = &plans[i % PLANS];
        const struct series_choice *one = &c[i / 5 % LISTS];
        size_t n = backtested(plan, &s, one, 1, NULL, want);
        backtested(plan, &s, one, 2, &memo, got);
        expect_same(got, want, n, lists[i / 5 % LISTS]);
    }
    memo_release(&memo);
}

Test(combination, what_is_damaged_is_refused_with_its_name)
{
    static const struct {
        const char *key, *value;
    } damage[] = {
        {"steps", "-1"},          {"errors", "[1]"},          {"errors", "[1, 2, 0]"},
        {"errors", "[1, 2, -1]"}, {"errors", "[1, 2, null]"}, {"members", "[]"},
        {"members", "[7, 7, 7]"}, {"members", "{}"},          {"first", "0.5"},
        {"first", "3e9"},         {"waiting", "[1]"},         {"waiting", "null"},
    };
    struct series s = example(true);
    struct series_choice c = choice_of(lists[1]);
    struct fit_context context = example_context(&mem, 1);
    struct series_fitted f, back;
    struct error err = {0};
    s.n = 11; // the third has not learnt yet
    cr_assert_eq(series_fit(&c, &s, &context, &f, &err), STATUS_OK);
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        json_t *json = series_save(&f);
        json_object_set_new(json_object_get(json, "model"), damage[i].key,
                            json_loads(damage[i].value, JSON_DECODE_ANY, NULL));
        cr_assert_eq(series_load(json, &c, SEASON, 11, "model.json", &mem, &back, &err),
                     STATUS_INPUT, "%s: %s", damage[i].key, damage[i].value);
        cr_assert_str_eq(err.loc.field, damage[i].key);
        json_decref(json);
    }
}
