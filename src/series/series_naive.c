/* The last value, for every step to come. */
#include "series/tail_internal.h"

static size_t least(const void *params UNUSED, size_t season UNUSED)
{
    return 1;
}

static enum status fit(const void *params UNUSED, const struct series *s,
                       const struct fit_context *context, void **ret_state,
                       struct error *err UNUSED)
{
    *ret_state = tail_new(s, 1, context->mem);
    return STATUS_OK;
}

static enum status forecast(const void *state, size_t horizon, double *ret,
                            struct error *err UNUSED)
{
    for (size_t h = 0; h < horizon; h++)
        ret[h] = tail_back(state, 1);
    return STATUS_OK;
}

static enum status load(const json_t *saved, const void *params, size_t season,
                        const char *path, struct arena *mem, void **ret_state,
                        struct error *err)
{
    return tail_load(saved, least(params, season), path, mem, ret_state, err);
}

const struct series_model series_naive = {
    .name = "naive",
    .summary = "the value one step ago, y[t-1]",
    .least = least,
    .fit = fit,
    .extend = tail_extend,
    .forecast = forecast,
    .save = tail_save,
    .load = load,
};
