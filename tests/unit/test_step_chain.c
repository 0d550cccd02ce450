/* Chains of steps: the rows that an estimator checks itself by. */
#include <criterion/criterion.h>
#include <math.h>

#include "steps/step.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(step_chain, .fini = release);

/* An estimator that notes what it is handed, and tells one epoch. */
static struct {
    const struct matrix *x_check;
    const struct target *y_check;
    double first; // x_check's first value
} noted;

static enum status note_fit(const void *params, const struct matrix *x,
                            const struct target *y, const struct fit_context *context,
                            void **ret_state, struct error *err)
{
    (void)params, (void)x, (void)y, (void)err;
    const struct epoch only = {1, NAN, 2, NAN, NAN};
    noted.x_check = context->x_check;
    noted.y_check = context->y_check;
    noted.first = context->x_check ? context->x_check->col[0][0] : NAN;
    if (context->epoch)
        context->epoch(context->epoch_sink, &only);
    *ret_state = NULL;
    return STATUS_OK;
}

static enum status note_predict(const void *state, const struct matrix *x,
                                struct arena *in, struct prediction *ret,
                                struct error *err)
{
    (void)state, (void)err;
    double **value;
    *ret = prediction_new(in, ANSWER_VALUES, x->n, 1, &value);
    return STATUS_OK;
}

static const struct step noting = {
    .name = "noting", .tasks = ON_REGRESSION, .fit = note_fit, .predict = note_predict};

static void count_epoch(void *sink, const struct epoch *e)
{
    cr_expect_eq(e->epoch, 1);
    cr_expect_eq(e->check_loss, 2);
    cr_expect(isnan(e->train_loss));
    ++*(size_t *)sink;
}

static struct matrix column_of(const double *v, size_t n)
{
    static const char *const name[] = {"a"};
    double **col;
    struct matrix x = matrix_new(&mem, n, 1, name, &col);
    for (size_t i = 0; i < n; i++)
        col[0][i] = v[i];
    return x;
}

/* scale → noting over 1, 3 (mean 2, deviation 1), checked by the given value. */
static enum status fit(double value, bool check, size_t *epochs, struct error *err)
{
    struct matrix x = column_of((const double[]){1, 3}, 2), xc = column_of(&value, 1);
    struct target y = {.task = TASK_REGRESSION,
                       .y = column_of((const double[]){1, 2}, 2)},
                  yc = {.task = TASK_REGRESSION, .y = column_of((const double[]){1}, 1)};
    const struct step *scale = step_find("scale");
    const struct step_choice chain[] = {{scale, scale->defaults}, {&noting, NULL}};
    struct fit_context context = {
        .mem = &mem, .epoch = count_epoch, .epoch_sink = epochs};
    struct step_fitted fitted[2];
    if (check) {
        context.x_check = &xc;
        context.y_check = &yc;
    }
    return steps_fit(chain, 2, &x, &y, &context, fitted, err);
}

Test(step_chain, rows_to_check_by_go_through_what_was_fitted_on_the_others)
{
    struct error err = {0};
    size_t epochs = 0;
    cr_assert_eq(fit(5, true, &epochs, &err), STATUS_OK, "%s", err.message);
    cr_expect_eq(noted.first, 3, "(5 - 2) / 1, got %g", noted.first);
    cr_expect_eq(noted.y_check->y.n, 1);
    cr_expect_eq(epochs, 1);
}

Test(step_chain, without_rows_to_check_by_there_are_none)
{
    struct error err = {0};
    size_t epochs = 0;
    cr_assert_eq(fit(5, false, &epochs, &err), STATUS_OK, "%s", err.message);
    cr_expect_null(noted.x_check);
    cr_expect_null(noted.y_check);
}

Test(step_chain, rows_to_check_by_must_be_numbers_too)
{
    struct error err = {0};
    size_t epochs = 0;
    cr_assert_eq(fit(NAN, true, &epochs, &err), STATUS_INPUT);
    cr_expect_eq(epochs, 0);
}
