/* Regression on outside columns with autoregressive errors (forecast/dynamic_regression.h).
 *
 * A step is explained by what the columns were `lag` steps before and, with more than one
 * of `lags`, by the values before that.  Further ahead than that the last known value of a
 * column stands for those to come, as it does for a missing one: nothing is read of a
 * column behind the last step that is known of the series.
 *
 *     {"values": […], "columns": [[…], …], "constant": 2.1, "weights": […], "phi": […]} */
#include <math.h>
#include <string.h>

#include "file/json.h"
#include "forecast/dynamic_regression.h"
#include "series/bridge.h"
#include "series/series.h"
#include "series/values.h"

_Static_assert((size_t)SERIES_COLUMNS <= DYNAMIC_COLUMNS_MOST, "room for each column");

struct dynamic_params {
    size_t order, lag, lags;
};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION(struct dynamic_params, order, 0, 12, "N", "lags of the errors"),
    OPTION(struct dynamic_params, lag, 1, 60, "N",
           "steps after which a column's value is known and counts"),
    OPTION(struct dynamic_params, lags, 1, 16, "N",
           "values of each column that count, that one and those before it"),
};
/* clang-format on */

static const struct dynamic_params defaults = {.order = 1, .lag = 1, .lags = 1};

struct dynamic_state {
    struct dynamic_params params;
    size_t season;
    size_t n, cap;             // steps, and room for them
    double *y;                 // [cap] bridged
    size_t p, seen, x_cap;     // columns, steps that are known of them, and room
    double *x[SERIES_COLUMNS]; // [p][x_cap] NaN before the first value alone
    bool ready;                // there were enough steps for a fit
    struct dynamic_regression fit;
};

static size_t reach(const struct dynamic_params *p)
{
    return p->lag + p->lags - 1;
}

/* Of one column; with more there is no forecast until there are rows for them. */
static size_t least(const void *params, size_t season UNUSED)
{
    const struct dynamic_params *p = params;
    return reach(p) + dynamic_regression_least(p->lags, p->order);
}

static size_t first_known(const double *x, size_t n)
{
    size_t t = 0;
    while (t < n && isnan(x[t]))
        t++;
    return t;
}

/* The first step with a value and all that explains it; n where there is none. */
static size_t first_explained(const struct dynamic_state *d)
{
    size_t from = first_known(d->y, d->n);
    for (size_t j = 0; j < d->p; j++) {
        size_t first = first_known(d->x[j], d->n) + reach(&d->params);
        from = first > from ? first : from;
    }
    return from < d->n ? from : d->n;
}

static bool enough(const struct dynamic_state *d)
{
    return d->n - first_explained(d) >=
           dynamic_regression_least(d->fit.columns, d->fit.order);
}

static double column_at(const struct dynamic_state *d, size_t j, size_t step)
{
    return d->x[j][step < d->n ? step : d->n - 1];
}

/* What explains the steps from `from` on, and so many behind the last: [columns][…]. */
static void explaining(const struct dynamic_state *d, size_t from, size_t ahead,
                       struct arena *scratch, const double **ret)
{
    size_t n = d->n - from + ahead;
    for (size_t i = 0; i < d->fit.columns; i++) {
        size_t j = i / d->params.lags, lag = d->params.lag + i % d->params.lags;
        double *x = ARENA_ARRAY(scratch, double, n);
        for (size_t t = 0; t < n; t++)
            x[t] = column_at(d, j, from + t - lag);
        ret[i] = x;
    }
}

static enum status estimate(struct dynamic_state *d, struct error *err)
{
    struct arena scratch = {0};
    const double *x[DYNAMIC_COLUMNS_MOST];
    size_t from = first_explained(d);
    bool finite = true;
    d->ready = enough(d);
    if (d->ready) {
        explaining(d, from, 0, &scratch, x);
        finite = dynamic_regression_fit(d->y + from, x, d->n - from, &scratch, &d->fit);
    }
    arena_release(&scratch);
    return finite ? STATUS_OK
                  : error_set(err, STATUS_INPUT,
                              "the values are too large for 'dynamic_regression': its "
                              "sums overflow");
}

static void append(struct dynamic_state *d, double y, struct arena *mem)
{
    ARENA_ROOM(mem, d->y, d->n, d->cap, 16);
    d->y[d->n++] = y;
    size_t first = first_known(d->y, d->n), known = d->n - first;
    if (known > 0)
        bridge_gaps(d->y + first, known - 1, known, d->season);
}

static enum status see(void *state, size_t p, const double *const *x, size_t k,
                       struct arena *mem, struct error *err)
{
    struct dynamic_state *d = state;
    if (p != d->p)
        return error_set(err, STATUS_INPUT,
                         "the model was fitted on %zu outside column%s, there are %zu",
                         d->p, d->p == 1 ? "" : "s", p);
    for (size_t i = 0; i < k; i++) {
        size_t cap = d->x_cap;
        for (size_t j = 0; j < d->p; j++) {
            cap = d->x_cap;
            ARENA_ROOM(mem, d->x[j], d->seen, cap, 16);
            bool lacks = isnan(x[j][i]) && d->seen > 0;
            d->x[j][d->seen] = lacks ? d->x[j][d->seen - 1] : x[j][i];
        }
        d->x_cap = cap;
        d->seen++;
    }
    return STATUS_OK;
}

static enum status extend(void *state, const double *y, size_t k, struct arena *mem,
                          struct error *err)
{
    struct dynamic_state *d = state;
    for (size_t i = 0; i < k; i++)
        append(d, y[i], mem);
    return estimate(d, err);
}

static enum status follow(void *state, const double *y, size_t k, struct arena *mem,
                          struct error *err)
{
    struct dynamic_state *d = state;
    for (size_t i = 0; i < k; i++)
        append(d, y[i], mem);
    return d->ready ? STATUS_OK : estimate(d, err);
}

static struct dynamic_state *dynamic_new(const struct series_choice *choice,
                                         size_t season, size_t p, struct arena *mem)
{
    struct dynamic_state *d = ARENA_NEW(mem, struct dynamic_state);
    const struct dynamic_params *params = choice->params;
    *d = (struct dynamic_state){.params = *params, .season = season, .p = p};
    d->fit.columns = p * params->lags;
    d->fit.order = params->order;
    return d;
}

static enum status fit(const struct series_choice *choice, const struct series *s,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    const struct dynamic_params *p = choice->params;
    if (s->p * p->lags > DYNAMIC_COLUMNS_MOST)
        return error_set(err, STATUS_INPUT,
                         "%zu outside columns with %zu lags each, 'dynamic_regression' "
                         "takes %zu in all",
                         s->p, p->lags, DYNAMIC_COLUMNS_MOST);
    struct dynamic_state *d = dynamic_new(choice, s->season, s->p, context->mem);
    *ret_state = d;
    TRY(see(d, s->p, s->x, s->n, context->mem, err));
    return extend(d, s->y, s->n, context->mem, err);
}

static enum status forecast(const void *state, size_t horizon, double *ret,
                            struct error *err UNUSED)
{
    const struct dynamic_state *d = state;
    struct arena scratch = {0};
    const double *x[DYNAMIC_COLUMNS_MOST];
    size_t from = first_explained(d);
    for (size_t h = 0; h < horizon; h++)
        ret[h] = NAN;
    if (d->ready) {
        explaining(d, from, horizon, &scratch, x);
        dynamic_regression_forecast(&d->fit, d->y + from, x, d->n - from, horizon,
                                    &scratch, ret);
    }
    arena_release(&scratch);
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct dynamic_state *d = state;
    json_t *columns = json_array();
    for (size_t j = 0; j < d->p; j++)
        json_array_append_new(columns, values_json(d->x[j], d->n));
    return json_pack("{s:o, s:o, s:f, s:o, s:o}", "values", values_json(d->y, d->n),
                     "columns", columns, "constant", d->fit.constant, "weights",
                     values_json(d->fit.weight, d->fit.columns), "phi",
                     values_json(d->fit.phi, d->fit.order));
}

/* A list of so many numbers, none of which is missing. */
static enum status read_numbers(const json_t *saved, const char *key, const char *path,
                                size_t n, struct arena *mem, double *ret,
                                struct error *err)
{
    double *x;
    TRY(values_read(saved, key, path, n, mem, &x, err));
    for (size_t i = 0; i < n; i++)
        if (isnan(x[i]))
            return error_refuse(err, path, key, "expected a number at place %zu", i + 1);
    memcpy(ret, x, n * sizeof *ret);
    return STATUS_OK;
}

/* Only what stands before the first value may be missing. */
static enum status check_gaps(const double *x, size_t n, const char *key,
                              const char *path, struct error *err)
{
    for (size_t t = first_known(x, n); t < n; t++)
        if (isnan(x[t]))
            return error_refuse(err, path, key, "expected a number at place %zu", t + 1);
    return STATUS_OK;
}

/* One of the columns, which are lists in a list. */
static enum status read_column(json_t *list, const char *path, size_t j,
                               struct arena *mem, struct dynamic_state *d,
                               struct error *err)
{
    json_t *one = json_pack("{s:O}", "columns", json_array_get(list, j));
    enum status status = values_read(one, "columns", path, d->n, mem, &d->x[j], err);
    json_decref(one);
    return status == STATUS_OK ? check_gaps(d->x[j], d->n, "columns", path, err) : status;
}

static enum status load(const json_t *saved, const struct series_choice *choice,
                        size_t season, const char *path, struct arena *mem,
                        void **ret_state, struct error *err)
{
    const struct dynamic_params *params = choice->params;
    json_t *list, *values;
    TRY(json_get_array(saved, "columns", path, &list, err));
    size_t p = json_array_size(list);
    if (p == 0 || p * params->lags > DYNAMIC_COLUMNS_MOST || p > SERIES_COLUMNS)
        return error_refuse(err, path, "columns", "expected 1 to %zu lists, found %zu",
                            DYNAMIC_COLUMNS_MOST / params->lags, p);
    struct dynamic_state *d = dynamic_new(choice, season, p, mem);
    TRY(json_get_array(saved, "values", path, &values, err));
    d->n = d->cap = d->seen = d->x_cap = json_array_size(values);
    TRY(values_read(saved, "values", path, d->n, mem, &d->y, err));
    TRY(check_gaps(d->y, d->n, "values", path, err));
    for (size_t j = 0; j < p; j++)
        TRY(read_column(list, path, j, mem, d, err));
    TRY(json_get_real(saved, "constant", path, &d->fit.constant, err));
    TRY(read_numbers(saved, "weights", path, d->fit.columns, mem, d->fit.weight, err));
    TRY(read_numbers(saved, "phi", path, d->fit.order, mem, d->fit.phi, err));
    d->ready = enough(d);
    *ret_state = d;
    return STATUS_OK;
}

const struct series_model series_dynamic_regression = {
    .name = "dynamic_regression",
    .summary = "regression on outside columns that were known before, with "
               "autoregressive errors",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct dynamic_params),
    .defaults = &defaults,
    .least = least,
    .fit = fit,
    .see = see,
    .extend = extend,
    .follow = follow,
    .forecast = forecast,
    .save = save,
    .load = load,
};
