/* The automatic forecast (forecast/automatic.h). */
#include "forecast/automatic.h"
#include "models/kept_internal.h"

static struct automatic_values values_of(const struct kept_values *v)
{
    return (struct automatic_values){v->n, v->season, v->horizon, v->y, v->given};
}

static const void *learn(const struct kept_values *v, struct arena *mem)
{
    const struct automatic_values values = values_of(v);
    return automatic_fit(&values, mem);
}

static void ahead_spread(const struct kept_values *v, const void *learnt, size_t horizon,
                         struct arena *scratch, double *ret, double *ret_spread)
{
    const struct automatic_values values = values_of(v);
    automatic_forecast(learnt, &values, horizon, scratch, ret, ret_spread);
}

static void ahead(const struct kept_values *v, const void *learnt, size_t horizon,
                  struct arena *scratch, double *ret)
{
    ahead_spread(v, learnt, horizon, scratch, ret, NULL);
}

static const struct kept_family family = {
    .learn = learn, .forecast = ahead, .forecast_spread = ahead_spread};

static size_t least(const void *params UNUSED, size_t season UNUSED)
{
    return AUTOMATIC_LEAST;
}

const struct series_model series_auto = {
    .name = "auto",
    .summary =
        "a mean of up to nine models on the values and their logarithms, weighted by "
        "their errors at earlier origins",
    .laborious = true,
    .least = least,
    .family = &family,
    .fit = kept_fit,
    .extend = kept_extend,
    .follow = kept_follow,
    .forecast = kept_forecast,
    .forecast_spread = kept_forecast_spread,
    .save = kept_save,
    .load = kept_load,
};
