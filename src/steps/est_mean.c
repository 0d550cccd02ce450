/* The mean of the training targets for every row: the least that a model has to beat. */
#include "file/json.h"
#include "steps/linalg.h"
#include "steps/step.h"

struct mean_state {
    double mean;
};

static enum status fit(const void *params, const struct matrix *x, const struct target *y,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    (void)params, (void)x;
    if (y->y.p != 1)
        return error_set(err, STATUS_INPUT, "mean learns one target column, found %zu",
                         y->y.p);
    struct mean_state *s = ARENA_NEW(context->mem, struct mean_state);
    s->mean = linalg_column_sum(&y->y, 0, 0) / (double)y->y.n;
    *ret_state = s;
    return STATUS_OK;
}

static enum status predict(const void *state, const struct matrix *x, struct arena *mem,
                           struct prediction *ret, struct error *err)
{
    (void)err;
    const struct mean_state *s = state;
    double **col;
    *ret = prediction_new(mem, ANSWER_VALUES, x->n, 1, &col);
    for (size_t i = 0; i < x->n; i++)
        col[0][i] = s->mean;
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    return json_pack("{s:f}", "mean", ((const struct mean_state *)state)->mean);
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    (void)in;
    struct mean_state *s = ARENA_NEW(mem, struct mean_state);
    TRY(json_get_real(saved, "mean", path, &s->mean, err));
    *ret_state = s;
    *ret = (struct shape){.p = 1};
    return STATUS_OK;
}

const struct step est_mean = {
    .name = "mean",
    .summary = "the mean of the training targets, whatever the columns say",
    .tasks = ON_REGRESSION,
    .views = true,
    .fit = fit,
    .predict = predict,
    .save = save,
    .load = load,
};
