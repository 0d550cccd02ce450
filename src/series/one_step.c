/* The backtest's loop with an origin before each step. */
#include "series/one_step.h"

#include <math.h>

#include "series/backtest.h"

struct series one_step_series(const struct history *h, size_t season)
{
    return (struct series){.n = h->n, .season = season, .first = h->first, .y = h->y};
}

enum status one_step_forecasts(const struct series_choice *choice,
                               const struct history *h, size_t season, const int32_t *key,
                               size_t n, const struct fit_context *context,
                               struct arena *scratch, double *ret, struct error *err)
{
    struct arena_mark mark = arena_mark(scratch);
    struct series s = one_step_series(h, season);
    double *all = ARENA_ARRAY(scratch, double, s.n + 1);
    TRY(backtest_series(&backtest_one_step, &s, choice, context, scratch, all, err));
    for (size_t i = 0; i < n; i++) {
        size_t step = history_step(h, key[i]);
        ret[i] = step <= s.n ? all[step] : NAN;
    }
    arena_rewind(scratch, mark);
    return STATUS_OK;
}
