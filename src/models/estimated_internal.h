/* All values of a series with what was estimated from them, both saved: the state of models
 * whose estimates cost much more than their forecasts.  Such a model is a kernel of
 * src/forecast in a `struct estimated_family`, the model's `family`; the rest is here.
 *
 * Missing values are bridged as they are met (series/bridge.h), those before the first one
 * cut off.  A state with too few values for the kernel has no forecast yet.
 *
 *     {"values": […], "estimates": […], "derived": […]} */
#ifndef MODELS_ESTIMATED_INTERNAL_H
#define MODELS_ESTIMATED_INTERNAL_H

#include "series/series.h"

/* What a kernel sees. */
struct estimated_values {
    size_t n, season;
    const double *y;       // [n]
    const double *derived; // [n] by the family's `derive`; NULL without
    const void *params;    // of the choice
};

struct estimated_family {
    /* Reals that are estimated. */
    size_t (*estimates)(const void *params, size_t season);
    /* What the last value says together with those before it, and no later value changes:
     * kept beside it; NaN while they are too few.  NULL: there is nothing of that kind. */
    double (*derive)(const struct estimated_values *v, struct arena *scratch);
    /* Estimates from at least as many values as the model's `least`, into ret[estimates]:
     * finite where they are of use; scratch need not be rewound. */
    void (*estimate)(const struct estimated_values *v, struct arena *scratch,
                     double *ret);
    /* Takes the last value into what among the estimates is the filter's state; NULL where
     * there is no such thing. */
    void (*follow)(const struct estimated_values *v, double *estimates);
    /* Whether they could be estimates; they are finite. */
    bool (*valid)(const struct estimated_values *v, const double *estimates);
    /* scratch need not be rewound. */
    void (*forecast)(const struct estimated_values *v, const double *estimates,
                     size_t horizon, struct arena *scratch, double *ret);
};

/* Fails with STATUS_INPUT where values are so large that no estimate is finite. */
enum status estimated_fit(const struct series_choice *choice, const struct series *s,
                          const struct fit_context *context, void **ret_state,
                          struct error *err);
enum status estimated_extend(void *state, const double *y, size_t k, struct arena *mem,
                             struct error *err);
enum status estimated_follow(void *state, const double *y, size_t k, struct arena *mem,
                             struct error *err);
enum status estimated_forecast(const void *state, size_t horizon, double *ret,
                               struct error *err);
json_t *estimated_save(const void *state);
enum status estimated_load(const json_t *saved, const struct series_choice *choice,
                           size_t season, const char *path, struct arena *mem,
                           void **ret_state, struct error *err);

#endif
