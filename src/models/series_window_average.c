/* The mean of the last values, a fixed number of them. */
#include "models/tail_internal.h"

struct window_average_params {
    size_t window;
};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION(struct window_average_params, window, 1, 100000, "N",
           "steps that are averaged"),
};
/* clang-format on */

static const struct window_average_params defaults = {.window = 3};

static size_t least(const void *params, size_t season UNUSED)
{
    return ((const struct window_average_params *)params)->window;
}

static enum status forecast(const void *state, size_t horizon, double *ret,
                            struct error *err UNUSED)
{
    const struct tail *t = state;
    double sum = 0;
    for (size_t steps = t->n; steps > 0; steps--)
        sum += tail_back(t, steps);
    for (size_t h = 0; h < horizon; h++)
        ret[h] = sum / (double)t->n;
    return STATUS_OK;
}

const struct series_model series_window_average = {
    .name = "window_average",
    .summary = "the mean of the last `window` values",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct window_average_params),
    .defaults = &defaults,
    .least = least,
    .fit = tail_fit,
    .extend = tail_extend,
    .forecast = forecast,
    .save = tail_save,
    .load = tail_load,
};
