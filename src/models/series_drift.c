/* A straight line through the first value and the last (Hyndman & Athanasopoulos,
 * Forecasting: Principles and Practice, 3rd edition, 5.2; a random walk with drift).
 *
 * The first is the first that is known; the last is not looked for, since a line that ends
 * earlier is another forecast. */
#include <math.h>

#include "file/json.h"
#include "series/series.h"

struct drift_state {
    double first, last; // NaN: missing
    size_t since;       // steps from the one to the other; 0 while there is none before
};

static size_t least(const void *params UNUSED, size_t season UNUSED)
{
    return 2;
}

static enum status extend(void *state, const double *y, size_t k,
                          struct arena *mem UNUSED, struct error *err UNUSED)
{
    struct drift_state *d = state;
    for (size_t i = 0; i < k; i++) {
        d->last = y[i];
        if (isnan(d->first))
            d->first = y[i];
        else
            d->since++;
    }
    return STATUS_OK;
}

static enum status fit(const struct series_choice *choice UNUSED, const struct series *s,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    struct drift_state *d = ARENA_NEW(context->mem, struct drift_state);
    *d = (struct drift_state){.first = NAN, .last = NAN};
    *ret_state = d;
    return extend(d, s->y, s->n, context->mem, err);
}

static enum status forecast(const void *state, size_t horizon, double *ret,
                            struct error *err UNUSED)
{
    const struct drift_state *d = state;
    double slope = d->since > 0 ? (d->last - d->first) / (double)d->since : NAN;
    for (size_t h = 0; h < horizon; h++)
        ret[h] = d->last + (double)(h + 1) * slope;
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct drift_state *d = state;
    return json_pack("{s:o, s:o, s:I}", "first", json_finite(d->first), "last",
                     json_finite(d->last), "since", (json_int_t)d->since);
}

static enum status load(const json_t *saved, const struct series_choice *choice UNUSED,
                        size_t season UNUSED, const char *path, struct arena *mem,
                        void **ret_state, struct error *err)
{
    struct drift_state *d = ARENA_NEW(mem, struct drift_state);
    TRY(json_get_real_or_null(saved, "first", path, &d->first, err));
    TRY(json_get_real_or_null(saved, "last", path, &d->last, err));
    TRY(json_get_size(saved, "since", path, &d->since, err));
    if (isnan(d->first) && (d->since > 0 || !isnan(d->last))) {
        return error_refuse(err, path, "first", "expected a first value before the last");
    }
    *ret_state = d;
    return STATUS_OK;
}

const struct series_model series_drift = {
    .name = "drift",
    .summary = "a line through the first value and the last, y[t-1] + (y[t-1] - y[0]) / "
               "(t - 1)",
    .least = least,
    .fit = fit,
    .extend = extend,
    .forecast = forecast,
    .save = save,
    .load = load,
};
