/* The table of steps, and chains of them. */
#include "steps/step_internal.h"

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

enum answer step_answer(const struct step *step, enum task task)
{
    bool values = task == TASK_REGRESSION && step->answer == ANSWER_PROBABILITIES;
    return values ? ANSWER_VALUES : step->answer;
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

enum status step_fit_path(const struct step *step, const void *const *params, size_t n,
                          const struct matrix *x, const struct target *y,
                          const struct fit_context *context, const struct step_sink *sink,
                          struct error *err)
{
    if (step->fit_path)
        return step->fit_path(params, n, x, y, context, sink, err);
    for (size_t i = 0; i < n; i++) {
        void *state;
        TRY(step->fit(params[i], x, y, context, &state, err));
        TRY(sink->take(sink->context, i, state, err));
    }
    return STATUS_OK;
}

enum status step_fit(const struct step *step, const void *params, const struct matrix *x,
                     const struct target *y, const struct fit_context *context,
                     void **ret_state, struct error *err)
{
    if (step->fit)
        return step->fit(params, x, y, context, ret_state, err);
    return step_fit_many(step, &params, 1, x, y, context, ret_state, err);
}

static enum status collect(void *context, size_t i, void *state, struct error *err)
{
    (void)err;
    void **states = context;
    states[i] = state;
    return STATUS_OK;
}

enum status step_fit_many(const struct step *step, const void *const *params, size_t n,
                          const struct matrix *x, const struct target *y,
                          const struct fit_context *context, void **ret_states,
                          struct error *err)
{
    struct step_sink sink = {collect, ret_states};
    return step_fit_path(step, params, n, x, y, context, &sink, err);
}

enum status step_apply(const struct step *step, const void *state,
                       const struct step *next, const struct matrix *x, struct arena *mem,
                       struct matrix *ret, struct error *err)
{
    struct matrix applied;
    TRY(step->apply(state, x, mem, &applied, err));
    matrix_take_groups(mem, x, &applied);
    *ret = next && next->views ? applied : matrix_dense(mem, &applied);
    return STATUS_OK;
}

/* Rows that go through the fitted steps one by one. */
struct passing {
    struct matrix x;
    bool missing; // cells that no step has filled yet
};

static enum status pass_first(const struct step *first, const struct matrix *x,
                              struct passing *ret, struct error *err)
{
    struct shape shape;
    TRY(step_check_columns(first, x, &shape, err));
    *ret = (struct passing){*x, shape.missing};
    return STATUS_OK;
}

/* Cells that are empty before a step which takes none were learnt without any, or were
 * not filled. */
static enum status pass(const struct step_fitted *at, const struct step *next,
                        struct arena *mem, struct passing *p, struct error *err)
{
    TRY(step_apply(at->step, at->state, next, &p->x, mem, &p->x, err));
    if (!p->missing || (next->takes & STEP_MISSING))
        return STATUS_OK;
    p->missing = false;
    return step_check_values(&p->x, NULL, err);
}

/* Refuses what cannot be fitted, before any work. */
static enum status check_chain(const struct step_choice *choice, size_t n,
                               const struct matrix *x, const struct target *y,
                               struct error *err)
{
    struct shape shape;
    if (n == 0 || !choice[n - 1].step->predict)
        return error_set(err, STATUS_INPUT, "the last step must be an estimator");
    for (size_t s = 0; s < n; s++)
        TRY(step_check_task(choice[s].step, y->task, err));
    TRY(steps_check(choice[0].step, x, y, &shape, err));
    return steps_width(choice, n, &shape, &shape, err);
}

/* Fits one place of the chain, whose rows are now. */
static enum status fit_place(const struct step_choice *choice, const struct matrix *now,
                             const struct target *y, const struct fit_context *context,
                             const struct passing *check, struct step_fitted *ret,
                             struct error *err)
{
    struct fit_context c = *context;
    c.x_check = context->x_check ? &check->x : NULL;
    if (!choice->step->predict) {
        c.x_check = NULL;
        c.y_check = NULL;
        c.epoch = NULL;
    }
    *ret = (struct step_fitted){.step = choice->step, .in = step_shape(now)};
    return step_fit(choice->step, choice->params, now, y, &c, &ret->state, err);
}

enum status steps_fit(const struct step_choice *choice, size_t n, const struct matrix *x,
                      const struct target *y, const struct fit_context *context,
                      struct step_fitted *ret, struct error *err)
{
    TRY(check_chain(choice, n, x, y, err));
    struct step_fitted *fitted = ARENA_ARRAY(context->mem, struct step_fitted, n);
    struct matrix now = *x;
    struct passing check = {0};
    if (context->x_check)
        TRY(pass_first(choice[0].step, context->x_check, &check, err));
    for (size_t s = 0; s < n; s++) {
        TRY(fit_place(&choice[s], &now, y, context, &check, &fitted[s], err));
        if (s + 1 == n)
            break;
        const struct step *next = choice[s + 1].step;
        TRY(step_apply(fitted[s].step, fitted[s].state, next, &now, context->mem, &now,
                       err));
        if (context->x_check)
            TRY(pass(&fitted[s], next, context->mem, &check, err));
    }
    memcpy(ret, fitted, n * sizeof *ret);
    return STATUS_OK;
}

enum status steps_predict(const struct step_fitted *fitted, size_t n,
                          const struct matrix *x, const struct target *like,
                          struct arena *mem, struct prediction *ret, struct error *err)
{
    struct passing now;
    TRY(step_check_same(&fitted[0].in, x, err));
    TRY(pass_first(fitted[0].step, x, &now, err));
    for (size_t s = 0; s + 1 < n; s++)
        TRY(pass(&fitted[s], fitted[s + 1].step, mem, &now, err));
    struct prediction p;
    TRY(fitted[n - 1].step->predict(fitted[n - 1].state, &now.x, mem, &p, err));
    TRY(prediction_check(&p, like, fitted[n - 1].step->name, err));
    *ret = p;
    return STATUS_OK;
}
