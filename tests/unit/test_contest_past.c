/* What a contest of the past chooses is what a contest over that past alone does. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "help/example.h"
#include "learn/contest_past.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(contest_past, .fini = release);

static struct candidates list_of(const char *yaml)
{
    struct candidates c;
    struct yaml_node *node;
    struct error err = {0};
    cr_assert_eq(yaml_parse("p.yaml", yaml, strlen(yaml), &mem, &node, &err), STATUS_OK);
    cr_assert_eq(candidates_read(node, &mem, &c, &err), STATUS_OK, "%s", err.message);
    return c;
}

/* Noise about a level, then a wave, so that not always the same candidate wins. */
static struct series changing(size_t n, size_t from)
{
    double *y = ARENA_ARRAY(&mem, double, n);
    for (size_t t = 0; t < n; t++)
        y[t] = (double)((t * t * 37 + from) % 101) / (t < 30 ? 8 : 40) +
               (t < 30 ? 0 : (double)t + 20 * (double)(t % 4));
    return (struct series){.n = n, .season = 4, .y = y};
}

/* The choice of contest_fit over the first n steps of each series. */
static size_t chosen_then(const struct contest_rule *rule, const struct series *all,
                          size_t n_series, int64_t ahead, const int64_t *known)
{
    struct fit_context context = example_context(&mem, 1);
    struct series *s = ARENA_ARRAY(&mem, struct series, n_series);
    struct search_result r;
    struct model_series m;
    struct error err = {0};
    size_t n = 0;
    for (size_t g = 0; g < n_series; g++) {
        int64_t steps = known[g] + ahead;
        if (steps < 1)
            continue;
        s[n] = all[g];
        s[n].n = (size_t)steps < s[n].n ? (size_t)steps : s[n].n;
        n++;
    }
    enum status status = n_series == 1
                             ? contest_fit(rule, s, &context, &r, &m, &err)
                             : contest_fit_groups(rule, s, n, &context, &r, &m, &err);
    return status == STATUS_OK ? r.best : SIZE_MAX;
}

static const struct backtest_plan plans[] = {
    {.step = 1, .horizon = 1, .refit = 1},
    {.step = 3, .horizon = 2, .gap = 1, .refit = 1, .window = 12},
    {.first = 9, .step = 2, .horizon = 2, .refit = 1},
    {.step = 2, .horizon = 1, .refit = 3},
};

static void same_as_then(const struct series *s, size_t n, const int64_t *known)
{
    struct candidates c =
        list_of("[naive, seasonal_drift, mean, {window_average: {window: 5}}]");
    struct contest_moments moments = {.n = 15, .step = 4, .known = known};
    for (size_t p = 0; p < COUNT_OF(plans); p++) {
        struct contest_rule rule = {&c, plans[p], {.n = 3}, metric_find("mae"), NULL};
        size_t best[15], none = 0, others = 0;
        for (size_t threads = 1; threads <= 2; threads++) {
            struct fit_context context = example_context(&mem, threads);
            struct error err = {0};
            cr_assert_eq(contest_past(&rule, s, n, &moments, &context, best, &err),
                         STATUS_OK, "%s", err.message);
            for (size_t k = 0; k < moments.n; k++) {
                cr_assert_eq(best[k], chosen_then(&rule, s, n, (int64_t)k * 4, known),
                             "plan %zu, moment %zu", p, k);
                none += best[k] == SIZE_MAX;
                others += best[k] != SIZE_MAX && best[k] != best[14];
            }
        }
        cr_assert(none > 0 && others > 0, "plan %zu: %zu %zu", p, none, others);
    }
}

Test(contest_past, of_one_series_it_is_that_of_its_first_steps)
{
    const struct series s = changing(60, 5);
    same_as_then(&s, 1, (int64_t[]){4});
}

Test(contest_past, of_several_each_is_known_as_far_as_it_goes)
{
    const struct series s[] = {changing(60, 5), changing(47, 71), changing(52, 12)};
    same_as_then(s, 3, (int64_t[]){4, -6, 2});
}

Test(contest_past, what_comes_later_counts_for_nothing)
{
    struct series s = changing(60, 5);
    struct candidates c = list_of("[naive, seasonal_drift, mean]");
    struct contest_rule rule = {
        &c, backtest_one_step, {.n = 3}, metric_find("rmse"), NULL};
    struct contest_moments moments = {.n = 6, .step = 5, .known = (int64_t[]){20}};
    struct fit_context context = example_context(&mem, 1);
    struct error err = {0};
    size_t whole[6], cut[6];
    cr_assert_eq(contest_past(&rule, &s, 1, &moments, &context, whole, &err), STATUS_OK);
    for (size_t k = 0; k < 6; k++) {
        double *y = ARENA_ARRAY(&mem, double, s.n);
        struct series other = s;
        for (size_t t = 0; t < s.n; t++)
            y[t] = t < 20 + 5 * k ? s.y[t] : 1e6 * (double)(t % 3);
        other.y = y;
        cr_assert_eq(contest_past(&rule, &other, 1, &moments, &context, cut, &err),
                     STATUS_OK);
        for (size_t i = 0; i <= k; i++)
            cr_assert_eq(cut[i], whole[i], "values from moment %zu on, choice %zu", k, i);
    }
}
