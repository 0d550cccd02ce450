/* Logistic regressions of several targets of the same rows at once, by coordinate descent in
 * the dual: for many rows of many sparse columns.
 *
 *     F(w) = |w|^2 / 2 + sum_i C_i log(1 + exp(-y_i w x_i))
 *
 * of two classes each, y_i -1 or 1, with a column of ones among x, whose weight is the
 * intercept and penalised like the others: scikit-learn's LogisticRegression with the
 * solver liblinear.  w = sum_i u_i x_i, where at the minimum u_i = C_i (is_i - p_i), is_i 1
 * for the second class and p_i its probability: the largest |u_i / C_i - (is_i - p_i)| seen
 * in a pass over the rows tells how far it is (a slope of F is never more than that times
 * the sum of C_i |x_i|). */
#ifndef LINEAR_DUAL_DESCENT_H
#define LINEAR_DUAL_DESCENT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "linear/linear_rows.h"

enum { DUAL_LANES = 4 }; // targets that are learnt side by side

struct dual_target {
    const uint32_t *class; // [n] 0 or 1
    const double *c;       // [n] C_i, above 0
};

struct dual_problem {
    struct linear_rows x;
    size_t n; // targets
    const struct dual_target *target;
    double tol;
    size_t max_iter; // passes over the rows
    uint64_t seed;   // of the order of the rows in each pass
};

struct dual_fit {
    double *w;       // [p + 1][n], the intercepts last
    size_t *n_iter;  // [n] passes until the target was converged, or all
    bool *converged; // [n]
};

/* Minimises F of each target, DUAL_LANES of them to a thread; each becomes what it would
 * be alone.  The fit lives in mem.  Fails with STATUS_STOPPED alone. */
MUST_USE enum status dual_minimise(const struct dual_problem *problem, size_t threads,
                                   struct arena *mem, struct dual_fit *ret,
                                   struct error *err);

#endif
