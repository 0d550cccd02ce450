/* How much each column tells about the target; the k best.
 *
 * f_score: r^2/(1 - r^2) * (n - 2), r the correlation (scikit-learn's f_regression);
 * infinite for |r| = 1, 0 for a constant column.
 *
 * mutual_information: Kraskov, Stögbauer & Grassberger 2004 (Phys. Rev. E 69, 066138),
 * estimator 1, k = 3, as scikit-learn's mutual_info_regression(discrete_features=False)
 * without its noise: x and y divided by their standard deviation (ddof 0, not centred; by
 * 1 when constant); Chebyshev distance in the plane to the third nearest other row, one
 * ulp down, is r; n_x = rows (itself included) with |x_i - x_j| <= r, likewise n_y;
 * max(0, psi(n) + psi(3) - mean psi(n_x) - mean psi(n_y)), in nats.  Ties are counted as
 * they are: no noise breaks them.  With fewer than four rows all other rows are
 * neighbours. 0 for a single row. */
#ifndef STEPS_RANK_H
#define STEPS_RANK_H

#include "data/matrix.h"

void rank_f_score(const struct matrix *x, const double *y, double *ret);            // [p]
void rank_mutual_information(const struct matrix *x, const double *y, double *ret); // [p]

/* Writes the columns from the best to the worst; on equal scores the higher index comes
 * first (as a stable ascending sort of which the last k are kept).  NaN counts as the
 * lowest. */
void rank_order(const double *score, size_t p, size_t *ret);

#endif
