/* All values of a series with what was learnt from them: the state of models that learn
 * anew when values come.  Such a model is a kernel of src/forecast in a
 * `struct kept_family`, the model's `family`; the rest is here.
 *
 * Missing values are bridged as they are met (series/bridge.h), those before the first one
 * cut off.  A state with too few values for the kernel has no forecast yet.
 *
 *     {"values": […], "learnt": 380, "horizon": 12}
 *
 * is all that is saved: from so many of the values the same is learnt again, bit for bit. */
#ifndef MODELS_KEPT_INTERNAL_H
#define MODELS_KEPT_INTERNAL_H

#include "series/series.h"

/* What a kernel sees. */
struct kept_values {
    size_t n, season;
    size_t horizon;      // steps that forecasts are wanted for, at least 1
    const double *y;     // [n] bridged
    const double *given; // [n] NaN where missing
};

struct kept_family {
    /* What is learnt from at least as many values as the model's `least`; it lives in mem. */
    const void *(*learn)(const struct kept_values *v, struct arena *mem);
    /* The forecasts for the steps behind values of which the first were learnt from. */
    void (*forecast)(const struct kept_values *v, const void *learnt, size_t horizon,
                     struct arena *scratch, double *ret);
    /* The same with their standard deviations; NULL: none are known. */
    void (*forecast_spread)(const struct kept_values *v, const void *learnt,
                            size_t horizon, struct arena *scratch, double *ret,
                            double *ret_spread);
};

enum status kept_fit(const struct series_choice *choice, const struct series *s,
                     const struct fit_context *context, void **ret_state,
                     struct error *err);
enum status kept_extend(void *state, const double *y, size_t k, struct arena *mem,
                        struct error *err);
enum status kept_follow(void *state, const double *y, size_t k, struct arena *mem,
                        struct error *err);
enum status kept_forecast(const void *state, size_t horizon, double *ret,
                          struct error *err);
enum status kept_forecast_spread(const void *state, size_t horizon, double *ret,
                                 double *ret_spread, struct error *err);
json_t *kept_save(const void *state);
MUST_USE enum status kept_load(const json_t *saved, const struct series_choice *choice,
                               size_t season, const char *path, struct arena *mem,
                               void **ret_state, struct error *err);

#endif
