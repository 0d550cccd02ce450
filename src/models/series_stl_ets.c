/* Exponential smoothing (forecast/ets.h) of what STL leaves without the season, and the
 * last season again. */
#include "forecast/ets.h"
#include "models/adjusted_internal.h"

static const struct option_row rows[] = {ADJUSTED_ROWS};

static const struct adjusted_params defaults = {.seasonal = 11, .inner_iter = 5};

static size_t least(const void *params UNUSED, size_t season)
{
    return adjusted_first(season);
}

/* The smoothing's, and the season of the steps to come. */
static size_t estimates(const void *params UNUSED, size_t season)
{
    return ETS_REALS + (season < SIZE_MAX / 4 ? season : 0);
}

static void estimate(const struct estimated_values *v, struct arena *scratch, double *ret)
{
    double *adjusted = ARENA_ARRAY(scratch, double, v->n);
    struct ets e;
    adjusted_decompose(v->params, v->y, v->n, v->season, scratch, adjusted,
                       ret + ETS_REALS);
    ets_choose(adjusted, v->n, &e);
    ets_store(&e, ret);
}

static void follow(const struct estimated_values *v, double *x)
{
    struct ets e;
    ets_restore(x, &e);
    ets_follow(&e, v->y[v->n - 1] - adjusted_turn(x + ETS_REALS, v->season));
    ets_store(&e, x);
}

static bool valid(const struct estimated_values *v UNUSED, const double *x)
{
    return ets_restore(x, &(struct ets){.form = ETS_ANN});
}

static void ahead(const struct estimated_values *v, const double *x, size_t horizon,
                  struct arena *scratch UNUSED, double *ret)
{
    struct ets e;
    ets_restore(x, &e);
    ets_forecast(&e, horizon, ret);
    for (size_t h = 0; h < horizon; h++)
        ret[h] += x[ETS_REALS + h % v->season];
}

static const struct estimated_family family = {.estimates = estimates,
                                               .estimate = estimate,
                                               .follow = follow,
                                               .valid = valid,
                                               .forecast = ahead};

const struct series_model series_stl_ets = {
    .name = "stl_ets",
    .summary =
        "the season by STL; what is left by exponential smoothing, ANN, AAN or AAdN "
        "by AICc",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct adjusted_params),
    .defaults = &defaults,
    .least = least,
    .family = &family,
    .fit = adjusted_fit,
    .extend = estimated_extend,
    .follow = estimated_follow,
    .forecast = estimated_forecast,
    .save = estimated_save,
    .load = adjusted_load,
};
