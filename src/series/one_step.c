/* The backtest's loop with an origin before each step. */
#include "series/one_step.h"

#include <math.h>

#include "series/backtest.h"

struct series one_step_series(const struct history *h, size_t season)
{
    struct series s = {
        .n = h->n, .season = season, .first = h->first, .y = h->y, .p = h->p};
    for (size_t j = 0; j < h->p; j++)
        s.x[j] = h->x[j];
    return s;
}

/* Begins with the first of the steps that are wanted, and learns there alone. */
static void go_on(struct backtest_plan *plan, const struct history *h, const int32_t *key,
                  size_t n)
{
    size_t first = h->n;
    for (size_t i = 0; i < n; i++) {
        size_t step = history_step(h, key[i]);
        first = step < first ? step : first;
    }
    plan->first = first;
    plan->refit = h->n + 1;
}

/* The forecasts for the steps of n keys of one series; both arenas are rewound. */
static enum status forecast_series(const struct series_choice *choice,
                                   const struct history *h, size_t season,
                                   const int32_t *key, size_t n,
                                   const struct fit_context *context,
                                   struct arena *scratch, double *ret, struct error *err)
{
    struct arena_mark mark = arena_mark(scratch);
    struct series s = one_step_series(h, season);
    struct backtest_plan plan = backtest_one_step;
    if (series_laborious(choice))
        go_on(&plan, h, key, n);
    double *all = ARENA_ARRAY(scratch, double, s.n + 1);
    TRY(backtest_series(&plan, &s, choice, context, scratch, all, err));
    for (size_t i = 0; i < n; i++) {
        size_t step = history_step(h, key[i]);
        ret[i] = step >= plan.first && step <= s.n ? all[step - plan.first] : NAN;
    }
    arena_rewind(scratch, mark);
    return STATUS_OK;
}

/* Where the rows of the series that row `from` is of end. */
static size_t end_of_series(const struct one_step_rows *rows, size_t from)
{
    size_t to = rows->group ? from : rows->n;
    while (to < rows->n && rows->group[to] == rows->group[from])
        to++;
    return to;
}

enum status one_step_rows(const struct series_choice *choice, const struct histories *h,
                          size_t season, const struct one_step_rows *rows,
                          const struct fit_context *context, double *ret,
                          struct error *err)
{
    struct arena states = {0}, scratch = {0};
    struct fit_context learning = *context;
    learning.mem = &states;
    enum status status = STATUS_OK;
    for (size_t from = 0, to; status == STATUS_OK && from < rows->n; from = to) {
        to = end_of_series(rows, from);
        const struct history *own = histories_find(
            h, rows->group ? &rows->groups->name[rows->group[from]] : NULL);
        for (size_t i = from; !own && i < to; i++)
            ret[i] = NAN;
        if (own)
            status = forecast_series(choice, own, season, rows->key + from, to - from,
                                     &learning, &scratch, ret + from, err);
    }
    arena_release(&states);
    arena_release(&scratch);
    return status;
}
