/* Autoregression (forecast/autoregression.h) of the changes of what a robust STL leaves
 * without the season, and the last season again. */
#include <math.h>
#include <string.h>

#include "forecast/autoregression.h"
#include "models/adjusted_internal.h"

/* clang-format off */
static const struct option_row rows[] = {
    ADJUSTED_ROWS,
    OPTION(struct adjusted_params, maxlag, 0, (double)AUTOREGRESSION_MOST, "N",
           "lags of the changes, at most; so many as have the least AICc"),
};
/* clang-format on */

static const struct adjusted_params defaults = {
    .seasonal = 11, .inner_iter = 2, .outer_iter = 5, .maxlag = 6};

static size_t maxlag(const void *params)
{
    return ((const struct adjusted_params *)params)->maxlag;
}

static size_t least(const void *params, size_t season)
{
    size_t first = adjusted_first(season);
    return first == SIZE_MAX ? first : first + maxlag(params);
}

/* The places of the estimates: order, constant, last adjusted value, weights, last changes
 * (oldest first), the season of the steps to come. */
enum { ORDER, CONSTANT, LEVEL, WEIGHTS };

static size_t changes_at(const void *params)
{
    return WEIGHTS + maxlag(params);
}

static size_t pattern_at(const void *params)
{
    return WEIGHTS + 2 * maxlag(params);
}

static size_t estimates(const void *params, size_t season)
{
    return pattern_at(params) + (season < SIZE_MAX / 4 ? season : 0);
}

static struct autoregression stored(const void *params, const double *x)
{
    struct autoregression a = {.order = (size_t)x[ORDER], .constant = x[CONSTANT]};
    memcpy(a.weight, x + WEIGHTS, maxlag(params) * sizeof *x);
    return a;
}

static void estimate(const struct estimated_values *v, struct arena *scratch, double *ret)
{
    size_t n = v->n - 1, most = maxlag(v->params);
    double *adjusted = ARENA_ARRAY(scratch, double, v->n);
    double *change = ARENA_ARRAY(scratch, double, n);
    struct autoregression a;
    adjusted_decompose(v->params, v->y, v->n, v->season, scratch, adjusted,
                       ret + pattern_at(v->params));
    for (size_t t = 0; t < n; t++)
        change[t] = adjusted[t + 1] - adjusted[t];
    autoregression_choose(change, n, most, &a);
    ret[ORDER] = (double)a.order;
    ret[CONSTANT] = a.constant;
    ret[LEVEL] = adjusted[n];
    memcpy(ret + WEIGHTS, a.weight, most * sizeof *ret);
    memcpy(ret + changes_at(v->params), change + (n - most), most * sizeof *ret);
}

/* Takes a change in behind the last ones. */
static void push(double *changes, size_t most, double change)
{
    if (most == 0)
        return;
    memmove(changes, changes + 1, (most - 1) * sizeof *changes);
    changes[most - 1] = change;
}

static void follow(const struct estimated_values *v, double *x)
{
    double season = adjusted_turn(x + pattern_at(v->params), v->season);
    double adjusted = v->y[v->n - 1] - season;
    push(x + changes_at(v->params), maxlag(v->params), adjusted - x[LEVEL]);
    x[LEVEL] = adjusted;
}

static bool valid(const struct estimated_values *v, const double *x)
{
    return x[ORDER] >= 0 && x[ORDER] <= (double)maxlag(v->params) &&
           x[ORDER] == floor(x[ORDER]);
}

static void ahead(const struct estimated_values *v, const double *x, size_t horizon,
                  struct arena *scratch, double *ret)
{
    size_t most = maxlag(v->params);
    const struct autoregression a = stored(v->params, x);
    double *changes = ARENA_ARRAY(scratch, double, most), level = x[LEVEL];
    memcpy(changes, x + changes_at(v->params), most * sizeof *x);
    for (size_t h = 0; h < horizon; h++) {
        double change = autoregression_next(&a, changes + most);
        push(changes, most, change);
        level += change;
        ret[h] = level + x[pattern_at(v->params) + h % v->season];
    }
}

static const struct estimated_family family = {.estimates = estimates,
                                               .estimate = estimate,
                                               .follow = follow,
                                               .valid = valid,
                                               .forecast = ahead};

const struct series_model series_stl_ar = {
    .name = "stl_ar",
    .summary =
        "the season by a robust STL; the changes of what is left by their own lags",
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
