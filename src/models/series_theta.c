/* The dynamic optimised theta model (forecast/theta.h) on the values as they are. */
#include "forecast/theta.h"
#include "models/kept_internal.h"

static const void *learn(const struct kept_values *v, struct arena *mem)
{
    struct theta_fit *f = ARENA_NEW(mem, struct theta_fit);
    theta_fit(&v->y, &v->n, 1, mem, f);
    return f;
}

static void ahead(const struct kept_values *v, const void *learnt, size_t horizon,
                  struct arena *scratch UNUSED, double *ret)
{
    theta_forecast(learnt, v->y, v->n, horizon, ret);
}

static const struct kept_family family = {.learn = learn, .forecast = ahead};

static size_t least(const void *params UNUSED, size_t season UNUSED)
{
    return THETA_LEAST;
}

const struct series_model series_theta = {
    .name = "theta",
    .summary = "dynamic optimised theta: a level that is smoothed and a line through all "
               "values so far",
    .least = least,
    .family = &family,
    .fit = kept_fit,
    .extend = kept_extend,
    .follow = kept_follow,
    .forecast = kept_forecast,
    .save = kept_save,
    .load = kept_load,
};
