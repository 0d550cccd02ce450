/* Seasonal ARIMA (forecast/sarima.h) on the values as they are. */
#include <math.h>

#include "forecast/sarima.h"
#include "series/kept_internal.h"

static size_t enough(size_t season)
{
    return season > 1 && season < SIZE_MAX / 4 ? sarima_least(season) : SIZE_MAX;
}

static void estimate(const struct kept_values *v, struct arena *scratch, double *ret)
{
    struct sarima_fit f;
    sarima_fit(&v->y, &v->n, 1, v->season, scratch, &f);
    ret[0] = (double)f.order;
    ret[1] = f.phi1;
    ret[2] = f.phi2;
    ret[3] = f.theta;
    ret[4] = f.Theta;
}

static bool valid(const double *x)
{
    bool inside = x[0] >= 0 && x[0] < SARIMA_ORDERS && x[0] == floor(x[0]);
    for (size_t i = 1; i < 5; i++)
        inside = inside && fabs(x[i]) <= 2;
    return inside;
}

static void ahead(const struct kept_values *v, const double *x, size_t horizon,
                  struct arena *scratch, double *ret)
{
    const struct sarima_fit f = {
        .order = (size_t)x[0], .phi1 = x[1], .phi2 = x[2], .theta = x[3], .Theta = x[4]};
    sarima_forecast(&f, v->y, v->n, v->season, horizon, scratch, ret);
}

static const struct kept_family family = {5, enough, estimate, valid, ahead};

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

const struct series_model series_sarima = {
    .name = "sarima",
    .summary = "seasonal ARIMA (p,1,q)(0,1,1) by the sum of squares, p and q by AICc",
    .least = least,
    .fit = fit,
    .extend = kept_extend,
    .follow = kept_follow,
    .forecast = kept_forecast,
    .save = kept_save,
    .load = load,
};
