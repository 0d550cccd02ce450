/* The proof that answers of a recipe rest on nothing behind their origin: estimators that
 * peep are told, honest ones are not. */
#include <criterion/criterion.h>

#include <math.h>

#include "help/example.h"
#include "rolling/rolling_leaks.h"
#include "rolling/rolling_recipe.h"

enum { DAYS = 60, FIRST = 15 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(rolling_proof, .fini = release);

static const struct pipeline daily = {.name = "p",
                                      .time = {.column = "day", .step = TIMESTEP_DAY}};

/* What stands behind the last row that it was handed, of the features (behind those that are
 * asked for, whose features are known) or of the target. */
static enum status fit_feature(const void *params UNUSED, const struct matrix *x,
                               const struct target *y UNUSED,
                               const struct fit_context *context, void **ret_state,
                               struct error *err UNUSED)
{
    double *state = ARENA_NEW(context->mem, double);
    *state = x->col[0][x->n + 3];
    *ret_state = state;
    return STATUS_OK;
}

static enum status fit_target(const void *params UNUSED, const struct matrix *x UNUSED,
                              const struct target *y, const struct fit_context *context,
                              void **ret_state, struct error *err UNUSED)
{
    double *state = ARENA_NEW(context->mem, double);
    *state = y->y.col[0][y->y.n];
    *ret_state = state;
    return STATUS_OK;
}

/* The last row that it was handed. */
static enum status fit_past(const void *params UNUSED, const struct matrix *x,
                            const struct target *y, const struct fit_context *context,
                            void **ret_state, struct error *err UNUSED)
{
    double *state = ARENA_NEW(context->mem, double);
    *state = y->y.col[0][x->n - 1] + x->col[0][x->n - 1];
    *ret_state = state;
    return STATUS_OK;
}

static enum status predict_state(const void *state, const struct matrix *x,
                                 struct arena *m, struct prediction *ret,
                                 struct error *err UNUSED)
{
    double **value;
    *ret = prediction_new(m, ANSWER_VALUES, x->n, 1, &value);
    for (size_t i = 0; i < x->n; i++)
        value[0][i] = *(const double *)state + x->col[0][i];
    return STATUS_OK;
}

/* Centres the rows that are asked for by their own mean, so that an answer depends on those
 * of later origins. */
static enum status predict_centred(const void *state, const struct matrix *x,
                                   struct arena *m, struct prediction *ret,
                                   struct error *err)
{
    double mean = 0, **value;
    TRY(predict_state(state, x, m, ret, err));
    for (size_t i = 0; i < x->n; i++)
        mean += x->col[0][i] / (double)x->n;
    *ret = prediction_new(m, ANSWER_VALUES, x->n, 1, &value);
    for (size_t i = 0; i < x->n; i++)
        value[0][i] = x->col[0][i] - mean;
    return STATUS_OK;
}

#define PLANTED(fits, predicts)                                                          \
    {                                                                                    \
        .name = "planted", .tasks = ON_REGRESSION, .answer = ANSWER_VALUES, .fit = fits, \
        .predict = predicts                                                              \
    }

static const struct step peeps_at_features = PLANTED(fit_feature, predict_state);
static const struct step peeps_at_targets = PLANTED(fit_target, predict_state);
static const struct step peeps_at_others = PLANTED(fit_past, predict_centred);
static const struct step honest = PLANTED(fit_past, predict_state);

static struct recipe recipe_of(const struct step *step)
{
    struct recipe r = {.n = 1, .n_cells = 1};
    r.step = ARENA_ARRAY(&mem, const struct step *, 1);
    r.base = ARENA_ARRAY(&mem, void *, 1);
    *r.step = step;
    return r;
}

/* A table of a value a day and of yesterday's. */
static struct rolling_features features_of(struct recipe recipe)
{
    static const char *const name[] = {"y", "x"};
    struct recipe *own = ARENA_NEW(&mem, struct recipe);
    *own = recipe;
    struct rolling_features f = {
        .recipes = example_recipes_of(&mem, own), .reach = SIZE_MAX, .known = DAYS};
    double **x, **y;
    f.frame = (struct frame){.n = DAYS, .pipeline = &daily};
    f.frame.x = matrix_new(&mem, DAYS, 1, name + 1, &x);
    f.target = (struct target){.y = matrix_new(&mem, DAYS, 1, name, &y)};
    f.frame.target = f.target;
    f.frame.key = ARENA_ARRAY(&mem, int32_t, DAYS);
    f.order = ARENA_ARRAY(&mem, uint32_t, DAYS);
    f.place = ARENA_ARRAY(&mem, size_t, DAYS);
    for (size_t i = 0; i < DAYS; i++) {
        f.frame.key[i] = (int32_t)i;
        f.order[i] = (uint32_t)i;
        f.place[i] = i;
        y[0][i] = sin((double)(i * i)) + (double)i / 7;
        x[0][i] = i > 0 ? y[0][i - 1] : 0;
    }
    return f;
}

/* The answers that are found to rest on later rows, of a backtest of so many days a fit. */
static struct leaks found(struct recipe recipe, size_t refit, size_t threads)
{
    static const struct learning_train train;
    static const struct watch nobody;
    const struct rolling_plan plan = {
        .first = FIRST, .origins = 40, .step = 1, .horizon = 2, .refit = refit};
    const struct rolling_rule rule = {
        .train = &train, .threads = threads, .watch = &nobody, .prove = true};
    struct step_fitted step = {.step = recipe.step[recipe.n - 1]};
    struct model model = {.n_steps = 1, .step = &step};
    const struct hold_proof_job hold_out = {.model = &model, .watch = &nobody};
    struct rolling_features f = features_of(recipe);
    struct rolling_points points = rolling_features_points(&f);
    struct rolling_rows rows;
    struct leaks leaks = {0};
    struct error err = {0};
    rolling_rows_make(&points, &plan, &daily, ANSWER_VALUES, 1, &mem, &rows);
    cr_assert_eq(rolling_recipe(&rows, &f, &rule, &mem, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert(rolling_rows_answered(&rows, 0) && rolling_rows_answered(&rows, 79));
    cr_assert_eq(rolling_leaks(&rows, &hold_out, &mem, &leaks, &err), STATUS_OK);
    cr_assert_str_eq(leaks.proof.from, "backtest");
    cr_assert_eq(leaks.proof.fits, rolling_proofs((40 + refit - 1) / refit));
    cr_assert_eq(leaks.proof.answers, 2 * leaks.proof.fits);
    return leaks;
}

Test(rolling_proof, who_reads_behind_the_last_row_is_told)
{
    const struct step *const peeper[] = {&peeps_at_features, &peeps_at_targets};
    for (size_t i = 0; i < 2; i++)
        for (size_t threads = 1; threads < 4; threads++) {
            struct leaks l = found(recipe_of(peeper[i]), 1, threads);
            cr_assert_eq(l.n, 1);
            cr_assert_str_eq(l.leak->kind, "recipe");
            cr_assert_str_eq(l.leak->column, "planted");
            cr_assert_str_eq(l.leak->first, "1970-01-17");
        }
}

Test(rolling_proof, the_first_the_middle_and_the_last_fit_are_proved)
{
    // The target behind the origin differs for each; both days of each of them.
    cr_assert_eq(found(recipe_of(&peeps_at_targets), 1, 2).leak->rows, 6);
    cr_assert_eq(rolling_proofs(0), 0);
    cr_assert_eq(rolling_proofs(1), 1);
    cr_assert_eq(rolling_proofs(19), 1);
    cr_assert_eq(rolling_proofs(20), 2);
    cr_assert_eq(rolling_proofs(500), 3);
}

Test(rolling_proof, who_takes_something_from_rows_of_later_origins_is_told)
{
    cr_assert_eq(found(recipe_of(&peeps_at_others), 4, 1).leak->rows, 2);
    cr_assert_eq(found(recipe_of(&peeps_at_others), 1, 1).n, 0); // each asks by itself
}

Test(rolling_proof, of_few_fits_the_first_is_proved)
{
    struct leaks l = found(recipe_of(&peeps_at_targets), 20, 2);
    cr_assert_eq(l.leak->rows, 2);
    cr_assert_str_eq(l.leak->first, "1970-01-17");
    cr_assert_eq(found(recipe_of(&honest), 40, 2).n, 0);
}

Test(rolling_proof, who_learns_from_the_past_is_clear_of_it)
{
    cr_assert_eq(found(recipe_of(&honest), 1, 2).n, 0);
    cr_assert_eq(found(recipe_of(&honest), 4, 2).n, 0);
    struct recipe ridge = example_recipe(&mem, "[{scale: {}}, {ridge: {alpha: 0.5}}]");
    cr_assert_eq(found(ridge, 1, 2).n, 0);
    cr_assert_eq(found(ridge, 4, 1).n, 0);
}
