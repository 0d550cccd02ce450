/* A combination of series models, each weighed by how it did before (Bates & Granger 1969,
 * Operational Research Quarterly 20, with the discount of their fourth method and a power).
 *
 *     w[k] ~ S[k]^-power,  S[k] = discount S[k] + e[k]^2
 *
 * e[k] are the errors of one-step forecasts, each of which the member made before the value
 * was known, having learnt from all values before; S[k] is 1e-12 at first.  The forecasts of
 * all horizons are averaged with the same weights.  A fit therefore is a backtest of every
 * member (combination_internal.h).
 *
 * A step counts for the weights where it has a value and every member a forecast.  A member
 * that has no forecast is left out of the average, the weights of the others summing to 1.
 *
 * With a transform of the combination, members and errors are on its scale. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/transcend.h"
#include "file/json.h"
#include "series/backtest.h"
#include "models/combination_internal.h"
#include "series/fitted.h"
#include "series/values.h"

static const double start = 1e-12;

/* clang-format off */
static const struct option_row rows[] = {
    OPTION_ENUM(struct combination_params, weights, "inverse_error|equal",
                "by the members' past errors, or all alike"),
    OPTION(struct combination_params, power, 0, 20, "REAL",
           "weights are the discounted sums of squared errors to minus this power"),
    OPTION(struct combination_params, discount, 0.01, 1, "REAL",
           "what a step more takes off the past errors; 1: they all count alike"),
    OPTION(struct combination_params, first, 0, 1e9, "N",
           "steps known at the first origin whose forecasts count; 0: as many as the "
           "members need"),
};
/* clang-format on */

extern const struct series_model series_stl_ets, series_stl_ridge, series_stl_ar;
static struct candidate usual[] = {
    {"stl_ets", {.model = &series_stl_ets}},
    {"stl_ridge", {.model = &series_stl_ridge}},
    {"stl_ar", {.model = &series_stl_ar}},
};
static const struct candidates usual_members = {COUNT_OF(usual), usual};
static const struct combination_params defaults = {
    .power = 3, .discount = 0.95, .of = &usual_members};

struct combination {
    const struct combination_params *params;
    size_t season, steps;
    int32_t first;                // key of the first of the steps
    size_t horizon;               // that forecasts are wanted for
    double *errors;               // [members] S
    struct series_fitted *member; // [members]
    bool *known;                  // [members] it has learnt
    double *waiting;              // [steps] values, while a member has not learnt yet
    size_t room;                  // of them
};

size_t combination_first(const struct combination_params *p, size_t season)
{
    size_t most = p->first;
    for (size_t k = 0; k < p->of->n; k++) {
        size_t least = series_least(&p->of->item[k].choice, season);
        most = least > most ? least : most;
    }
    return most;
}

static size_t least(const void *params, size_t season)
{
    return combination_first(params, season);
}

/* Takes the forecasts of the members, NaN where there is none, to their average.  Weights
 * are (least S / S)^power, which is at most 1 whatever the sums are. */
static double average(const struct combination_params *p, const double *errors,
                      const double *forecast, size_t stride)
{
    double sum = 0, weights = 0, least_error = INFINITY;
    for (size_t k = 0; k < p->of->n; k++)
        least_error = errors[k] < least_error ? errors[k] : least_error;
    for (size_t k = 0; k < p->of->n; k++) {
        double x = forecast[k * stride], w = 1;
        if (isnan(x))
            continue;
        if (p->weights == WEIGHTS_INVERSE_ERROR)
            w = transcend_exp(p->power * transcend_log(least_error / errors[k]));
        sum += w * x;
        weights += w;
    }
    return weights > 0 ? sum / weights : NAN;
}

/* Counts the step that turned out to be y. */
static void count(const struct combination_params *p, double *errors,
                  const double *forecast, double y)
{
    bool counts = !isnan(y);
    for (size_t k = 0; k < p->of->n; k++)
        counts = counts && isfinite(forecast[k]);
    for (size_t k = 0; counts && k < p->of->n; k++) {
        double e = forecast[k] - y;
        errors[k] = fmin(fmax(p->discount * errors[k] + e * e, DBL_MIN), DBL_MAX);
    }
}

static double *first_errors(const struct combination_params *p, struct arena *mem)
{
    double *errors = ARENA_ARRAY(mem, double, p->of->n);
    for (size_t k = 0; k < p->of->n; k++)
        errors[k] = start;
    return errors;
}

/* Lets the members that can learn from these steps. */
static enum status fit_members(struct combination *c, const struct series *s,
                               const struct fit_context *context, struct error *err)
{
    const struct candidates *of = c->params->of;
    bool all = true;
    for (size_t k = 0; k < of->n; k++) {
        const struct series_choice *choice = &of->item[k].choice;
        if (!c->known[k] && series_known(choice, s)) {
            TRY(series_fit(choice, s, context, &c->member[k], err));
            c->known[k] = true;
        }
        all = all && c->known[k];
    }
    if (all)
        c->waiting = NULL;
    return STATUS_OK;
}

static enum status learn_errors(struct combination *c, const struct series *s,
                                const struct fit_context *context, struct error *err)
{
    struct arena scratch = {0};
    struct combination_paths paths;
    enum status status =
        combination_paths_of(c->params, s, 1, context, &scratch, &paths, err);
    double *forecast = ARENA_ARRAY(&scratch, double, c->params->of->n);
    for (size_t t = paths.from; status == STATUS_OK && t < s->n; t++) {
        for (size_t k = 0; k < paths.members; k++)
            forecast[k] = path_at(&paths, k, t, 0);
        count(c->params, c->errors, forecast, s->y[t]);
    }
    arena_release(&scratch);
    return status;
}

static struct combination *combination_new(const struct series_choice *choice,
                                           size_t season, struct arena *mem)
{
    const struct combination_params *p = choice->params;
    struct combination *c = ARENA_NEW(mem, struct combination);
    *c = (struct combination){.params = p, .season = season};
    c->member = ARENA_ARRAY(mem, struct series_fitted, p->of->n);
    c->known = ARENA_ARRAY(mem, bool, p->of->n);
    return c;
}

static enum status fit(const struct series_choice *choice, const struct series *s,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    struct combination *c = combination_new(choice, s->season, context->mem);
    c->errors = first_errors(c->params, context->mem);
    c->waiting = ARENA_ARRAY(context->mem, double, s->n);
    c->room = c->steps = s->n;
    c->first = s->first;
    c->horizon = s->horizon;
    memcpy(c->waiting, s->y, s->n * sizeof *s->y);
    TRY(learn_errors(c, s, context, err));
    TRY(fit_members(c, s, context, err));
    *ret_state = c;
    return STATUS_OK;
}

/* The members' forecasts for the next n steps, in ret[members][n]. */
static enum status ask(const struct combination *c, size_t n, double *ret,
                       struct error *err)
{
    for (size_t k = 0; k < c->params->of->n; k++) {
        for (size_t h = 0; h < n; h++)
            ret[k * n + h] = NAN;
        if (c->known[k])
            TRY(series_forecast(&c->member[k], n, ret + k * n, err));
    }
    return STATUS_OK;
}

/* Lets those wait on that still cannot learn. */
static enum status wait_on(struct combination *c, double y, struct arena *mem,
                           struct error *err)
{
    const struct fit_context context = {.mem = mem, .threads = 1};
    if (!c->waiting)
        return STATUS_OK;
    ARENA_ROOM(mem, c->waiting, c->steps - 1, c->room, 64);
    c->waiting[c->steps - 1] = y;
    struct series s = {.n = c->steps,
                       .season = c->season,
                       .first = c->first,
                       .horizon = c->horizon,
                       .y = c->waiting};
    return fit_members(c, &s, &context, err);
}

static enum status take(struct combination *c, double y, double *forecast,
                        struct arena *mem, struct error *err)
{
    const struct series more = {.n = 1, .y = &y};
    TRY(ask(c, 1, forecast, err));
    count(c->params, c->errors, forecast, y);
    for (size_t k = 0; k < c->params->of->n; k++)
        if (c->known[k])
            TRY(series_extend(&c->member[k], &more, mem, err));
    c->steps++;
    return wait_on(c, y, mem, err);
}

static enum status extend(void *state, const double *y, size_t k, struct arena *mem,
                          struct error *err)
{
    struct combination *c = state;
    struct arena scratch = {0};
    double *forecast = ARENA_ARRAY(&scratch, double, c->params->of->n);
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < k; i++)
        status = take(c, y[i], forecast, mem, err);
    arena_release(&scratch);
    return status;
}

static enum status forecast(const void *state, size_t horizon, double *ret,
                            struct error *err)
{
    const struct combination *c = state;
    struct arena scratch = {0};
    double *each = ARENA_ARRAY(&scratch, double, c->params->of->n *horizon);
    enum status status = ask(c, horizon, each, err);
    for (size_t h = 0; status == STATUS_OK && h < horizon; h++)
        ret[h] = average(c->params, c->errors, each + h, horizon);
    arena_release(&scratch);
    return status;
}

/* All origins from the members' paths. */
static enum status backtest(const struct series_choice *choice, const struct series *s,
                            const struct backtest_plan *plan,
                            const struct fit_context *context, struct arena *scratch,
                            double *ret, struct error *err)
{
    const struct combination_params *p = choice->params;
    struct combination_paths paths;
    size_t ahead = plan->gap + plan->horizon, next = plan->first;
    size_t n = backtest_origins(plan, s->n) * plan->horizon;
    for (size_t i = 0; i < n; i++)
        ret[i] = NAN;
    if (s->n < combination_first(p, s->season))
        return STATUS_OK;
    TRY(combination_paths_of(p, s, ahead, context, scratch, &paths, err));
    double *errors = first_errors(p, scratch);
    double *each = ARENA_ARRAY(scratch, double, p->of->n);
    for (size_t t = paths.from; t <= s->n; t++) {
        while (next < t)
            next += plan->step;
        for (size_t h = plan->gap; next == t && h < ahead; h++) {
            for (size_t k = 0; k < p->of->n; k++)
                each[k] = path_at(&paths, k, t, h);
            ret[(t - plan->first) / plan->step * plan->horizon + h - plan->gap] =
                average(p, errors, each, 1);
        }
        for (size_t k = 0; k < p->of->n; k++)
            each[k] = path_at(&paths, k, t, 0);
        if (t < s->n)
            count(p, errors, each, s->y[t]);
    }
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct combination *c = state;
    json_t *members = json_array();
    for (size_t k = 0; k < c->params->of->n; k++)
        json_array_append_new(members,
                              c->known[k] ? series_save(&c->member[k]) : json_null());
    json_t *saved =
        json_pack("{s:I, s:o, s:o}", "steps", (json_int_t)c->steps, "errors",
                  values_json(c->errors, c->params->of->n), "members", members);
    if (c->waiting) {
        json_object_set_new(saved, "first", json_integer(c->first));
        json_object_set_new(saved, "horizon", json_integer((json_int_t)c->horizon));
        json_object_set_new(saved, "waiting", values_json(c->waiting, c->steps));
    }
    return saved;
}

static enum status load_member(const json_t *saved, const char *path, struct arena *mem,
                               struct combination *c, size_t k, struct error *err)
{
    c->known[k] = !json_is_null(saved);
    if (!c->known[k])
        return STATUS_OK;
    if (!json_is_object(saved))
        return error_refuse(err, path, "members",
                            "expected an object or null at place %zu", k + 1);
    return series_load(saved, &c->params->of->item[k].choice, c->season, c->steps, path,
                       mem, &c->member[k], err);
}

static enum status load_waiting(const json_t *saved, const char *path, struct arena *mem,
                                struct combination *c, struct error *err)
{
    bool all = true;
    double first;
    for (size_t k = 0; k < c->params->of->n; k++)
        all = all && c->known[k];
    if (all)
        return STATUS_OK;
    TRY(json_get_real(saved, "first", path, &first, err));
    if (!(first >= INT32_MIN && first <= INT32_MAX) || first != floor(first))
        return error_refuse(err, path, "first", "expected a whole number of 32 bits");
    c->first = (int32_t)first;
    TRY(json_get_size(saved, "horizon", path, &c->horizon, err));
    c->room = c->steps;
    return values_read(saved, "waiting", path, c->steps, mem, &c->waiting, err);
}

static enum status load(const json_t *saved, const struct series_choice *choice,
                        size_t season, const char *path, struct arena *mem,
                        void **ret_state, struct error *err)
{
    struct combination *c = combination_new(choice, season, mem);
    size_t n = c->params->of->n;
    json_t *members;
    TRY(json_get_size(saved, "steps", path, &c->steps, err));
    TRY(values_read(saved, "errors", path, n, mem, &c->errors, err));
    for (size_t k = 0; k < n; k++)
        if (!(c->errors[k] > 0))
            return error_refuse(err, path, "errors", "expected numbers above 0");
    TRY(json_get_array(saved, "members", path, &members, err));
    if (json_array_size(members) != n)
        return error_refuse(err, path, "members", "expected %zu, found %zu", n,
                            json_array_size(members));
    for (size_t k = 0; k < n; k++)
        TRY(load_member(json_array_get(members, k), path, mem, c, k, err));
    TRY(load_waiting(saved, path, mem, c, err));
    *ret_state = c;
    return STATUS_OK;
}

const struct series_model series_combination = {
    .name = "combination",
    .summary = "an average of models, `of`, weighed by their past errors",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct combination_params),
    .defaults = &defaults,
    .of = offsetof(struct combination_params, of),
    .least = least,
    .fit = fit,
    .extend = extend,
    .forecast = forecast,
    .backtest = backtest,
    .save = save,
    .load = load,
};
