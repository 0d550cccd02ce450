/* Seasonal ARIMA (forecast/sarima.h) on the values as they are. */
#include "forecast/sarima.h"
#include "models/kept_internal.h"

static const void *learn(const struct kept_values *v, struct arena *mem)
{
    struct sarima_fit *f = ARENA_NEW(mem, struct sarima_fit);
    sarima_fit(&v->y, &v->n, 1, v->season, mem, f);
    return f;
}

static void ahead(const struct kept_values *v, const void *learnt, size_t horizon,
                  struct arena *scratch, double *ret)
{
    sarima_forecast(learnt, v->y, v->n, v->season, horizon, scratch, ret);
}

static const struct kept_family family = {.learn = learn, .forecast = ahead};

static size_t least(const void *params UNUSED, size_t season)
{
    return season > 1 && season < SIZE_MAX / 4 ? sarima_least(season) : SIZE_MAX;
}

const struct series_model series_sarima = {
    .name = "sarima",
    .summary = "seasonal ARIMA (p,1,q)(0,1,1) by the sum of squares, p and q by AICc",
    .least = least,
    .family = &family,
    .fit = kept_fit,
    .extend = kept_extend,
    .follow = kept_follow,
    .forecast = kept_forecast,
    .save = kept_save,
    .load = kept_load,
};
