/* What the estimator gradient_boosting makes of its parameters, and what it refuses. */
#include <criterion/criterion.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "help/example.h"
#include "trees/boosting_learn.h"

enum { ROWS = 600, COLUMNS = 5 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(gradient_boosting, .fini = release);

static const struct step *estimator(void)
{
    return step_find("gradient_boosting");
}

static struct boosting_params *params_of(size_t max_iter)
{
    struct boosting_params *p = ARENA_NEW(&mem, struct boosting_params);
    memcpy(p, estimator()->defaults, sizeof *p);
    p->max_iter = max_iter;
    return p;
}

/* y = x0 + 2 [x1 missing] with noise; the sides of the columns are drawn by the seed. */
static struct example sample(size_t n, uint64_t seed, double factor)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"}, *const y_name[] = {"y"};
    struct rng rng;
    double **x, **y;
    struct example e;
    rng_seed(&rng, seed, "sample");
    e.x = matrix_new(&mem, n, COLUMNS, names, &x);
    e.y = (struct target){.y = matrix_new(&mem, n, 1, y_name, &y)};
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < COLUMNS; j++)
            x[j][i] = rng_real(&rng);
        x[1][i] = rng_below(&rng, 3) ? x[1][i] : NAN;
        y[0][i] = factor * (x[0][i] + (isnan(x[1][i]) ? 2 : 0) + rng_real(&rng) / 4);
    }
    return e;
}

static struct boosting_model *fit(const struct boosting_params *p,
                                  const struct example *e,
                                  const struct fit_context *context)
{
    struct step_choice choice = {estimator(), p};
    struct step_fitted fitted;
    struct error err = {0};
    cr_assert_eq(steps_fit(&choice, 1, &e->x, &e->y, context, &fitted, &err), STATUS_OK,
                 "%s", err.message);
    return fitted.state;
}

static const double *answers(const struct boosting_model *m, const struct example *e)
{
    struct step_fitted fitted = {
        estimator(), (void *)(uintptr_t)m, {.p = e->x.p, .missing = true}};
    struct prediction p;
    struct error err = {0};
    cr_assert_eq(steps_predict(&fitted, 1, &e->x, &e->y, &mem, &p, &err), STATUS_OK);
    return p.value[p.p - 1];
}

static double rmse(const double *p, const struct example *e)
{
    double sum = 0;
    for (size_t i = 0; i < e->x.n; i++)
        sum += pow(p[i] - e->y.y.col[0][i], 2);
    return sqrt(sum / (double)e->x.n);
}

Test(gradient_boosting, missing_cells_go_to_the_side_that_they_belong_to)
{
    struct example e = sample(ROWS, 1, 1), other = sample(ROWS, 2, 1);
    struct fit_context context = example_context(&mem, 1);
    cr_assert_lt(rmse(answers(fit(params_of(100), &e, &context), &other), &other), 0.11,
                 "the noise alone has 0.072, its sides 1");
}

Test(gradient_boosting, the_unit_of_the_target_changes_no_bit)
{
    struct fit_context context = example_context(&mem, 1);
    struct example e = sample(ROWS, 1, 1);
    const double *usual = answers(fit(params_of(20), &e, &context), &e);
    static const int exponent[] = {-1000, -40, 40, 1000};
    for (size_t k = 0; k < COUNT_OF(exponent); k++) {
        struct example scaled = sample(ROWS, 1, ldexp(1, exponent[k]));
        const double *p = answers(fit(params_of(20), &scaled, &context), &e);
        for (size_t i = 0; i < ROWS; i++)
            cr_assert_eq(p[i], ldexp(usual[i], exponent[k]), "%d", exponent[k]);
    }
}

Test(gradient_boosting, the_training_loss_falls_with_every_round)
{
    struct fit_context context = example_context(&mem, 1);
    struct example e = sample(ROWS, 1, 1);
    double before = INFINITY;
    for (size_t rounds = 1; rounds < 40; rounds += 6) {
        double now = rmse(answers(fit(params_of(rounds), &e, &context), &e), &e);
        cr_assert_lt(now, before);
        before = now;
    }
}

struct heard {
    size_t n;
    struct epoch epoch[400];
};

static void hear(void *sink, const struct epoch *e)
{
    struct heard *h = sink;
    h->epoch[h->n++] = *e;
}

Test(gradient_boosting, early_stopping_keeps_the_round_that_checks_best)
{
    struct example e = sample(200, 1, 1), check = sample(150, 2, 1);
    static struct heard heard;
    heard.n = 0;
    struct fit_context context = example_context(&mem, 1);
    context.x_check = &check.x;
    context.y_check = &check.y;
    context.epoch = hear;
    context.epoch_sink = &heard;
    struct boosting_params *p = params_of(400);
    p->early_stopping = true;
    p->min_samples_leaf = 3;
    p->tol = 0;
    struct boosting_model *m = fit(p, &e, &context);
    cr_assert_lt(m->n_iter, 400);
    cr_assert_eq(m->n_iter, m->best_iteration + p->n_iter_no_change);
    cr_assert_eq(heard.n, m->n_iter);
    for (size_t i = 0; i < heard.n; i++) {
        cr_assert_eq(heard.epoch[i].epoch, i + 1);
        cr_assert_geq(heard.epoch[i].check_loss, m->check_loss);
    }
    cr_assert_eq(heard.epoch[m->best_iteration - 1].check_loss, m->check_loss);
    cr_assert_float_eq(pow(rmse(answers(m, &check), &check), 2), m->check_loss, 1e-12);
    cr_assert_eq(m->trees.n_trees, m->best_iteration);
}

Test(gradient_boosting, rows_are_held_back_where_there_are_none_to_check_by)
{
    struct example e = sample(ROWS, 1, 1), other = sample(ROWS, 2, 1);
    struct fit_context context = example_context(&mem, 1);
    struct boosting_params *p = params_of(400);
    p->early_stopping = true;
    struct boosting_model *m = fit(p, &e, &context);
    cr_assert(m->best_iteration > 10 && m->best_iteration < 400, "%zu",
              m->best_iteration);
    cr_assert_lt(rmse(answers(m, &other), &other), 0.12);
}

Test(gradient_boosting, a_quantile_has_its_share_of_the_rows_below)
{
    struct example e = sample(4000, 1, 1), other = sample(4000, 2, 1);
    struct fit_context context = example_context(&mem, 2);
    for (double q = 0.1; q < 1; q += 0.4) {
        struct boosting_params *p = params_of(60);
        p->loss = BOOSTING_QUANTILE;
        p->quantile = q;
        const double *said = answers(fit(p, &e, &context), &other);
        double below = 0;
        for (size_t i = 0; i < 4000; i++)
            below += other.y.y.col[0][i] <= said[i];
        cr_assert_float_eq(below / 4000, q, 0.04, "%g: %g", q, below / 4000);
    }
}

/* Labels are boosted side by side, each as if it were alone. */
Test(gradient_boosting, a_label_and_two_classes_have_the_same_probabilities)
{
    static const char *const names[] = {"no", "yes"}, *const label[] = {"l", "m"};
    struct example e = sample(ROWS, 1, 1), two = e, labels = e;
    struct fit_context context = example_context(&mem, 1);
    double **y, **all;
    two.y.y = matrix_new(&mem, ROWS, 1, label, &y);
    labels.y.y = matrix_new(&mem, ROWS, 2, label, &all);
    for (size_t i = 0; i < ROWS; i++) {
        y[0][i] = all[1][i] = e.y.y.col[0][i] > 1.3;
        all[0][i] = e.x.col[3][i] > 0.5;
    }
    two.y.task = TASK_CLASSES;
    two.y.n_classes = 2;
    two.y.class_name = names;
    labels.y.task = TASK_LABELS;
    const double *a = answers(fit(params_of(20), &two, &context), &two);
    const double *b = answers(fit(params_of(20), &labels, &context), &labels);
    cr_assert_arr_eq(a, b, ROWS * sizeof *a);
}

Test(gradient_boosting, what_its_splits_gained_is_the_importance_of_a_column)
{
    struct example e = sample(ROWS, 1, 1);
    struct fit_context context = example_context(&mem, 1);
    double share[COLUMNS], sum = 0;
    cr_assert(estimator()->importance(fit(params_of(30), &e, &context), share));
    for (size_t j = 0; j < COLUMNS; j++)
        sum += share[j];
    cr_assert_float_eq(sum, 1, 1e-12);
    cr_assert(share[1] > share[0] && share[0] > 10 * share[2]);
    struct boosting_params *p = params_of(3);
    p->min_samples_leaf = ROWS;
    cr_assert_not(estimator()->importance(fit(p, &e, &context), share), "no split");
}

static const struct {
    unsigned loss;
    double quantile;
    size_t leaves;
    const char *field, *message;
} refused[] = {
    {BOOSTING_QUANTILE, 0, 31, "gradient_boosting.quantile",
     "the loss quantile needs a quantile above 0 and below 1"},
    {BOOSTING_QUANTILE, 1, 31, "gradient_boosting.quantile",
     "the loss quantile needs a quantile above 0 and below 1"},
    {BOOSTING_AUTO, 0.5, 31, "gradient_boosting.quantile",
     "a quantile is given but the loss is not quantile"},
    {BOOSTING_AUTO, 0, 1, "gradient_boosting.max_leaf_nodes",
     "a tree of one leaf learns nothing; 0 is no limit"},
    {BOOSTING_LOG_LOSS, 0, 31, "gradient_boosting.loss",
     "the loss is for classes and labels, the task is regression"},
};

Test(gradient_boosting, parameters_that_do_not_fit_are_refused_with_their_names)
{
    struct example e = sample(50, 1, 1);
    struct fit_context context = example_context(&mem, 1);
    for (size_t k = 0; k < COUNT_OF(refused); k++) {
        struct boosting_params *p = params_of(3);
        p->loss = refused[k].loss;
        p->quantile = refused[k].quantile;
        p->max_leaf_nodes = refused[k].leaves;
        struct step_choice choice = {estimator(), p};
        struct step_fitted fitted;
        struct error err = {0};
        cr_assert_eq(steps_fit(&choice, 1, &e.x, &e.y, &context, &fitted, &err),
                     STATUS_INPUT);
        cr_assert_str_eq(err.message, refused[k].message);
        cr_assert_str_eq(err.loc.field, refused[k].field);
    }
}

Test(gradient_boosting, too_few_rows_to_hold_any_back_are_refused)
{
    struct example e = sample(3, 1, 1);
    struct fit_context context = example_context(&mem, 1);
    struct boosting_params *p = params_of(3);
    p->early_stopping = true;
    struct step_choice choice = {estimator(), p};
    struct step_fitted fitted;
    struct error err = {0};
    cr_assert_eq(steps_fit(&choice, 1, &e.x, &e.y, &context, &fitted, &err),
                 STATUS_INPUT);
    cr_assert_str_eq(err.message, "of 3 rows 0 would be held back to stop by");
    cr_assert_str_eq(err.loc.field, "gradient_boosting.validation_fraction");
}

static const struct {
    const char *key, *value, *field;
} damage[] = {
    {"link", "\"sigmoid\"", "link"},
    {"link", "\"two_classes\"", NULL},
    {"outputs", "0", "outputs"},
    {"outputs", "2", "outputs"},
    {"outputs", "-1", "outputs"},
    {"best_iteration", "21", "best_iteration"},
    {"best_iteration", "19", "trees"},
    {"gains", "[1, 1, 1, 1, -1]", "gains"},
    {"check_loss", "[1, 2]", "check_loss"},
    {"begin", "[1, 2]", "begin"},
};

Test(gradient_boosting, a_changed_model_is_refused_with_the_member)
{
    struct example e = sample(ROWS, 1, 1);
    struct fit_context context = example_context(&mem, 1);
    json_t *whole = estimator()->save(fit(params_of(20), &e, &context));
    for (size_t k = 0; k < COUNT_OF(damage); k++) {
        json_t *copy = json_deep_copy(whole);
        struct shape in = {.p = COLUMNS}, out;
        struct error err = {0};
        void *state;
        json_object_set_new(copy, damage[k].key,
                            json_loads(damage[k].value, JSON_DECODE_ANY, NULL));
        enum status status =
            estimator()->load(copy, &in, "model.json", &mem, &state, &out, &err);
        cr_assert_eq(status, damage[k].field ? STATUS_INPUT : STATUS_OK, "%zu", k);
        if (damage[k].field)
            cr_assert_str_eq(err.loc.field, damage[k].field, "%zu", k);
        else
            cr_assert_eq(out.p, 2, "the model file's target has other columns then");
        json_decref(copy);
    }
    json_decref(whole);
}
