/* Logistic regression of one target: of two classes, or of more by one softmax.
 *
 *     F(w, b) = sum_i s_i l_i / S + (l2 / 2) |w|^2 + l1 |w|_1
 *
 * l_i is -log of the probability that row i has the class that it has, s_i its weight, S
 * the sum of the weights; the intercepts b are not penalised.  With C the strength in
 * scikit-learn's LogisticRegression and r its l1_ratio, l2 = (1 - r) / (C S) and l1 =
 * r / (C S): F is that objective divided by C S.  Of two classes there is one model, of
 * the second class; of more one a class, whose intercepts (and, without a penalty, whose
 * coefficients) are shifted to the sum 0, which changes no probability.
 *
 * It ends at the minimum: when no element of the subgradient that is nearest to 0 exceeds
 * tol times the largest of the gradient at w = 0, b = 0. */
#ifndef LINEAR_LOGISTIC_H
#define LINEAR_LOGISTIC_H

#include "base/arena.h"
#include "base/error.h"
#include "linear/linear_rows.h"

struct logistic_problem {
    struct linear_rows x;
    size_t classes;        // 2 or more, each with a row
    const uint32_t *class; // [n] below classes
    const double *share;   // [n] weights of the rows, above 0, sum 1
    double l1, l2;         // of F
    double tol;
    size_t max_iter; // Newton steps
};

struct logistic_fit {
    size_t k;      // models: 1 for two classes, else a class each
    double *w;     // [p + 1][k], the intercepts last
    size_t n_iter; // steps taken
    bool converged;
    bool separable; // without a penalty: every row has its class for certain, so that
                    // larger coefficients are always better and there is no minimum
};

/* Models of a number of classes. */
static inline size_t logistic_models(size_t classes)
{
    return classes == 2 ? 1 : classes;
}

/* Minimises F; w lives in mem.  Fails with STATUS_STOPPED alone. */
MUST_USE enum status logistic_minimise(const struct logistic_problem *problem,
                                       struct arena *mem, struct logistic_fit *ret,
                                       struct error *err);

/* Probabilities in the place of margins m[k][n]: of the second class (k 1) or of each. */
void logistic_probabilities(double *m, size_t k, size_t n);

#endif
