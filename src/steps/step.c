/* The table of steps, and chains of them.
 *
 * What every step would have to check is checked here once, before the first: numbers of
 * rows and columns, and that every value is a finite number. */
#include "steps/step.h"

#include <math.h>
#include <string.h>

#define STEP(id) extern const struct step step_##id;
#define ESTIMATOR(id) extern const struct step est_##id;
#include "steps/steps.def"
#undef STEP
#undef ESTIMATOR

#define STEP(id) &step_##id,
#define ESTIMATOR(id) &est_##id,
const struct step *const step_all[] = {
#include "steps/steps.def"
};
#undef STEP
#undef ESTIMATOR

const size_t step_count = COUNT_OF(step_all);

const char *const *step_names(void)
{
#define STEP(id) #id,
#define ESTIMATOR(id) #id,
    static const char *const names[] = {
#include "steps/steps.def"
    };
#undef STEP
#undef ESTIMATOR
    return names;
}

const struct step *step_find(const char *name)
{
    for (size_t i = 0; i < step_count; i++)
        if (strcmp(step_all[i]->name, name) == 0)
            return step_all[i];
    return NULL;
}

bool steps_view(const struct step *const *step, size_t n)
{
    size_t s = 0;
    while (s < n && step[s]->views)
        s++;
    return s == n;
}

MUST_USE static enum status check_column(const struct matrix *x, size_t c,
                                         struct error *err)
{
    double buffer[MATRIX_SPAN];
    for (size_t from = 0, to; from < x->n; from = to) {
        to = x->n - from < MATRIX_SPAN ? x->n : from + MATRIX_SPAN;
        const double *v = matrix_span(x, c, from, to, buffer);
        for (size_t i = 0; i < to - from; i++) {
            if (isfinite(v[i]))
                continue;
            error_set(err, STATUS_INPUT, "expected a number, found %s in row %zu",
                      isnan(v[i]) ? "a missing value" : "an infinite one",
                      x->first + from + i + 1);
            if (x->name)
                error_field(err, x->name[c]);
            return STATUS_INPUT;
        }
    }
    return STATUS_OK;
}

MUST_USE static enum status check_values(const struct matrix *x, struct error *err)
{
    for (size_t c = 0; c < x->p; c++)
        TRY(check_column(x, c, err));
    return STATUS_OK;
}

static enum status check_shape(const struct matrix *x, struct error *err)
{
    if (x->n == 0)
        return error_set(err, STATUS_INPUT, "there are no rows");
    if (x->p == 0)
        return error_set(err, STATUS_INPUT, "there are no feature columns");
    return STATUS_OK;
}

enum status steps_check(const struct matrix *x, const struct matrix *y, struct error *err)
{
    TRY(check_shape(x, err));
    if (y->p == 0)
        return error_set(err, STATUS_INPUT, "there is no target column");
    if (y->n != x->n)
        return error_set(err, STATUS_INPUT,
                         "there are %zu rows of features but %zu targets", x->n, y->n);
    TRY(check_values(x, err));
    return check_values(y, err);
}

enum status steps_width(const struct step_choice *choice, size_t n, size_t p,
                        size_t *ret_p, struct error *err)
{
    for (size_t s = 0; s < n; s++) {
        if (choice[s].step->width)
            TRY(choice[s].step->width(choice[s].params, p, &p, err));
    }
    *ret_p = p;
    return STATUS_OK;
}

enum status step_fit_many(const struct step *step, const void *const *params, size_t n,
                          const struct matrix *x, const struct matrix *y,
                          const struct fit_context *context, void **ret_states,
                          struct error *err)
{
    if (step->fit_many)
        return step->fit_many(params, n, x, y, context, ret_states, err);
    for (size_t i = 0; i < n; i++)
        TRY(step->fit(params[i], x, y, context, &ret_states[i], err));
    return STATUS_OK;
}

enum status step_apply(const struct step *step, const void *state,
                       const struct step *next, const struct matrix *x, struct arena *mem,
                       struct matrix *ret, struct error *err)
{
    struct matrix applied;
    TRY(step->apply(state, x, mem, &applied, err));
    *ret = next && next->views ? applied : matrix_dense(mem, &applied);
    return STATUS_OK;
}

enum status steps_fit(const struct step_choice *choice, size_t n, const struct matrix *x,
                      const struct matrix *y, const struct fit_context *context,
                      struct step_fitted *ret, struct error *err)
{
    if (n == 0 || !choice[n - 1].step->predict)
        return error_set(err, STATUS_INPUT, "the last step must be an estimator");
    TRY(steps_check(x, y, err));
    size_t p;
    TRY(steps_width(choice, n, x->p, &p, err));
    struct step_fitted *fitted = ARENA_ARRAY(context->mem, struct step_fitted, n);
    struct matrix now = *x;
    for (size_t s = 0; s < n; s++) {
        const struct step *step = choice[s].step;
        void *state;
        TRY(step->fit(choice[s].params, &now, y, context, &state, err));
        fitted[s] = (struct step_fitted){step, state};
        if (s + 1 < n)
            TRY(step_apply(step, state, choice[s + 1].step, &now, context->mem, &now,
                           err));
    }
    memcpy(ret, fitted, n * sizeof *ret);
    return STATUS_OK;
}

enum status steps_predict(const struct step_fitted *fitted, size_t n,
                          const struct matrix *x, struct arena *mem, struct matrix *ret,
                          struct error *err)
{
    TRY(check_values(x, err));
    struct matrix now = *x;
    for (size_t s = 0; s + 1 < n; s++)
        TRY(step_apply(fitted[s].step, fitted[s].state, fitted[s + 1].step, &now, mem,
                       &now, err));
    return fitted[n - 1].step->predict(fitted[n - 1].state, &now, mem, ret, err);
}
