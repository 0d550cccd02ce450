/* Ridge regression: Hoerl & Kennard 1970, Technometrics 12; solved by ridge.h. */
#include <string.h>

#include "file/json.h"
#include "steps/ridge.h"
#include "steps/step.h"

struct ridge_state {
    double alpha;
    size_t p;
    struct ridge_weights weights;
};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION(struct ridge_params, alpha, 0, 1e300, "REAL",
           "penalty on the squared coefficients; 0 is least squares"),
};
/* clang-format on */

static const struct ridge_params defaults = {.alpha = 1};

static double complexity(const void *params)
{
    return -((const struct ridge_params *)params)->alpha;
}

static enum status fit_path(const void *const *params, size_t n, const struct matrix *x,
                            const struct target *y, const struct fit_context *context,
                            const struct step_sink *sink, struct error *err)
{
    if (y->y.p != 1)
        return error_set(err, STATUS_INPUT, "ridge learns one target column, found %zu",
                         y->y.p);
    struct arena scratch = {0};
    double *alpha = ARENA_ARRAY(&scratch, double, n);
    struct ridge_weights *weights = ARENA_ARRAY(&scratch, struct ridge_weights, n);
    for (size_t i = 0; i < n; i++)
        alpha[i] = ((const struct ridge_params *)params[i])->alpha;
    enum status status = ridge_solve(x, &y->y, alpha, n, &scratch, weights, err);
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        struct ridge_state *s = ARENA_NEW(context->mem, struct ridge_state);
        *s = (struct ridge_state){alpha[i], x->p, weights[i]};
        s->weights.w = ARENA_ARRAY(context->mem, double, x->p);
        memcpy(s->weights.w, weights[i].w, x->p * sizeof(double));
        status = sink->take(sink->context, i, s, err);
    }
    arena_release(&scratch);
    return status;
}

static enum status predict(const void *state, const struct matrix *x, struct arena *mem,
                           struct prediction *ret, struct error *err)
{
    (void)err;
    const struct ridge_state *s = state;
    double **col;
    *ret = prediction_new(mem, ANSWER_VALUES, x->n, 1, &col);
    ridge_predict(&s->weights, x, col[0]);
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct ridge_state *s = state;
    return json_pack("{s:f, s:f, s:o}", "alpha", s->alpha, "intercept",
                     s->weights.intercept, "coefficients",
                     json_reals(s->weights.w, s->p));
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    size_t p = in->p;
    struct ridge_state *s = ARENA_NEW(mem, struct ridge_state);
    s->p = p;
    s->weights.w = ARENA_ARRAY(mem, double, p);
    TRY(json_get_real(saved, "alpha", path, &s->alpha, err));
    TRY(json_get_real(saved, "intercept", path, &s->weights.intercept, err));
    TRY(json_get_reals(saved, "coefficients", path, p, s->weights.w, err));
    *ret_state = s;
    *ret = (struct shape){.p = 1};
    return STATUS_OK;
}

const struct step est_ridge = {
    .name = "ridge",
    .summary = "least squares with a penalty: |y - b - Xw|^2 + alpha |w|^2 becomes least",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct ridge_params),
    .defaults = &defaults,
    .tasks = ON_REGRESSION,
    .complexity = complexity,
    .views = true,
    .fit_path = fit_path,
    .predict = predict,
    .save = save,
    .load = load,
};
