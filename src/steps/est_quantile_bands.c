/* Quantiles of each group as its band: a value beyond them is an anomaly.
 *
 * Linear interpolation between order statistics, as pandas' groupby.quantile (bands/grouped.h);
 * by construction some 1 - (upper - lower) of the rows learnt from lie outside. */
#include "steps/band_state.h"

struct quantile_params {
    double lower, upper;
    size_t min_count;
};

static const struct quantile_params defaults = {
    .lower = 0.01, .upper = 0.99, .min_count = 10};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION(struct quantile_params, lower, 0, 1, "SHARE", "quantile that is the lower bound"),
    OPTION(struct quantile_params, upper, 0, 1, "SHARE", "quantile that is the upper bound"),
    OPTION(struct quantile_params, min_count, 1, 1e9, "N",
           "rows of a group from which it has a band; rows of others are marked few_prices"),
};
/* clang-format on */

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    const struct quantile_params *p = params;
    (void)in;
    *ret = (struct shape){.p = BAND_COLUMNS};
    if (p->lower <= p->upper)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "the lower quantile, %g, lies above the upper one, %g",
              p->lower, p->upper);
    error_field(err, "quantile_bands.lower");
    return STATUS_INPUT;
}

static enum status fit(const void *params, const struct matrix *x, const struct target *y,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    const struct quantile_params *p = params;
    struct band_learnt of;
    struct band_state *s = band_state_new(x, y, p->min_count, context->mem, &of);
    enum status status = grouped_quantiles(&of.rows, of.count, p->lower, p->upper,
                                           context->threads, s->lower, s->upper, err);
    *ret_state = s;
    return status;
}

const struct step est_quantile_bands = {
    .name = "quantile_bands",
    .summary = "a band for each group between two quantiles of its values, interpolated",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct quantile_params),
    .defaults = &defaults,
    .takes = STEP_GROUP | STEP_MISSING,
    .tasks = ON_ANOMALY,
    .answer = ANSWER_BANDS,
    .width = width,
    .fit = fit,
    .predict = band_state_predict,
    .tell = band_state_tell,
    .save = band_state_save,
    .load = band_state_load,
};
