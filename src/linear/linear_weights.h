/* Weights of linear models in documents: of the columns alone that some model looks at, so
 * that a model of hashed words is as large as its words are many. */
#ifndef LINEAR_LINEAR_WEIGHTS_H
#define LINEAR_LINEAR_WEIGHTS_H

#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"

/* w [p + 1][k], the last row the intercepts. */
struct linear_weights {
    size_t p, k;
    double *w;
};

/* {"intercept": [k], "columns": ascending numbers of those that are not 0 in all models,
 * "used": how many, "coefficients": [used][k]}. */
json_t *linear_weights_save(const struct linear_weights *weights);

/* Those of k models of p columns, into mem. */
MUST_USE enum status linear_weights_load(const json_t *saved, const char *path, size_t p,
                                         size_t k, struct arena *mem,
                                         struct linear_weights *ret, struct error *err);

/* STATUS_INPUT naming path and key unless the n numbers are whole ones below p, ascending. */
MUST_USE enum status linear_columns_check(const double *column, size_t n, size_t p,
                                          const char *key, const char *path,
                                          struct error *err);

/* Each column's share of the magnitudes of all coefficients, into ret[p]; false when all
 * are 0. */
bool linear_weights_share(const struct linear_weights *weights, double *ret);

#endif
