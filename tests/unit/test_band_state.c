#include <criterion/criterion.h>

#include <math.h>

#include "base/transcend.h"
#include "data/groups.h"
#include "help/example.h"
#include "steps/step.h"

enum { LEARNT = 24 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(band_state, .fini = release);

static const char *const names[] = {"PRICE"}, *const day[] = {"DAY"};

/* Rows of the named groups, in turn. */
static struct matrix rows_of(size_t n, const char *const *group, size_t groups)
{
    double **t;
    struct groups *g = ARENA_NEW(&mem, struct groups);
    struct matrix x = matrix_new(&mem, n, 1, day, &t);
    uint32_t *code = ARENA_ARRAY(&mem, uint32_t, n);
    *g = (struct groups){.mem = &mem};
    for (size_t i = 0; i < n; i++) {
        code[i] = groups_code(g, (struct group_name){.text = view_of(group[i % groups])});
        t[0][i] = (double)i;
    }
    x.group = code;
    x.groups = g;
    return x;
}

static struct target target_of_values(const double *y, size_t n)
{
    double **col;
    struct target t = {.task = TASK_ANOMALY, .y = matrix_new(&mem, n, 1, names, &col)};
    for (size_t i = 0; i < n; i++)
        col[0][i] = y[i];
    return t;
}

static struct prediction ask(const char *yaml, const struct matrix *x,
                             const struct target *y, const struct matrix *asked)
{
    struct recipe recipe = example_recipe(&mem, yaml);
    struct step_choice choice[1];
    struct step_fitted fitted[1];
    struct fit_context context = example_context(&mem, 1);
    struct prediction p;
    struct error err = {0};
    recipe_choose(&recipe, 0, &mem, choice);
    cr_assert_eq(steps_fit(choice, 1, x, y, &context, fitted, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_eq(steps_predict(fitted, 1, asked, y, &mem, &p, &err), STATUS_OK, "%s",
                 err.message);
    return p;
}

/* Twelve prices each of two items. */
static const double prices[LEARNT] = {10, 100, 11, 101, 12, 102, 13, 103,
                                      14, 104, 15, 105, 16, 106, 17, 107,
                                      18, 108, 19, 109, 20, 110, 21, 111};
static const char *const two[] = {"a", "b"}, *const others[] = {"b", "z", "a"};

Test(band_state, codes_of_another_table_find_their_bands_by_name)
{
    struct matrix x = rows_of(LEARNT, two, 2), asked = rows_of(3, others, 3);
    struct target y = target_of_values(prices, LEARNT);
    struct prediction p = ask("- quantile_bands: {lower: 0, upper: 0.5}", &x, &y, &asked);
    cr_assert_eq(p.value[BAND_LOWER][0], 100);
    cr_assert_eq(p.value[BAND_UPPER][0], 105.5);
    cr_assert_eq(p.value[BAND_LOWER][2], 10);
    cr_assert_eq(p.value[BAND_N][2], 12);
    cr_assert_str_eq(band_refusal[prediction_refusal(&p, 1)], "unknown_item");
    cr_assert_not(prediction_flags(&p, 1, 1e9));
    cr_assert_eq(prediction_refusal(&p, 0), 0);
}

Test(band_state, groups_of_few_rows_are_marked)
{
    struct matrix x = rows_of(LEARNT, two, 2);
    struct target y = target_of_values(prices, LEARNT);
    struct prediction p = ask("- z_score: {min_count: 13}", &x, &y, &x);
    cr_assert_str_eq(band_refusal[prediction_refusal(&p, 0)], "few_prices");
    cr_assert_eq(p.value[BAND_N][0], 12);
    cr_assert_not(prediction_flags(&p, 0, 1e9));
}

Test(band_state, a_z_score_of_the_threshold_lies_inside)
{
    struct matrix x = rows_of(LEARNT, two, 2);
    struct target y = target_of_values(prices, LEARNT);
    struct prediction p = ask("- z_score: {threshold: 2}", &x, &y, &x);
    double std = sqrt(143.0 / 11); // of 10 … 21
    cr_assert_float_eq(p.value[BAND_LOWER][0], 15.5 - 2 * std, 1e-12);
    cr_assert_float_eq(p.value[BAND_UPPER][1], 105.5 + 2 * std, 1e-12);
}

Test(band_state, the_median_does_not_move_for_one_wrong_price)
{
    double wrong[LEARNT];
    for (size_t i = 0; i < LEARNT; i++)
        wrong[i] = i == 4 ? 1e6 : prices[i];
    struct matrix x = rows_of(LEARNT, two, 2);
    struct target y = target_of_values(wrong, LEARNT);
    struct prediction p = ask("- median_mad: {threshold: 3.5}", &x, &y, &x);
    cr_assert(prediction_flags(&p, 4, 1e6));
    cr_assert_lt(p.value[BAND_UPPER][0], 40);
    struct prediction q = ask("- z_score: {threshold: 3.5}", &x, &y, &x);
    cr_assert_not(prediction_flags(&q, 4, 1e6), "it widens its own band");
}

/* Prices that double every 12 days: the band moves with them, and without a day it stays
 * where it was last. */
Test(band_state, a_trend_goes_on_by_factors)
{
    double y[LEARNT];
    for (size_t i = 0; i < LEARNT; i++)
        y[i] = transcend_exp((double)i / 12 * 0.6931471805599453 +
                             (i % 4 < 2 ? 0.01 : -0.01));
    static const char *const one[] = {"a"};
    struct matrix x = rows_of(LEARNT, one, 1), asked = rows_of(36, one, 1);
    struct target t = target_of_values(y, LEARNT);
    struct prediction p = ask("- median_mad: {log: true, trend: true}", &x, &t, &asked);
    cr_assert_float_eq(p.value[BAND_LOWER][35] / p.value[BAND_LOWER][23], 2, 0.05);
    cr_assert(p.value[BAND_LOWER][35] < 8 && p.value[BAND_UPPER][35] > 7.4);
    example_set(&mem, 35, 0, NAN, &asked);
    struct prediction q = ask("- median_mad: {log: true, trend: true}", &x, &t, &asked);
    cr_assert_eq(q.value[BAND_LOWER][35], q.value[BAND_LOWER][23]);
}

/* What cannot be learnt is refused with its parameter. */
static const struct {
    const char *yaml, *field;
    double first;
    size_t columns;
} refused[] = {
    {"- quantile_bands: {lower: 0.9, upper: 0.1}", "quantile_bands.lower", 1, 1},
    {"- median_mad: {log: true}", "median_mad.log", 0, 1},
    {"- median_mad: {trend: true}", "median_mad.trend", 1, 0},
};

Test(band_state, what_cannot_be_learnt_is_refused_with_its_parameter)
{
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct recipe recipe = example_recipe(&mem, refused[i].yaml);
        struct step_choice choice[1];
        struct step_fitted fitted[1];
        struct fit_context context = example_context(&mem, 1);
        struct error err = {0};
        double y[LEARNT];
        for (size_t k = 0; k < LEARNT; k++)
            y[k] = k == 0 ? refused[i].first : prices[k];
        struct matrix x = rows_of(LEARNT, two, 2);
        struct target t = target_of_values(y, LEARNT);
        x.p = refused[i].columns;
        recipe_choose(&recipe, 0, &mem, choice);
        cr_assert_eq(steps_fit(choice, 1, &x, &t, &context, fitted, &err), STATUS_INPUT);
        cr_assert_str_eq(err.loc.field, refused[i].field);
    }
}

Test(band_state, rows_without_groups_or_with_others_are_refused_by_bands_of_groups)
{
    struct matrix x = rows_of(LEARNT, two, 2), none = x;
    struct target y = target_of_values(prices, LEARNT);
    struct step_fitted fitted[1];
    const struct step *step = step_find("z_score");
    const struct step_choice choice[] = {{step, step->defaults}};
    struct fit_context context = example_context(&mem, 1);
    struct prediction p;
    struct error err = {0};
    struct groups numbers = {.mem = &mem, .numbers = true};
    cr_assert_eq(steps_fit(choice, 1, &x, &y, &context, fitted, &err), STATUS_OK);
    none.group = NULL;
    cr_assert_eq(steps_predict(fitted, 1, &none, &y, &mem, &p, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message,
                     "the model has a band for each group, but rows have none");
    none = x;
    none.groups = &numbers;
    err = (struct error){0};
    cr_assert_eq(steps_predict(fitted, 1, &none, &y, &mem, &p, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message,
                     "the model's groups are texts, the rows' whole numbers");
}
