/* Last season's values, moved by what changed since they were the present.
 *
 * One step ahead y[t-1] + y[t-m] - y[t-m-1]: the last value and last season's change.
 * Further ahead the same formula on its own forecasts, which comes to the value at that
 * place of the last season plus, for each season in between, the change of a whole
 * one. */
#include "models/tail_internal.h"

static size_t least(const void *params UNUSED, size_t season)
{
    return season > 0 && season < SIZE_MAX - 1 ? season + 1 : SIZE_MAX;
}

static enum status forecast(const void *state, size_t horizon, double *ret,
                            struct error *err UNUSED)
{
    const struct tail *t = state;
    size_t season = t->n - 1;
    double last = tail_back(t, 1), before = tail_back(t, season + 1);
    for (size_t h = 0; h < horizon; h++) {
        ret[h] = last + tail_back(t, season - h % season) - before;
        if (h >= season) // adding nothing would turn -0 into 0
            ret[h] += (double)(h / season) * (last - before);
    }
    return STATUS_OK;
}

const struct series_model series_seasonal_drift = {
    .name = "seasonal_drift",
    .summary = "the last value plus last season's change, y[t-1] + y[t-m] - y[t-m-1]",
    .least = least,
    .fit = tail_fit,
    .extend = tail_extend,
    .forecast = forecast,
    .save = tail_save,
    .load = tail_load,
};
