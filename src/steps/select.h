/* What selection shares with fused forms. */
#ifndef STEPS_SELECT_H
#define STEPS_SELECT_H

#include "data/matrix.h"

enum select_by { SELECT_MUTUAL_INFORMATION, SELECT_F_SCORE };
#define SELECT_BY_WORDS "mutual_information|f_score" // in that order

struct select_params {
    enum select_by by;
    size_t k;
};

/* Scores every column and orders them from the best to the worst; ret_ have x->p
 * elements. */
void select_rank(enum select_by by, const struct matrix *x, const double *y,
                 double *ret_score, size_t *ret_order);

/* The first k columns of an order, ascending. */
const size_t *select_best(const size_t *order, size_t k, struct arena *mem);

#endif
