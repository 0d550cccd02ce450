/* What selection shares with fused forms. */
#ifndef STEPS_SELECT_H
#define STEPS_SELECT_H

#include "data/matrix.h"

struct select_params {
    const char *by; // "mutual_information" | "f_score"
    size_t k;
};

/* Scores every column and orders them from the best to the worst; ret_ have x->p
 * elements. */
void select_rank(const char *by, const struct matrix *x, const double *y,
                 double *ret_score, size_t *ret_order);

/* The first k columns of an order, ascending. */
const size_t *select_best(const size_t *order, size_t k, struct arena *mem);

#endif
