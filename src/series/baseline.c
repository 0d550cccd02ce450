/* The naive forecasts as series models without parameters. */
#include "series/baseline.h"

enum status baseline_forecasts(const struct history *h, size_t season, const int32_t *key,
                               size_t n, struct arena *scratch, double *const *ret,
                               struct error *err)
{
    struct arena states = {0};
    struct fit_context context = {.mem = &states, .threads = 1};
    enum status status = STATUS_OK;
    for (size_t b = 0; b < series_baselines && status == STATUS_OK; b++) {
        struct series_choice choice = {series_baseline[b], NULL};
        status = one_step_forecasts(&choice, h, season, key, n, &context, scratch, ret[b],
                                    err);
    }
    arena_release(&states);
    return status;
}
