/* What a column of classes, or columns of labels, are for models of two classes or of one
 * softmax. */
#ifndef LINEAR_LOGISTIC_TARGETS_H
#define LINEAR_LOGISTIC_TARGETS_H

#include "linear/logistic_learn.h"

struct logistic_targets {
    size_t n; // targets to learn
    struct logistic_target *target;
    size_t n_learnt; // classes that have rows, labels that some rows have and others not
    double *learnt;  // [n_learnt] their numbers, ascending
};

/* Of classes y[n] below `classes`: one target of those that have rows, or with `rest` each
 * of three and more against the others. */
struct logistic_targets logistic_targets_of_classes(const double *y, size_t n,
                                                    size_t classes, bool rest,
                                                    struct arena *mem);

/* Of label[labels][n], 0 or 1: each a target. */
struct logistic_targets logistic_targets_of_labels(const double *const *label, size_t n,
                                                   size_t labels, struct arena *mem);

/* The intercept that answers a label with its share of n rows, drawn half a row towards
 * one half, so that none is certain. */
double logistic_share_intercept(const double *label, size_t n);

#endif
