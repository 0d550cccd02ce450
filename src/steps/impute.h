/* What the steps that fill empty cells have in common. */
#ifndef STEPS_IMPUTE_H
#define STEPS_IMPUTE_H

#include <jansson.h>

#include "data/matrix.h"
#include "steps/step.h"

/* The values of column c that are there, in ret[x->n]; returns how many. */
size_t impute_present(const struct matrix *x, size_t c, double *ret);

/* Their mean, right also where their sum is more than a double holds; n at least 1. */
double impute_mean(const double *present, size_t n);

/* Of values sorted ascending, n at least 1; of equally frequent values the least. */
double impute_median(const double *sorted, size_t n);
double impute_most_frequent(const double *sorted, size_t n);

/* STATUS_INPUT for a column in which no row has a value. */
MUST_USE enum status impute_check(const struct matrix *x, struct error *err);

/* The step's shape: the same columns without missing cells, of which there must be some. */
enum status impute_width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err);

/* The plain matrix x, shared, but for columns with empty cells, which are copied and can be
 * written through ret_cols[p], NULL for the others. */
struct matrix impute_copy(struct arena *mem, const struct matrix *x, double ***ret_cols);

/* The columns of reals of a plain matrix in a saved state, and back: p columns, each with a
 * value, in mem and without names. */
json_t *impute_rows_json(const struct matrix *x);
MUST_USE enum status impute_rows_load(const json_t *saved, const char *path, size_t p,
                                      struct arena *mem, struct matrix *ret,
                                      struct error *err);

#endif
