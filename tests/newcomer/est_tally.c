/* A toy estimator of a sparse block: each column has the mean residual of the rows that it
 * stands in, and a row is predicted by the mean of those of its columns. */
#include "file/json.h"
#include "steps/step.h"

struct tally_state {
    double mean;
    size_t p;
    double *effect; // [p]
};

static enum status fit(const void *params UNUSED, const struct matrix *x, const struct target *y,
                       const struct fit_context *context, void **ret_state, struct error *err)
{
    const struct sparse *b = x->sparse;
    if (!b)
        return error_set(err, STATUS_INPUT, "there is no sparse block");
    struct tally_state *s = ARENA_NEW(context->mem, struct tally_state);
    *s = (struct tally_state){0, b->p, ARENA_ARRAY(context->mem, double, b->p)};
    double *rows = ARENA_ARRAY(context->mem, double, b->p);
    for (size_t i = 0; i < x->n; i++)
        s->mean += y->y.col[0][i] / (double)x->n;
    for (size_t i = 0; i < x->n; i++)
        for (size_t k = b->start[i]; k < b->start[i + 1]; k++) {
            s->effect[b->col[k]] += y->y.col[0][i] - s->mean;
            rows[b->col[k]]++;
        }
    for (size_t c = 0; c < b->p; c++)
        s->effect[c] /= rows[c] > 0 ? rows[c] : 1;
    *ret_state = s;
    return STATUS_OK;
}

static enum status predict(const void *state, const struct matrix *x, struct arena *mem, struct prediction *ret,
                           struct error *err UNUSED)
{
    const struct tally_state *s = state;
    const struct sparse *b = x->sparse;
    double **col;
    *ret = prediction_new(mem, ANSWER_VALUES, x->n, 1, &col);
    for (size_t i = 0; i < x->n; i++) {
        size_t n = b->start[i + 1] - b->start[i];
        col[0][i] = s->mean;
        for (size_t k = b->start[i]; k < b->start[i + 1]; k++)
            col[0][i] += s->effect[b->col[k]] / (double)n;
    }
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct tally_state *s = state;
    return json_pack("{s:f, s:o}", "mean", s->mean, "effects", json_reals(s->effect, s->p));
}

static enum status load(const json_t *saved, const struct shape *in, const char *path, struct arena *mem,
                        void **ret_state, struct shape *ret, struct error *err)
{
    struct tally_state *s = ARENA_NEW(mem, struct tally_state);
    *s = (struct tally_state){0, in->sparse, ARENA_ARRAY(mem, double, in->sparse)};
    TRY(json_get_real(saved, "mean", path, &s->mean, err));
    TRY(json_get_reals(saved, "effects", path, s->p, s->effect, err));
    *ret_state = s;
    *ret = (struct shape){.p = 1};
    return STATUS_OK;
}

const struct step est_tally = {.name = "tally", .summary = "mean effects of the columns of a sparse block",
                               .takes = STEP_SPARSE | STEP_MISSING, .tasks = ON_REGRESSION, .fit = fit,
                               .predict = predict, .save = save, .load = load};
