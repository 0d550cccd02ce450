/* Values of a series in a saved state: numbers, null where one is missing. */
#ifndef SERIES_VALUES_H
#define SERIES_VALUES_H

#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"

json_t *values_json(const double *value, size_t n);

/* Exactly n of them, which decides what is allocated. */
MUST_USE enum status values_read(const json_t *saved, const char *key, const char *path,
                                 size_t n, struct arena *mem, double **ret,
                                 struct error *err);

#endif
