/* The last season, over and over. */
#include "models/tail_internal.h"

static size_t least(const void *params UNUSED, size_t season)
{
    return season > 0 ? season : SIZE_MAX;
}

static enum status forecast(const void *state, size_t horizon, double *ret,
                            struct error *err UNUSED)
{
    const struct tail *season = state;
    for (size_t h = 0; h < horizon; h++)
        ret[h] = tail_back(season, season->n - h % season->n);
    return STATUS_OK;
}

const struct series_model series_seasonal_naive = {
    .name = "seasonal_naive",
    .summary = "the value a season ago, y[t-m]",
    .least = least,
    .fit = tail_fit,
    .extend = tail_extend,
    .forecast = forecast,
    .save = tail_save,
    .load = tail_load,
};
