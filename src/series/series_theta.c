/* The dynamic optimised theta model (forecast/theta.h) on the values as they are. */
#include <math.h>

#include "forecast/theta.h"
#include "series/kept_internal.h"

static size_t enough(size_t season UNUSED)
{
    return THETA_LEAST;
}

static void estimate(const struct kept_values *v, struct arena *scratch, double *ret)
{
    struct theta_fit f;
    theta_fit(&v->y, &v->n, 1, scratch, &f);
    ret[0] = f.alpha;
    ret[1] = f.theta;
    ret[2] = f.level;
}

static bool valid(const double *x)
{
    return x[0] > 0 && x[0] < 1 && x[1] >= 1 && isfinite(x[1]) && isfinite(x[2]);
}

static void ahead(const struct kept_values *v, const double *x, size_t horizon,
                  struct arena *scratch UNUSED, double *ret)
{
    const struct theta_fit f = {x[0], x[1], x[2]};
    theta_forecast(&f, v->y, v->n, horizon, ret);
}

static const struct kept_family family = {3, enough, estimate, valid, ahead};

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

const struct series_model series_theta = {
    .name = "theta",
    .summary = "dynamic optimised theta: a level that is smoothed and a line through all "
               "values so far",
    .least = least,
    .fit = fit,
    .extend = kept_extend,
    .follow = kept_follow,
    .forecast = kept_forecast,
    .save = kept_save,
    .load = load,
};
