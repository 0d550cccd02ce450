/* Exponential smoothing: without a season (forecast/ets.h), or with a damped trend and a
 * season (forecast/smoothing.h).
 *
 * The season of a state is what is added to each step to come; it learns from the error of
 * its own step, s' = s + gamma e, and is 0 throughout where the form has none.  It begins as
 * STL's first one, and counts among the states that the AICc charges for. */
#include <math.h>
#include <string.h>

#include "forecast/ets.h"
#include "forecast/smoothing.h"
#include "models/adjusted_internal.h"

enum { MODEL_AUTO, MODEL_ANN, MODEL_AAN, MODEL_AADN, MODEL_AADA };

struct ets_params {
    unsigned model; // as the words below
};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION_ENUM(struct ets_params, model, "auto|ANN|AAN|AAdN|AAdA",
                "level; and slope; and damped slope; and season; auto: the least AICc"),
};
/* clang-format on */

static const struct ets_params defaults = {.model = MODEL_AUTO};

static unsigned model_of(const void *params)
{
    return ((const struct ets_params *)params)->model;
}

static size_t least(const void *params, size_t season)
{
    return model_of(params) == MODEL_AADA ? adjusted_first(season) : ETS_LEAST;
}

/* The smoothing's, gamma, and the season of the steps to come. */
enum { GAMMA = ETS_REALS, PATTERN };

static size_t estimates(const void *params UNUSED, size_t season)
{
    return PATTERN + (season < SIZE_MAX / 4 ? season : 0);
}

/* Takes a value into the state. */
static void take(double y, size_t season, double *x)
{
    struct ets e;
    ets_restore(x, &e);
    double part = season > 0 ? adjusted_turn(x + PATTERN, season) : 0;
    double error = y - part - e.next;
    ets_follow(&e, y - part);
    ets_store(&e, x);
    if (season > 0)
        x[PATTERN + season - 1] += x[GAMMA] * error;
}

static void follow(const struct estimated_values *v, double *x)
{
    take(v->y[v->n - 1], v->season, x);
}

/* What the AICc charges for K parameters. */
static double charge(double n, double k)
{
    return n - k - 1 > 0 ? 2 * k + 2 * k * (k + 1) / (n - k - 1) : INFINITY;
}

/* Fits the form with a season; returns its AICc, that of the kernel with the season's free
 * states besides. */
static double estimate_seasonal(const struct estimated_values *v, struct arena *scratch,
                                double *ret)
{
    const struct stl_plan plan = {.season = v->season,
                                  .seasonal = 11,
                                  .trend_degree = 1,
                                  .low_pass_degree = 1,
                                  .inner = 5};
    double *part = ARENA_ARRAY(scratch, double, 2 * v->n), n = (double)v->n;
    struct smoothing_input input = {SMOOTHING_AADA, v->n, v->y, part};
    struct smoothing_fit f;
    stl_run(stl_new(&plan, v->n, scratch), v->y, part, part + v->n);
    smoothing_fit(&input, 1, v->season, scratch, &f);
    const struct ets e = {.form = ETS_AADN,
                          .alpha = f.alpha,
                          .beta = f.beta,
                          .phi = f.phi,
                          .next = f.level + f.phi * f.slope,
                          .drift = f.phi * f.slope};
    ets_store(&e, ret);
    ret[GAMMA] = f.gamma;
    memcpy(ret + PATTERN, part, v->season * sizeof *part);
    for (size_t t = 0; t < v->n; t++)
        take(v->y[t], v->season, ret);
    return f.aicc - charge(n, 7) + charge(n, 6 + (double)v->season);
}

static void estimate(const struct estimated_values *v, struct arena *scratch, double *ret)
{
    unsigned model = model_of(v->params);
    double aicc = INFINITY;
    struct ets e;
    memset(ret, 0, estimates(v->params, v->season) * sizeof *ret);
    if ((model == MODEL_AUTO || model == MODEL_AADA) && v->n >= adjusted_first(v->season))
        aicc = estimate_seasonal(v, scratch, ret);
    if (model == MODEL_AADA)
        return;
    if (model == MODEL_AUTO)
        ets_choose(v->y, v->n, &e);
    else
        ets_fit((enum ets_form)(model - MODEL_ANN), v->y, v->n, &e);
    if (aicc < e.aicc)
        return;
    memset(ret, 0, estimates(v->params, v->season) * sizeof *ret);
    ets_store(&e, ret);
}

static bool valid(const struct estimated_values *v UNUSED, const double *x)
{
    return ets_restore(x, &(struct ets){.form = ETS_ANN}) && x[GAMMA] >= 0 &&
           x[GAMMA] <= 1;
}

static void ahead(const struct estimated_values *v, const double *x, size_t horizon,
                  struct arena *scratch UNUSED, double *ret)
{
    struct ets e;
    ets_restore(x, &e);
    ets_forecast(&e, horizon, ret);
    for (size_t h = 0; v->season > 0 && h < horizon; h++)
        ret[h] += x[PATTERN + h % v->season];
}

static const struct estimated_family family = {.estimates = estimates,
                                               .estimate = estimate,
                                               .follow = follow,
                                               .valid = valid,
                                               .forecast = ahead};

const struct series_model series_ets = {
    .name = "ets",
    .summary = "exponential smoothing with additive errors, with or without slope and "
               "season",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct ets_params),
    .defaults = &defaults,
    .least = least,
    .family = &family,
    .fit = estimated_fit,
    .extend = estimated_extend,
    .follow = estimated_follow,
    .forecast = estimated_forecast,
    .save = estimated_save,
    .load = estimated_load,
};
