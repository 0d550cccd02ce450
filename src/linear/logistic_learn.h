/* Logistic regressions of several targets of the same rows: of one target, of each class
 * against the rest, or of each of several labels.
 *
 * Targets are learnt side by side over the threads, each as it would be alone. */
#ifndef LINEAR_LOGISTIC_LEARN_H
#define LINEAR_LOGISTIC_LEARN_H

#include "linear/logistic.h"

struct logistic_target {
    size_t classes;        // 2 or more
    const uint32_t *class; // [n] below classes
};

/* As in scikit-learn's LogisticRegression. */
struct logistic_settings {
    double C;        // INFINITY: no penalty
    double l1_ratio; // [0,1] of the penalty on magnitudes
    bool balanced;   // classes weigh alike, whatever their number of rows
    double tol;
    size_t max_iter;
    bool dual;     // by dual_descent.h: targets of two classes, l1_ratio 0, C finite
    uint64_t seed; // of dual
};

/* All models side by side. */
struct logistic_models {
    size_t k;                  // of all targets, in their order
    double *w;                 // [p + 1][k], the intercepts last
    size_t n_iter;             // the most of any
    bool converged, separable; // all of them; any of them
};

/* Learns n targets of which each has rows of all its classes.  What is returned lives in
 * mem.  Fails with STATUS_STOPPED alone. */
MUST_USE enum status logistic_learn(const struct linear_rows *x,
                                    const struct logistic_target *target, size_t n,
                                    const struct logistic_settings *settings,
                                    size_t threads, struct arena *mem,
                                    struct logistic_models *ret, struct error *err);

#endif
