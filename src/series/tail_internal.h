/* The last values of a series: the whole state of models that repeat or average them.
 *
 * A ring of a fixed length that is always full; taking in a value costs one store. */
#ifndef SERIES_TAIL_INTERNAL_H
#define SERIES_TAIL_INTERNAL_H

#include "series/series.h"

struct tail {
    size_t n;      // values, at least 1
    size_t oldest; // place of the oldest one
    double *value; // [n] NaN where missing
};

/* The last n of the series, which has that many. */
struct tail *tail_new(const struct series *s, size_t n, struct arena *mem);

/* The value so many steps back, 1 .. n; 1 is the last. */
double tail_back(const struct tail *t, size_t steps);

/* `extend` and `save` of a model whose state is a tail. */
enum status tail_extend(void *state, const double *y, size_t k, struct arena *mem,
                        struct error *err);
json_t *tail_save(const void *state);

/* Reads one of exactly n values, none of which is infinite. */
MUST_USE enum status tail_load(const json_t *saved, size_t n, const char *path,
                               struct arena *mem, void **ret, struct error *err);

#endif
