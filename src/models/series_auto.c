/* The automatic forecast (forecast/automatic.h). */
#include "forecast/automatic.h"
#include "models/kept_internal.h"

static size_t enough(size_t season UNUSED)
{
    return AUTOMATIC_LEAST;
}

static struct automatic_values values_of(const struct kept_values *v)
{
    return (struct automatic_values){v->n, v->season, v->horizon, v->y, v->given};
}

static const void *learn(const struct kept_values *v, struct arena *mem)
{
    const struct automatic_values values = values_of(v);
    return automatic_fit(&values, mem);
}

static void ahead(const struct kept_values *v, const void *learnt, size_t horizon,
                  struct arena *scratch, double *ret)
{
    const struct automatic_values values = values_of(v);
    automatic_forecast(learnt, &values, horizon, scratch, ret);
}

static const struct kept_family family = {enough, learn, ahead};

static size_t least(const void *params UNUSED, size_t season)
{
    return enough(season);
}

static enum status fit(const struct series_choice *choice UNUSED, const struct series *s,
                       const struct fit_context *context, void **ret_state,
                       struct error *err UNUSED)
{
    return kept_fit(&family, s, context, ret_state);
}

static enum status load(const json_t *saved, const struct series_choice *choice UNUSED,
                        size_t season, const char *path, struct arena *mem,
                        void **ret_state, struct error *err)
{
    return kept_load(&family, saved, season, path, mem, ret_state, err);
}

const struct series_model series_auto = {
    .name = "auto",
    .summary =
        "a mean of up to twelve models on the values and their logarithms, weighted by "
        "their errors at earlier origins",
    .laborious = true,
    .least = least,
    .fit = fit,
    .extend = kept_extend,
    .follow = kept_follow,
    .forecast = kept_forecast,
    .save = kept_save,
    .load = load,
};
