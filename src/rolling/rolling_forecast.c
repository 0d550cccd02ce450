/* Series models on the rows of a backtest. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/key.h"
#include "rolling/rolling_internal.h"
#include "series/one_step.h"

size_t rolling_known(const struct rolling_rows *rows, const struct history *h, size_t i)
{
    int64_t steps = timestep_between(key_step(rows->pipeline), h->first, rows->origin[i]);
    return steps >= 0 && (size_t)steps < h->n ? (size_t)steps + 1 : SIZE_MAX;
}

struct backtest_plan rolling_one_by_one(const struct rolling_plan *plan)
{
    return (struct backtest_plan){
        .step = plan->step, .horizon = plan->horizon, .gap = plan->gap, .refit = 1};
}

/* Origins of the plan's grid from the one of row `from` on, up to that of the last row; the
 * first row's may not be the grid's first. */
enum status rolling_forecast(const struct rolling_rows *rows, const struct history *h,
                             size_t g, const struct backtest_plan *plan,
                             const struct rolling_choice *choice,
                             const struct fit_context *context, struct arena *scratch,
                             double *ret, double *ret_spread, struct error *err)
{
    size_t from = rows->from[g], to = rows->from[g + 1];
    if (from == to)
        return STATUS_OK;
    struct arena_mark mark = arena_mark(scratch);
    struct backtest_plan own = *plan;
    struct series s = one_step_series(h, rows->plan->season);
    own.first = rolling_known(rows, h, from);
    s.n = rolling_known(rows, h, to - 1);
    s.n = s.n < h->n ? s.n : h->n;
    size_t n = backtest_origins(&own, s.n);
    double *all = ARENA_ARRAY(scratch, double, n *own.horizon);
    double *spread = ret_spread ? ARENA_ARRAY(scratch, double, n *own.horizon) : NULL;
    TRY(choice->one
            ? backtest_series(&own, &s, choice->one, context, scratch, all, spread, err)
            : backtest_chosen(&own, &s, choice->chosen, context, scratch, all, spread,
                              err));
    for (size_t i = from; i < to; i++) {
        size_t origin = rows->turn[i] - rows->turn[from];
        size_t at = origin * own.horizon + (size_t)rows->horizon[i] - 1;
        ret[i] = origin < n ? all[at] : NAN;
        if (spread)
            ret_spread[i] = origin < n ? spread[at] : NAN;
    }
    arena_rewind(scratch, mark);
    return STATUS_OK;
}

struct keyed_point {
    int32_t key;
    size_t point;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed_point *x = a, *y = b;
    int order = (x->key > y->key) - (x->key < y->key);
    return order ? order : (x->point > y->point) - (x->point < y->point);
}

size_t *rolling_by_key(const struct rolling_points *points, struct arena *mem)
{
    struct arena scratch = {0};
    size_t *order = ARENA_ARRAY(mem, size_t, points->n);
    struct keyed_point *all = ARENA_ARRAY(&scratch, struct keyed_point, points->n);
    for (size_t i = 0; i < points->n; i++)
        all[i] = (struct keyed_point){points->key[i], i};
    if (points->group)
        qsort(all, points->n, sizeof *all, by_key);
    for (size_t i = 0; i < points->n; i++)
        order[i] = all[i].point;
    arena_release(&scratch);
    return order;
}
