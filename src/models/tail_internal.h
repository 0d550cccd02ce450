/* The last values of a series, as many as `least`: the whole state of models that repeat or
 * average them.  Such a model is its `least` and its `forecast`; the rest is here.
 *
 * A ring of a fixed length that is always full; taking in a value costs one store. */
#ifndef MODELS_TAIL_INTERNAL_H
#define MODELS_TAIL_INTERNAL_H

#include "series/series.h"

struct tail {
    size_t n;      // values, at least 1
    size_t oldest; // place of the oldest one
    double *value; // [n] NaN where missing
};

/* The value so many steps back, 1 .. n; 1 is the last. */
double tail_back(const struct tail *t, size_t steps);

enum status tail_fit(const struct series_choice *choice, const struct series *s,
                     const struct fit_context *context, void **ret_state,
                     struct error *err);
enum status tail_extend(void *state, const double *y, size_t k, struct arena *mem,
                        struct error *err);
json_t *tail_save(const void *state);

enum status tail_load(const json_t *saved, const struct series_choice *choice,
                      size_t season, const char *path, struct arena *mem,
                      void **ret_state, struct error *err);

#endif
