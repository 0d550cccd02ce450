/* Ridge regression for many penalties at once.
 *
 * Minimises |y - b - Xw|^2 + alpha |w|^2; the intercept b is not penalised.  The p x p
 * normal equations are solved when there are at least as many rows as columns, else the n
 * x n dual ones (Saunders, Gammerman & Vovk 1998). */
#ifndef STEPS_RIDGE_H
#define STEPS_RIDGE_H

#include "base/error.h"
#include "data/matrix.h"

/* The parameters of estimator ridge, which fused forms share. */
struct ridge_params {
    double alpha;
};

struct ridge_weights {
    double intercept;
    double *w; // [p]
};

/* Solves for each alpha >= 0 and the first column of y; ret has n_alpha elements.  Either
 * matrix may be a view.  STATUS_INPUT, field 'ridge.alpha', when alpha is 0 and the
 * columns depend on one another; STATUS_INPUT when their products overflow. */
MUST_USE enum status ridge_solve(const struct matrix *x, const struct matrix *y,
                                 const double *alpha, size_t n_alpha, struct arena *mem,
                                 struct ridge_weights *ret, struct error *err);

/* Predicts every row of a matrix, or view; ret has x->n elements. */
void ridge_predict(const struct ridge_weights *weights, const struct matrix *x,
                   double *ret);

/* The refusals of ridge_solve, for fused forms. */
MUST_USE enum status ridge_singular(size_t n, size_t p, struct error *err);
MUST_USE enum status ridge_overflow(struct error *err);

#endif
