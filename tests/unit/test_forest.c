/* Random forests: what their parameters mean, what they tell, what they refuse.  Their trees
 * stand beside scikit-learn's in tests/interop/forest.py. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "help/example.h"
#include "trees/forest_params.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(forest, .fini = release);

static const struct forest_params usual = {.n_estimators = 10,
                                           .criterion = FOREST_AUTO,
                                           .min_samples_split = 2,
                                           .min_samples_leaf = 1,
                                           .max_features = "auto",
                                           .bootstrap = true,
                                           .max_samples = 1};

/* Columns that a fork looks at, of 20: of reals and of classes; 0: refused. */
static const struct {
    const char *text;
    size_t reals, classes;
} features[] = {
    {"auto", 20, 4}, {"all", 20, 20}, {"sqrt", 4, 4},  {"log2", 4, 4}, {"1", 1, 1},
    {"20", 20, 20},  {"1.0", 20, 20}, {"0.5", 10, 10}, {"0.01", 1, 1}, {"0", 0, 0},
    {"21", 0, 0},    {"1.5", 0, 0},   {"-3", 0, 0},    {"2x", 0, 0},   {"Sqrt", 0, 0},
    {"0.0", 0, 0},   {"1e0", 1, 1},   {"1e99", 0, 0},  {"nan", 0, 0},  {"1e-1", 0, 0},
};

Test(forest, max_features_is_a_number_a_share_or_a_word)
{
    for (size_t i = 0; i < COUNT_OF(features); i++) {
        struct forest_params q = usual;
        q.max_features = features[i].text;
        memset(&err, 0, sizeof err);
        enum status status = forest_check_params(&q, 20, false, &err);
        cr_assert_eq(status == STATUS_OK, features[i].reals > 0, "%s", q.max_features);
        if (status != STATUS_OK) {
            cr_assert_str_eq(err.loc.field, "random_forest.max_features");
            cr_assert_gt(strlen(err.hint), 0);
            continue;
        }
        cr_assert_eq(forest_options_of(&q, 9, 20, false).max_features, features[i].reals);
        cr_assert_eq(forest_options_of(&q, 9, 20, true).max_features,
                     features[i].classes);
    }
    cr_assert_eq(forest_options_of(&usual, 9, 1, true).max_features, 1);
}

Test(forest, draws_are_a_share_of_the_rows_and_at_least_one)
{
    struct forest_params q = usual;
    cr_assert_eq(forest_options_of(&q, 150, 4, true).draws, 150);
    q.max_samples = 0.25;
    cr_assert_eq(forest_options_of(&q, 150, 4, true).draws, 38);
    q.max_samples = 1e-9;
    cr_assert_eq(forest_options_of(&q, 150, 4, true).draws, 1);
    q.bootstrap = false;
    cr_assert_eq(forest_options_of(&q, 150, 4, true).draws, 0);
}

static const struct {
    const char *yaml;
    enum task task;
    const char *message, *field;
} refused[] = {
    {"criterion: gini", TASK_REGRESSION, "that criterion is not for numbers",
     "random_forest.criterion"},
    {"criterion: squared_error", TASK_CLASSES, "that criterion is not for classes",
     "random_forest.criterion"},
    {"max_features: 13", TASK_REGRESSION,
     "max_features is 13 but there are only 12 features", "random_forest.max_features"},
    {"max_features: half", TASK_CLASSES, "max_features cannot be 'half'",
     "random_forest.max_features"},
    {"bootstrap: false, max_samples: 0.5", TASK_CLASSES,
     "without bootstrap no rows are drawn", "random_forest.max_samples"},
};

static enum status fit(const char *yaml, const struct example *e, size_t threads,
                       struct step_fitted *ret)
{
    struct recipe r =
        example_recipe(&mem, arena_format(&mem, "[{random_forest: {%s}}]", yaml));
    struct step_choice choice = {r.step[0], r.base[0]};
    struct fit_context context = example_context(&mem, threads);
    memset(&err, 0, sizeof err);
    return steps_fit(&choice, 1, &e->x, &e->y, &context, ret, &err);
}

Test(forest, what_does_not_fit_the_task_or_the_table_is_refused)
{
    struct step_fitted fitted;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct example e = example_for(&mem, 0, refused[i].task, 40, 12);
        cr_assert_eq(fit(refused[i].yaml, &e, 1, &fitted), STATUS_INPUT);
        cr_assert_str_eq(err.message, refused[i].message);
        cr_assert_str_eq(err.loc.field, refused[i].field);
        cr_assert_gt(strlen(err.hint), 0);
    }
}

Test(forest, targets_too_large_for_their_sums_are_refused)
{
    struct step_fitted fitted;
    struct example e = example_table(&mem, 20, 3);
    example_set(&mem, 7, 0, 2e300, &e.y.y);
    cr_assert_eq(fit("", &e, 1, &fitted), STATUS_INPUT);
    cr_assert_str_eq(err.message, "the target's values are too large");
}

struct told {
    size_t n;
    const char *name[8];
    double value[8];
};

static void hear(void *sink, const char *name, double value)
{
    struct told *t = sink;
    t->name[t->n] = name;
    t->value[t->n++] = value;
}

static struct told told_by(const struct step_fitted *fitted)
{
    struct told t = {0};
    fitted->step->tell(fitted->state, hear, &t);
    return t;
}

Test(forest, a_tree_without_chance_knows_its_rows_by_heart)
{
    struct step_fitted fitted;
    struct example e = example_table(&mem, 60, 3);
    struct prediction p;
    cr_assert_eq(fit("n_estimators: 3, bootstrap: false", &e, 2, &fitted), STATUS_OK);
    cr_assert_eq(steps_predict(&fitted, 1, &e.x, &e.y, &mem, &p, &err), STATUS_OK);
    for (size_t i = 0; i < 60; i++)
        cr_assert_float_eq(p.value[0][i], e.y.y.col[0][i], 1e-12);
    struct told t = told_by(&fitted);
    cr_assert_eq(t.n, 2, "no row was left out");
    cr_assert_eq(t.value[0], 3);
    cr_assert_eq(t.value[1], 3 * 119);
}

Test(forest, columns_that_say_nothing_have_no_importance)
{
    struct step_fitted fitted;
    struct example e = example_table(&mem, 60, 4);
    double share[4];
    for (size_t i = 0; i < 60; i++)
        example_set(&mem, i, 2, 5, &e.x);
    cr_assert_eq(fit("max_depth: 3", &e, 1, &fitted), STATUS_OK);
    cr_assert(fitted.step->importance(fitted.state, share));
    cr_assert_eq(share[2], 0);
    cr_assert_float_eq(share[0] + share[1] + share[3], 1, 1e-12);
    struct told t = told_by(&fitted);
    cr_assert_str_eq(t.name[3], "oob_score");
    cr_assert_geq(t.value[2], 59, "each row was left out by one of 100 trees");
    cr_assert_gt(t.value[3], 0);
    cr_assert_leq(t.value[3], 1);
}

Test(forest, a_constant_target_makes_leaves_without_importance)
{
    struct step_fitted fitted;
    struct example e = example_table(&mem, 30, 3);
    double share[3];
    for (size_t i = 0; i < 30; i++)
        example_set(&mem, i, 0, 7.25, &e.y.y);
    cr_assert_eq(fit("n_estimators: 5", &e, 1, &fitted), STATUS_OK);
    cr_assert_not(fitted.step->importance(fitted.state, share));
    struct prediction p;
    cr_assert_eq(steps_predict(&fitted, 1, &e.x, &e.y, &mem, &p, &err), STATUS_OK);
    cr_assert_eq(p.value[0][3], 7.25);
}

/* Above FOREST_EXACT rows: histograms of the root, blocks below. */
Test(forest, bins_find_the_step_of_many_rows)
{
    struct step_fitted fitted;
    enum { N = FOREST_EXACT + 500 };
    double **col, **y;
    struct example e = {.x = matrix_new(&mem, N, 2, NULL, &col)};
    e.y = (struct target){.y = matrix_new(&mem, N, 1, (const char *[]){"y"}, &y)};
    for (size_t i = 0; i < N; i++) {
        col[0][i] = (double)(i * 7919 % N);
        col[1][i] = (double)(i % 2);
        y[0][i] = col[0][i] < N / 2 ? 1 : 4;
    }
    cr_assert_eq(
        fit("n_estimators: 4, max_depth: 1, min_samples_leaf: 3", &e, 2, &fitted),
        STATUS_OK);
    struct prediction p;
    cr_assert_eq(steps_predict(&fitted, 1, &e.x, &e.y, &mem, &p, &err), STATUS_OK);
    size_t wrong = 0;
    for (size_t i = 0; i < N; i++)
        wrong += fabs(p.value[0][i] - y[0][i]) > 0.2;
    cr_assert_leq(wrong, N / 100);
}
