/* STL for models: its plan from their parameters, and the season of the steps to come. */
#include <string.h>

#include "models/adjusted_internal.h"

size_t adjusted_first(size_t season)
{
    return season > 1 && season < SIZE_MAX / 4 ? stl_least(season) + 6 : SIZE_MAX;
}

static enum status refuse(struct error *err, const char *key)
{
    error_field(err, key);
    return STATUS_INPUT;
}

static enum status check(const struct series_choice *choice, size_t season,
                         struct error *err)
{
    const struct adjusted_params *p = choice->params;
    const char *name = choice->model->name;
    if (p->seasonal % 2 == 0) {
        error_set(err, STATUS_INPUT,
                  "'%s' smooths over an odd number of seasons, not %zu", name,
                  p->seasonal);
        return refuse(err, "seasonal");
    }
    if (p->trend > 0 && p->trend % 2 == 0) {
        error_set(err, STATUS_INPUT, "'%s' smooths over an odd number of steps, not %zu",
                  name, p->trend);
        return refuse(err, "trend");
    }
    if (p->window > 0 && p->window < adjusted_first(season)) {
        error_set(err, STATUS_INPUT, "'%s' looks at no fewer than %zu values, not %zu",
                  name, adjusted_first(season), p->window);
        error_hint(err, "a season has %zu steps", season);
        return refuse(err, "window");
    }
    return STATUS_OK;
}

enum status adjusted_fit(const struct series_choice *choice, const struct series *s,
                         const struct fit_context *context, void **ret_state,
                         struct error *err)
{
    TRY(check(choice, s->season, err));
    return estimated_fit(choice, s, context, ret_state, err);
}

enum status adjusted_load(const json_t *saved, const struct series_choice *choice,
                          size_t season, const char *path, struct arena *mem,
                          void **ret_state, struct error *err)
{
    TRY(check(choice, season, err));
    return estimated_load(saved, choice, season, path, mem, ret_state, err);
}

void adjusted_decompose(const struct adjusted_params *params, const double *y, size_t n,
                        size_t season, struct arena *scratch, double *ret,
                        double *ret_pattern)
{
    const struct stl_plan plan = {.season = season,
                                  .seasonal = params->seasonal,
                                  .seasonal_degree = (unsigned)params->seasonal_deg,
                                  .trend = params->trend,
                                  .trend_degree = 1,
                                  .low_pass_degree = 1,
                                  .inner = params->inner_iter,
                                  .outer = params->outer_iter};
    double *part = ARENA_ARRAY(scratch, double, n);
    double *trend = ARENA_ARRAY(scratch, double, n);
    stl_run(stl_new(&plan, n, scratch), y, part, trend);
    for (size_t t = 0; ret && t < n; t++)
        ret[t] = y[t] - part[t];
    memcpy(ret_pattern, part + (n - season), season * sizeof *part);
}

double adjusted_turn(double *pattern, size_t season)
{
    double first = pattern[0];
    memmove(pattern, pattern + 1, (season - 1) * sizeof *pattern);
    return pattern[season - 1] = first;
}
