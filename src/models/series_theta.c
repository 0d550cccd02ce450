/* The dynamic optimised theta model (forecast/theta.h) on the values as they are. */
#include "forecast/theta.h"
#include "models/kept_internal.h"

static size_t enough(size_t season UNUSED)
{
    return THETA_LEAST;
}

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
