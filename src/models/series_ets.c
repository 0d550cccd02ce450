/* Exponential smoothing (forecast/ets.h) on the values as they are. */
#include "forecast/ets.h"
#include "models/estimated_internal.h"

struct ets_params {
    unsigned model; // 0: by AICc; else the form, from 1
};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION_ENUM(struct ets_params, model, "auto|ANN|AAN|AAdN",
                "level; level and slope; level and damped slope; auto: the least AICc"),
};
/* clang-format on */

static const struct ets_params defaults = {.model = 0};

static size_t least(const void *params UNUSED, size_t season UNUSED)
{
    return ETS_LEAST;
}

static size_t estimates(const void *params UNUSED, size_t season UNUSED)
{
    return ETS_REALS;
}

static void estimate(const struct estimated_values *v, struct arena *scratch UNUSED,
                     double *ret)
{
    const struct ets_params *p = v->params;
    struct ets e;
    if (p->model == 0)
        ets_choose(v->y, v->n, &e);
    else
        ets_fit((enum ets_form)(p->model - 1), v->y, v->n, &e);
    ets_store(&e, ret);
}

static void follow(const struct estimated_values *v, double *x)
{
    struct ets e;
    ets_restore(x, &e);
    ets_follow(&e, v->y[v->n - 1]);
    ets_store(&e, x);
}

static bool valid(const struct estimated_values *v UNUSED, const double *x)
{
    return ets_restore(x, &(struct ets){.form = ETS_ANN});
}

static void ahead(const struct estimated_values *v UNUSED, const double *x,
                  size_t horizon, struct arena *scratch UNUSED, double *ret)
{
    struct ets e;
    ets_restore(x, &e);
    ets_forecast(&e, horizon, ret);
}

static const struct estimated_family family = {.estimates = estimates,
                                               .estimate = estimate,
                                               .follow = follow,
                                               .valid = valid,
                                               .forecast = ahead};

static enum status fit(const struct series_choice *choice, const struct series *s,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    return estimated_fit(&family, choice, s, context, ret_state, err);
}

static enum status load(const json_t *saved, const struct series_choice *choice,
                        size_t season, const char *path, struct arena *mem,
                        void **ret_state, struct error *err)
{
    return estimated_load(&family, choice, saved, season, path, mem, ret_state, err);
}

const struct series_model series_ets = {
    .name = "ets",
    .summary = "exponential smoothing with additive errors and no season, by least "
               "squares",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct ets_params),
    .defaults = &defaults,
    .least = least,
    .fit = fit,
    .extend = estimated_extend,
    .follow = estimated_follow,
    .forecast = estimated_forecast,
    .save = estimated_save,
    .load = load,
};
