/* The naive forecasts in the backtest's loop: an origin before each step. */
#include "learn/baseline.h"

#include <math.h>

#include "learn/backtest.h"

struct series baseline_series(const struct history *h, size_t season)
{
    return (struct series){.n = h->n, .season = season, .first = h->first, .y = h->y};
}

enum status baseline_forecasts(const struct history *h, size_t season, const int32_t *key,
                               size_t n, struct arena *scratch, double *const *ret,
                               struct error *err)
{
    struct arena states = {0};
    struct arena_mark mark = arena_mark(scratch);
    struct series s = baseline_series(h, season);
    struct fit_context context = {.mem = &states, .threads = 1};
    double *all = ARENA_ARRAY(scratch, double, s.n + 1);
    enum status status = STATUS_OK;
    for (size_t b = 0; b < series_baselines && status == STATUS_OK; b++) {
        struct series_choice choice = {series_baseline[b], NULL};
        status =
            backtest_series(&backtest_one_step, &s, &choice, &context, scratch, all, err);
        for (size_t i = 0; i < n; i++) {
            size_t step = history_step(h, key[i]);
            ret[b][i] = step <= s.n ? all[step] : NAN;
        }
    }
    arena_release(&states);
    arena_rewind(scratch, mark);
    return status;
}
