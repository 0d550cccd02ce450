/* The mean of all values that are known, summed in the order of time. */
#include <math.h>

#include "file/json.h"
#include "series/series.h"

struct series_mean_state {
    double sum;
    size_t known;
};

static size_t least(const void *params UNUSED, size_t season UNUSED)
{
    return 1;
}

static enum status extend(void *state, const double *y, size_t k,
                          struct arena *mem UNUSED, struct error *err)
{
    struct series_mean_state *m = state;
    for (size_t i = 0; i < k; i++) {
        if (isnan(y[i]))
            continue;
        m->sum += y[i];
        m->known++;
    }
    if (!isfinite(m->sum))
        return error_set(err, STATUS_INPUT,
                         "the values are too large to average: their sum overflows");
    return STATUS_OK;
}

static enum status fit(const struct series_choice *choice UNUSED, const struct series *s,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    *ret_state = ARENA_NEW(context->mem, struct series_mean_state);
    return extend(*ret_state, s->y, s->n, context->mem, err);
}

static enum status forecast(const void *state, size_t horizon, double *ret,
                            struct error *err UNUSED)
{
    const struct series_mean_state *m = state;
    for (size_t h = 0; h < horizon; h++)
        ret[h] = m->known > 0 ? m->sum / (double)m->known : NAN;
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct series_mean_state *m = state;
    return json_pack("{s:f, s:I}", "sum", m->sum, "known", (json_int_t)m->known);
}

static enum status load(const json_t *saved, const struct series_choice *choice UNUSED,
                        size_t season UNUSED, const char *path, struct arena *mem,
                        void **ret_state, struct error *err)
{
    struct series_mean_state *m = ARENA_NEW(mem, struct series_mean_state);
    TRY(json_get_real(saved, "sum", path, &m->sum, err));
    TRY(json_get_size(saved, "known", path, &m->known, err));
    *ret_state = m;
    return STATUS_OK;
}

const struct series_model series_mean = {
    .name = "mean",
    .summary = "the mean of all values so far",
    .least = least,
    .fit = fit,
    .extend = extend,
    .forecast = forecast,
    .save = save,
    .load = load,
};
