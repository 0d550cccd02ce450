/* The loop over origins. */
#include "series/backtest.h"

#include <math.h>
#include <string.h>

const struct backtest_plan backtest_one_step = {.step = 1, .horizon = 1, .refit = 1};

size_t backtest_origins(const struct backtest_plan *plan, size_t n)
{
    return plan->first > n ? 0 : (n - plan->first) / plan->step + 1;
}

/* A run under way. */
struct backtest_loop {
    const struct backtest_plan *plan;
    const struct forecaster *forecaster;
    struct series known;       // n of them so far; y holds NaN behind
    double *y;                 // the same, to be written
    double *x[SERIES_COLUMNS]; // the same of the outside columns
    double *answer;            // [gap + horizon]
    double *spread;            // [gap + horizon]; NULL: nobody asks
    bool fitted;
    size_t since; // origins since the last fit
};

/* Lets the values up to an origin become known. */
static void reveal(struct backtest_loop *l, const struct series *s, size_t origin)
{
    size_t from = l->known.n, bytes = (origin - from) * sizeof *l->y;
    memcpy(l->y + from, s->y + from, bytes);
    for (size_t j = 0; j < s->p; j++)
        memcpy(l->x[j] + from, s->x[j] + from, bytes);
    l->known.n = origin;
}

/* Room for n values, none of which is known yet. */
static double *hidden(size_t n, struct arena *mem)
{
    double *x = ARENA_ARRAY(mem, double, n);
    for (size_t t = 0; t < n; t++)
        x[t] = NAN;
    return x;
}

static enum status learn(struct backtest_loop *l, size_t fresh, struct error *err)
{
    const struct forecaster *f = l->forecaster;
    struct series seen = l->known;
    if (l->fitted && ++l->since < l->plan->refit)
        return f->extend(f->self, &seen, fresh, err);
    size_t window = l->plan->window,
           from = window > 0 && window < seen.n ? seen.n - window : 0;
    if (seen.n - from < f->least)
        return STATUS_OK;
    seen = series_part(&seen, from, seen.n - from);
    l->fitted = true;
    l->since = 0;
    return f->fit(f->self, &seen, from, err);
}

enum status backtest_run(const struct backtest_plan *plan, const struct series *s,
                         const struct forecaster *forecaster, struct arena *scratch,
                         double *ret, double *ret_spread, struct error *err)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t ahead = plan->gap + plan->horizon, n = backtest_origins(plan, s->n);
    struct backtest_loop l = {.plan = plan, .forecaster = forecaster, .known = *s};
    l.known.y = l.y = hidden(s->n, scratch);
    for (size_t j = 0; j < s->p; j++)
        l.known.x[j] = l.x[j] = hidden(s->n, scratch);
    l.known.n = 0;
    l.known.horizon = ahead;
    l.answer = hidden(ahead, scratch);
    l.spread = ret_spread ? hidden(ahead, scratch) : NULL;
    for (size_t i = 0; i < n; i++) {
        size_t origin = plan->first + i * plan->step, fresh = origin - l.known.n;
        reveal(&l, s, origin);
        TRY(learn(&l, fresh, err));
        if (l.fitted)
            TRY(forecaster->forecast(forecaster->self, ahead, l.answer, l.spread, err));
        memcpy(ret + i * plan->horizon, l.answer + plan->gap,
               plan->horizon * sizeof *ret);
        if (ret_spread)
            memcpy(ret_spread + i * plan->horizon, l.spread + plan->gap,
                   plan->horizon * sizeof *ret_spread);
    }
    arena_rewind(scratch, mark);
    return STATUS_OK;
}
