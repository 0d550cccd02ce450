/* Ridge regression of a series on its own lags: the last values and those of the seasons
 * before (Hoerl & Kennard 1970, Technometrics 12).
 *
 *     minimise sum over t of discount^(age of t) (y[t] - b - sum w[i] y[t - lag i])^2 / v
 *              + alpha |w|^2
 *
 * v is the weighted variance of the y[t], so that alpha has no unit; with discount 1 it is
 * scikit-learn's Ridge on values divided by their standard deviation.  Lags are bridged
 * values (series/bridge.h); a step that is missing is not learnt from.  Further ahead than
 * one step the forecasts stand for the values.
 *
 * The state is the sums of products, so that a value more costs lags^2 and one solution. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "file/json.h"
#include "series/bridge.h"
#include "series/series.h"
#include "series/values.h"
#include "steps/linalg.h"

enum { MOST = 64 }; // lags

struct ridge_lags_params {
    size_t lags, seasons;
    double alpha, discount;
};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION(struct ridge_lags_params, lags, 1, 60, "N", "last values"),
    OPTION(struct ridge_lags_params, seasons, 0, 4, "N",
           "values at the same place of the seasons before, where there is a season"),
    OPTION(struct ridge_lags_params, alpha, 1e-6, 1e9, "REAL",
           "penalty on the squared weights"),
    OPTION(struct ridge_lags_params, discount, 0.5, 1, "REAL",
           "what a step more takes off the weight of a row"),
};
/* clang-format on */

static const struct ridge_lags_params defaults = {
    .lags = 3, .seasons = 1, .alpha = 1, .discount = 1};

struct ridge_lags {
    const struct ridge_lags_params *params;
    size_t season, p, lag[MOST]; // [p]
    size_t room;          // of the tail: the largest lag, and a season to bridge by
    double *tail;         // [room] last bridged values, NaN before the first
    double shift;         // the first value, which is taken off all
    double weight;        // of the rows so far
    double sum[MOST + 1]; // of lags and, last, target
    double *product;      // [p + 1][p + 1]
    double w[MOST], b;    // the solution; b NaN: none yet
};

/* The lags; the largest of them. */
static size_t lags_of(const struct ridge_lags_params *p, size_t season, size_t *lag,
                      size_t *ret_n)
{
    size_t n = 0, most = p->lags;
    for (size_t i = 1; i <= p->lags; i++)
        lag[n++] = i;
    for (size_t k = 1; season > 0 && k <= p->seasons; k++)
        if (season * k > p->lags)
            lag[n++] = most = season * k;
    *ret_n = n;
    return most;
}

static size_t least(const void *params, size_t season)
{
    size_t lag[MOST], n;
    if (season > SIZE_MAX / 8)
        return SIZE_MAX;
    size_t most = lags_of(params, season, lag, &n);
    return most + n + 2;
}

static struct ridge_lags *ridge_lags_new(const struct series_choice *choice,
                                         size_t season, struct arena *mem)
{
    struct ridge_lags *r = ARENA_NEW(mem, struct ridge_lags);
    *r = (struct ridge_lags){.params = choice->params, .season = season, .b = NAN};
    r->shift = NAN;
    r->room = lags_of(r->params, season, r->lag, &r->p);
    r->room = r->room > season + 1 ? r->room : season + 1;
    r->product = ARENA_ARRAY(mem, double, (r->p + 1) * (r->p + 1));
    return r;
}

static void push(double *tail, size_t room, double y)
{
    memmove(tail, tail + 1, (room - 1) * sizeof *tail);
    tail[room - 1] = y;
}

/* Adds the row of a step whose value is known, and makes the others a step older. */
static void count(struct ridge_lags *r, double y)
{
    double x[MOST + 1], discount = r->params->discount;
    size_t q = r->p + 1;
    for (size_t i = 0; i < r->p; i++)
        x[i] = r->tail[r->room - r->lag[i]] - r->shift;
    x[r->p] = y - r->shift;
    bool counts = true;
    for (size_t i = 0; i < q; i++)
        counts = counts && !isnan(x[i]);
    r->weight = discount * r->weight + (counts ? 1 : 0);
    for (size_t i = 0; i < q; i++) {
        r->sum[i] = discount * r->sum[i] + (counts ? x[i] : 0);
        for (size_t k = 0; k < q; k++)
            r->product[i * q + k] =
                discount * r->product[i * q + k] + (counts ? x[i] * x[k] : 0);
    }
}

/* The sum of products around the means. */
static double around_means(const struct ridge_lags *r, size_t i, size_t k)
{
    return r->product[i * (r->p + 1) + k] - r->sum[i] * r->sum[k] / r->weight;
}

static void solve(struct ridge_lags *r, struct arena *scratch)
{
    size_t p = r->p;
    double *a = ARENA_ARRAY(scratch, double, p *p);
    double scale = r->weight > 0 ? around_means(r, p, p) / r->weight : NAN;
    r->b = NAN;
    if (isnan(scale))
        return;
    double alpha = r->params->alpha * (scale > 0 ? scale : 1);
    for (size_t i = 0; i < p; i++) {
        for (size_t k = 0; k < p; k++)
            a[i * p + k] = around_means(r, i, k) + (i == k ? alpha : 0);
        r->w[i] = around_means(r, i, p);
    }
    if (!linalg_cholesky(a, p, 0))
        return;
    linalg_cholesky_solve(a, p, r->w);
    double b = r->sum[p];
    for (size_t i = 0; i < p; i++)
        b -= r->w[i] * r->sum[i];
    r->b = b / r->weight;
}

static enum status extend(void *state, const double *y, size_t k,
                          struct arena *mem UNUSED, struct error *err)
{
    struct ridge_lags *r = state;
    struct arena scratch = {0};
    for (size_t i = 0; i < k; i++) {
        if (isnan(r->shift))
            r->shift = y[i];
        count(r, y[i]);
        push(r->tail, r->room,
             isnan(y[i]) ? bridge_value(r->tail + r->room, r->room, r->season) : y[i]);
    }
    solve(r, &scratch);
    arena_release(&scratch);
    if (!isfinite(r->product[(r->p + 1) * (r->p + 1) - 1]))
        return error_set(err, STATUS_INPUT,
                         "the values are too large: their squares overflow");
    return STATUS_OK;
}

static enum status fit(const struct series_choice *choice, const struct series *s,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    struct ridge_lags *r = ridge_lags_new(choice, s->season, context->mem);
    r->tail = ARENA_ARRAY(context->mem, double, r->room);
    for (size_t i = 0; i < r->room; i++)
        r->tail[i] = NAN;
    *ret_state = r;
    return extend(r, s->y, s->n, context->mem, err);
}

static enum status forecast(const void *state, size_t horizon, double *ret,
                            struct error *err UNUSED)
{
    const struct ridge_lags *r = state;
    struct arena scratch = {0};
    double *tail = ARENA_ARRAY(&scratch, double, r->room);
    memcpy(tail, r->tail, r->room * sizeof *tail);
    for (size_t h = 0; h < horizon; h++) {
        double y = r->b + r->shift;
        for (size_t i = 0; i < r->p; i++)
            y += r->w[i] * (tail[r->room - r->lag[i]] - r->shift);
        ret[h] = y;
        push(tail, r->room, y);
    }
    arena_release(&scratch);
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct ridge_lags *r = state;
    size_t q = r->p + 1;
    return json_pack("{s:o, s:o, s:f, s:o, s:o}", "tail", values_json(r->tail, r->room),
                     "shift", json_finite(r->shift), "weight", r->weight, "sums",
                     values_json(r->sum, q), "products", values_json(r->product, q * q));
}

static enum status load(const json_t *saved, const struct series_choice *choice,
                        size_t season, const char *path, struct arena *mem,
                        void **ret_state, struct error *err)
{
    struct arena scratch = {0};
    struct ridge_lags *r = ridge_lags_new(choice, season, mem);
    size_t q = r->p + 1;
    double *sums;
    TRY(values_read(saved, "tail", path, r->room, mem, &r->tail, err));
    TRY(json_get_real_or_null(saved, "shift", path, &r->shift, err));
    TRY(json_get_real(saved, "weight", path, &r->weight, err));
    TRY(values_read(saved, "sums", path, q, mem, &sums, err));
    TRY(values_read(saved, "products", path, q * q, mem, &r->product, err));
    if (r->weight < 0)
        return error_refuse(err, path, "weight", "expected a number of at least 0");
    memcpy(r->sum, sums, q * sizeof *sums);
    solve(r, &scratch);
    arena_release(&scratch);
    *ret_state = r;
    return STATUS_OK;
}

const struct series_model series_ridge_lags = {
    .name = "ridge_lags",
    .summary = "ridge regression on the last values and those of the seasons before",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct ridge_lags_params),
    .defaults = &defaults,
    .least = least,
    .fit = fit,
    .extend = extend,
    .forecast = forecast,
    .save = save,
    .load = load,
};
