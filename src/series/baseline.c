/* The naive forecasts as series models without parameters. */
#include "series/baseline.h"

enum status baseline_forecasts(const struct histories *h, size_t season,
                               const struct one_step_rows *rows, size_t threads,
                               double *const *ret, struct error *err)
{
    const struct fit_context context = {.threads = threads};
    for (size_t b = 0; b < series_baselines; b++) {
        struct series_choice choice = {.model = series_baseline[b]};
        TRY(one_step_rows(&choice, h, season, rows, &context, NULL, ret[b], err));
    }
    return STATUS_OK;
}
