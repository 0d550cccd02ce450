/* Mean and standard deviation of each group as its band: |value - mean| / std above a
 * threshold is an anomaly.
 *
 * What is to be found widens the very band that should show it: one value far outside hides
 * itself and its like (median_mad does not have that). */
#include "steps/band_state.h"

struct z_params {
    double threshold;
    size_t min_count;
};

static const struct z_params defaults = {.threshold = 3, .min_count = 10};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION(struct z_params, threshold, 0, 1e6, "REAL",
           "standard deviations from the mean to each bound"),
    OPTION(struct z_params, min_count, 1, 1e9, "N",
           "rows of a group from which it has a band; rows of others are marked few_prices"),
};
/* clang-format on */

static enum status fit(const void *params, const struct matrix *x, const struct target *y,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    const struct z_params *p = params;
    struct band_learnt of;
    struct band_state *s = band_state_new(x, y, p->min_count, context->mem, &of);
    (void)err;
    for (size_t g = 0; g < s->n; g++) {
        s->lower[g] = s->mean[g] - p->threshold * s->std[g];
        s->upper[g] = s->mean[g] + p->threshold * s->std[g];
    }
    *ret_state = s;
    return STATUS_OK;
}

const struct step est_z_score = {
    .name = "z_score",
    .summary = "a band for each group of so many standard deviations about its mean",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct z_params),
    .defaults = &defaults,
    .takes = STEP_GROUP | STEP_MISSING,
    .tasks = ON_ANOMALY,
    .answer = ANSWER_BANDS,
    .fit = fit,
    .predict = band_state_predict,
    .tell = band_state_tell,
    .save = band_state_save,
    .load = band_state_load,
};
