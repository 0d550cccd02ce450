/* Changes by ridge regression on their own lags (forecast/discounted_ridge.h), after the
 * change that the season was to bring was taken out of each, as it was known then.
 *
 * STL smooths to both sides, so that an autoregression of what it leaves is biased: its
 * errors one step ahead are correlated.  Here each step has the seasonal change that STL
 * expected from the values before it, d[t] = s[t-m] - s[t-1], and what came besides,
 * u[t] = y[t] - y[t-1] - d[t]; neither changes when later values come, so that a value
 * costs one decomposition of the last ones. */
#include <math.h>
#include <string.h>

#include "forecast/discounted_ridge.h"
#include "models/adjusted_internal.h"

/* clang-format off */
static const struct option_row rows[] = {
    ADJUSTED_ROWS,
    OPTION(struct adjusted_params, window, 10, 99999, "N",
           "values that each decomposition looks at, the last ones; two seasons and six at least"),
    OPTION(struct adjusted_params, lags, 1, (double)DISCOUNTED_RIDGE_MOST, "N",
           "lags of the changes"),
    OPTION(struct adjusted_params, alpha, 1e-9, 1e9, "REAL",
           "penalty on the sum of squared weights"),
    OPTION(struct adjusted_params, discount, 0.5, 1, "REAL",
           "what a step counts of the one behind it"),
    OPTION(struct adjusted_params, prior, 0, 1e6, "REAL",
           "mean values that a month's variance (a place's in the season) is drawn to"),
};
/* clang-format on */

static const struct adjusted_params defaults = {.seasonal = 11,
                                                .inner_iter = 5,
                                                .window = 180,
                                                .lags = 3,
                                                .alpha = 10,
                                                .discount = 0.99,
                                                .prior = 4};

static size_t least(const void *params, size_t season)
{
    const struct adjusted_params *p = params;
    size_t first = adjusted_first(season);
    return first == SIZE_MAX ? first : first + p->lags + 1;
}

static size_t estimates(const void *params, size_t season UNUSED)
{
    return ((const struct adjusted_params *)params)->lags;
}

/* The season of the steps behind the first n values. */
static void find_pattern(const struct estimated_values *v, size_t n,
                         struct arena *scratch, double *ret)
{
    const struct adjusted_params *p = v->params;
    size_t window = p->window < n ? p->window : n;
    adjusted_decompose(p, v->y + (n - window), window, v->season, scratch, NULL, ret);
}

/* The seasonal change that is expected from the last value to the next. */
static double derive(const struct estimated_values *v, struct arena *scratch)
{
    if (v->n < adjusted_first(v->season))
        return NAN;
    double *pattern = ARENA_ARRAY(scratch, double, v->season);
    find_pattern(v, v->n, scratch, pattern);
    return pattern[0] - pattern[v->season - 1];
}

/* What came besides the seasonal change, in steps [first, n). */
static const double *unexpected(const struct estimated_values *v, struct arena *scratch)
{
    size_t from = adjusted_first(v->season);
    double *u = ARENA_ARRAY(scratch, double, v->n - from);
    for (size_t t = from; t < v->n; t++)
        u[t - from] = v->y[t] - v->y[t - 1] - v->derived[t - 1];
    return u;
}

static void estimate(const struct estimated_values *v, struct arena *scratch, double *ret)
{
    const struct adjusted_params *p = v->params;
    const struct discounted_ridge_plan plan = {.lags = p->lags,
                                               .season = v->season,
                                               .alpha = p->alpha,
                                               .discount = p->discount,
                                               .prior = p->prior};
    const double *u = unexpected(v, scratch);
    discounted_ridge_fit(&plan, u, v->n - adjusted_first(v->season), scratch, ret);
}

static bool valid(const struct estimated_values *v, const double *x UNUSED)
{
    for (size_t t = adjusted_first(v->season); t <= v->n; t++)
        if (!isfinite(v->derived[t - 1]))
            return false;
    return true;
}

static void ahead(const struct estimated_values *v, const double *x, size_t horizon,
                  struct arena *scratch, double *ret)
{
    const struct adjusted_params *p = v->params;
    size_t m = v->season;
    double *u = ARENA_ARRAY(scratch, double, p->lags + horizon);
    double *pattern = ARENA_ARRAY(scratch, double, m), y = v->y[v->n - 1];
    memcpy(u, unexpected(v, scratch) + (v->n - adjusted_first(m) - p->lags),
           p->lags * sizeof *u);
    if (horizon > 1)
        find_pattern(v, v->n, scratch, pattern);
    for (size_t h = 0; h < horizon; h++) {
        double *next = u + p->lags + h;
        for (size_t i = 0; i < p->lags; i++)
            *next += x[i] * next[-1 - (ptrdiff_t)i];
        y += h == 0 ? v->derived[v->n - 1] : pattern[h % m] - pattern[(h - 1) % m];
        y += *next;
        ret[h] = y;
    }
}

static const struct estimated_family family = {.estimates = estimates,
                                               .derive = derive,
                                               .estimate = estimate,
                                               .valid = valid,
                                               .forecast = ahead};

const struct series_model series_stl_ridge = {
    .name = "stl_ridge",
    .summary =
        "the last value, the seasonal change that STL expects of the last ones, and "
        "by ridge what came besides lately",
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
