/* From a choice to a state and on: what a model takes in and says, by way of the transform.
 *
 * Without a transform the model sees the values themselves, and these calls are its own. */
#include "series/fitted.h"

#include <math.h>
#include <string.h>

#include "series/bridge.h"

/* Learns or follows. */
typedef enum status take_in(void *state, const double *y, size_t k, struct arena *mem,
                            struct error *err);

/* Lets the tail end with x. */
static void push(struct series_fitted *f, double x)
{
    memmove(f->tail, f->tail + 1, f->seen.season * sizeof *f->tail);
    f->tail[f->seen.season] = x;
}

/* The difference that x makes to the values before `end`; NaN while there are not enough. */
static double difference(const struct series_fitted *f, const double *end, double x)
{
    size_t m = f->seen.season;
    switch (f->choice.transform.difference) {
    case DIFFERENCE_FIRST: return x - end[-1];
    case DIFFERENCE_SEASONAL: return x - end[-(ptrdiff_t)m];
    case DIFFERENCE_BOTH:
        return x - end[-1] - (end[-(ptrdiff_t)m] - end[-(ptrdiff_t)m - 1]);
    default: return x;
    }
}

/* The next value as the model sees it. */
static double sees(struct series_fitted *f, double y)
{
    double x = transform_to(&f->way, y);
    if (!f->tail)
        return x;
    const double *end = f->tail + f->seen.season + 1;
    if (isnan(x))
        x = bridge_value(end, f->seen.season + 1, f->seen.season);
    double d = difference(f, end, x);
    push(f, x);
    return d;
}

/* Checks k values and adds what the model sees of them to ret[k]. */
static enum status see(struct series_fitted *f, const double *y, size_t k, double *ret,
                       struct error *err)
{
    for (size_t i = 0; i < k; i++)
        TRY(series_check_value(&f->choice, &f->seen, y[i], f->seen.n + i + 1, err));
    for (size_t i = 0; i < k; i++)
        ret[i] = sees(f, y[i]);
    f->seen.n += k;
    return STATUS_OK;
}

/* The model takes them in, the outside columns first. */
static enum status give(struct series_fitted *f, const struct series *more,
                        struct arena *mem, take_in *take, struct error *err)
{
    if (f->choice.model->see)
        TRY(f->choice.model->see(f->state, more->p, more->x, more->n, mem, err));
    return take(f->state, more->y, more->n, mem, err);
}

/* Hands steps over; with bias: mean one by one, each with the error of its forecast. */
static enum status hand_over(struct series_fitted *f, const struct series *more,
                             struct arena *mem, take_in *take, struct error *err)
{
    if (f->choice.transform.bias != BIAS_MEAN)
        return give(f, more, mem, take, err);
    for (size_t i = 0; i < more->n; i++) {
        const struct series one = series_part(more, i, 1);
        double forecast;
        TRY(f->choice.model->forecast(f->state, 1, &forecast, err));
        double e = *one.y - forecast;
        f->squares += isfinite(e) ? e * e : 0;
        f->errors += isfinite(e) ? 1 : 0;
        TRY(give(f, &one, mem, take, err));
    }
    return STATUS_OK;
}

/* Whether a model estimates, so that each step of learning has its price. */
static bool estimates(const struct series_fitted *f)
{
    return f->choice.model->follow != NULL;
}

/* The steps of what the model sees that it has to begin with, to say of the next what it
 * forecast: half of them where learning anew at each would cost too much; all of them where
 * nobody asks. */
static size_t beginning(const struct series_fitted *f, const struct series *s)
{
    size_t n = f->choice.model->least(f->choice.params, s->season), first = 0;
    if (f->choice.transform.bias != BIAS_MEAN)
        return s->n;
    while (first < s->n && isnan(s->y[first]))
        first++;
    n = first + 1 > n ? first + 1 : n;
    if (estimates(f) && n < s->n / 2)
        n = s->n / 2;
    return n < s->n ? n : s->n;
}

static void choose_way(struct series_fitted *f, const double *y, size_t n)
{
    const struct transform *t = &f->choice.transform;
    f->way.scaled = t->transform != TRANSFORM_NONE;
    f->way.lambda = t->transform == TRANSFORM_GUERRERO
                        ? transform_guerrero(y, n, f->seen.season)
                        : t->lambda;
}

/* Keeps k values more, for who chooses the scale again. */
static void keep(struct series_fitted *f, const double *y, size_t k, struct arena *mem)
{
    double *kept = f->room > 0 ? (double *)(uintptr_t)f->seen.y : NULL;
    size_t n = f->seen.n;
    if (f->room < n + k) {
        size_t room = 2 * (n + k);
        kept = arena_grow(mem, kept, f->room * sizeof *kept, room * sizeof *kept);
        f->room = room;
    }
    memcpy(kept + n, y, k * sizeof *y);
    f->seen.y = kept;
}

/* Another scale may be chosen from more values; and the errors of forecasts by parameters
 * that were not learnt again are not those of a fit. */
bool series_learns_anew(const struct series_choice *choice)
{
    const struct transform *t = &choice->transform;
    return t->transform == TRANSFORM_GUERRERO ||
           (t->bias == BIAS_MEAN && choice->model->follow != NULL);
}

/* Learns from a checked series by way of the transform. */
static enum status fit_transformed(struct series_fitted *f, const struct series *s,
                                   const struct fit_context *context, struct error *err)
{
    struct arena *mem = context->mem;
    const struct series_model *m = f->choice.model;
    size_t span = transform_span(&f->choice.transform, s->season);
    f->seen.season = s->season;
    choose_way(f, s->y, s->n);
    if (series_learns_anew(&f->choice))
        keep(f, s->y, s->n, mem);
    if (f->choice.transform.difference != DIFFERENCE_NONE)
        f->tail = ARENA_ARRAY(mem, double, s->season + 1);
    for (size_t i = 0; f->tail && i <= s->season; i++)
        f->tail[i] = NAN;
    double *x = ARENA_ARRAY(mem, double, s->n);
    TRY(see(f, s->y, s->n, x, err));
    struct series inner = series_part(s, span, s->n - span);
    inner.y = x + span;
    size_t begin = beginning(f, &inner);
    const struct series rest = series_part(&inner, begin, inner.n - begin);
    inner.n = begin;
    TRY(m->fit(&f->choice, &inner, context, &f->state, err));
    TRY(hand_over(f, &rest, mem, estimates(f) ? m->follow : m->extend, err));
    return estimates(f) ? m->extend(f->state, NULL, 0, mem, err) : STATUS_OK;
}

enum status series_fit(const struct series_choice *choice, const struct series *s,
                       const struct fit_context *context, struct series_fitted *ret,
                       struct error *err)
{
    struct series_fitted f = {.choice = *choice};
    TRY(series_check(choice, s, err));
    f.choice.params = series_params(choice);
    f.seen = (struct series){.group = s->group, .first = s->first, .horizon = s->horizon};
    TRY(transform_is_none(&choice->transform)
            ? choice->model->fit(&f.choice, s, context, &f.state, err)
            : fit_transformed(&f, s, context, err));
    *ret = f;
    return STATUS_OK;
}

/* What is learnt from all may have another scale: then it is learnt anew. */
static enum status fit_again(struct series_fitted *f, const double *y, size_t k,
                             struct arena *mem, struct error *err)
{
    const struct fit_context context = {.mem = mem, .threads = 1};
    keep(f, y, k, mem);
    f->seen.n += k;
    return series_fit(&f->choice, &f->seen, &context, f, err);
}

static enum status go_on(struct series_fitted *f, const struct series *more,
                         struct arena *mem, take_in *take, struct error *err)
{
    struct series inner = *more;
    TRY(series_check_columns(&f->choice, more, f->seen.n + 1, err));
    if (more->n == 0 || transform_is_none(&f->choice.transform))
        return give(f, more, mem, take, err);
    double *x = ARENA_ARRAY(mem, double, more->n);
    if (series_learns_anew(&f->choice))
        keep(f, more->y, more->n, mem);
    TRY(see(f, more->y, more->n, x, err));
    inner.y = x;
    return hand_over(f, &inner, mem, take, err);
}

enum status series_extend(struct series_fitted *f, const struct series *more,
                          struct arena *mem, struct error *err)
{
    return more->n > 0 && series_learns_anew(&f->choice)
               ? fit_again(f, more->y, more->n, mem, err)
               : go_on(f, more, mem, f->choice.model->extend, err);
}

enum status series_follow(struct series_fitted *f, const struct series *more,
                          struct arena *mem, struct error *err)
{
    const struct series_model *m = f->choice.model;
    return go_on(f, more, mem, m->follow ? m->follow : m->extend, err);
}

/* From forecasts of differences to those of values on the scale: x is what the difference
 * lacks. */
static void sum_up(const struct series_fitted *f, size_t horizon, double *x)
{
    size_t reach = f->seen.season + 1;
    struct arena scratch = {0};
    double *all = ARENA_ARRAY(&scratch, double, reach + horizon);
    memcpy(all, f->tail, reach * sizeof *all);
    for (size_t h = 0; h < horizon; h++)
        x[h] = all[reach + h] = x[h] - difference(f, all + reach + h, 0);
    arena_release(&scratch);
}

enum status series_forecast(const struct series_fitted *f, size_t horizon, double *ret,
                            struct error *err)
{
    double v = f->errors > 0 ? f->squares / (double)f->errors : 0;
    TRY(f->choice.model->forecast(f->state, horizon, ret, err));
    if (f->tail)
        sum_up(f, horizon, ret);
    for (size_t h = 0; h < horizon && f->way.scaled; h++)
        ret[h] = transform_from(&f->way, ret[h], v * (double)(h + 1));
    return STATUS_OK;
}

enum status series_forecast_spread(const struct series_fitted *f, size_t horizon,
                                   double *ret, double *ret_spread, struct error *err)
{
    const struct series_model *m = f->choice.model;
    if (m->forecast_spread && transform_is_none(&f->choice.transform))
        return m->forecast_spread(f->state, horizon, ret, ret_spread, err);
    for (size_t h = 0; h < horizon; h++)
        ret_spread[h] = NAN;
    return series_forecast(f, horizon, ret, err);
}
