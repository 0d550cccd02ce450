/* A forest's hyper-parameters as a pipeline's file has them, under scikit-learn's names. */
#ifndef TREES_FOREST_PARAMS_H
#define TREES_FOREST_PARAMS_H

#include "trees/forest.h"

/* In the order of enum forest_criterion, and one more. */
#define FOREST_CRITERIA "squared_error|gini|entropy|auto"
enum { FOREST_AUTO = FOREST_ENTROPY + 1 };

struct forest_params {
    size_t n_estimators;
    unsigned criterion;
    size_t max_depth, min_samples_split, min_samples_leaf;
    const char *max_features; // "3", "0.5", "sqrt", "log2", "all", "auto"
    bool bootstrap;
    double max_samples; // (0,1]
};

/* STATUS_INPUT, with the parameter as field, where max_features is no number of p columns;
 * and where any does not fit classes, or reals, or another one. */
MUST_USE enum status forest_check_features(const struct forest_params *q, size_t p,
                                           struct error *err);
MUST_USE enum status forest_check_params(const struct forest_params *q, size_t p,
                                         bool classes, struct error *err);

/* What they mean for n rows of p columns, without seed and threads. */
struct forest_options forest_options_of(const struct forest_params *q, size_t n, size_t p,
                                        bool classes);

/* Whether both make the same trees, however many. */
bool forest_same_trees(const struct forest_params *q, const struct forest_params *r);

#endif
