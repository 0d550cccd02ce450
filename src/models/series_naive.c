/* The last value, for every step to come. */
#include "models/tail_internal.h"

static size_t least(const void *params UNUSED, size_t season UNUSED)
{
    return 1;
}

static enum status forecast(const void *state, size_t horizon, double *ret,
                            struct error *err UNUSED)
{
    for (size_t h = 0; h < horizon; h++)
        ret[h] = tail_back(state, 1);
    return STATUS_OK;
}

const struct series_model series_naive = {
    .name = "naive",
    .summary = "the value one step ago, y[t-1]",
    .least = least,
    .fit = tail_fit,
    .extend = tail_extend,
    .forecast = forecast,
    .save = tail_save,
    .load = tail_load,
};
