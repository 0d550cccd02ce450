/* Gradient boosting: trees one after another, each on the gradients that those before it
 * left, shrunk and added up.
 *
 * Rows to learn from and rows to check by stand in the same columns, told apart by their
 * numbers, so that the scores of both are kept up to date tree by tree.  A round grows a
 * tree for each output: one for a real, one a label, one a class where there are more than
 * two. */
#ifndef TREES_BOOSTING_H
#define TREES_BOOSTING_H

#include "base/error.h"
#include "trees/boost_loss.h"
#include "trees/ensemble.h"
#include "trees/leafwise.h"

/* The losses by the names that a pipeline's file has for them. */
#define BOOSTING_LOSSES "auto|squared_error|absolute_error|quantile|log_loss"
enum boosting_loss {
    BOOSTING_AUTO,
    BOOSTING_SQUARED_ERROR,
    BOOSTING_ABSOLUTE_ERROR,
    BOOSTING_QUANTILE,
    BOOSTING_LOG_LOSS
};

struct boosting_params {
    unsigned loss; // of enum boosting_loss
    double quantile;
    double learning_rate, l2_regularization, min_hessian_to_split, subsample,
        max_features;
    size_t max_iter, max_leaf_nodes, max_depth, min_samples_leaf, max_bins;
    bool early_stopping;
    double validation_fraction, tol;
    size_t n_iter_no_change;
};

struct boosting_data {
    struct leafwise_data columns;
    struct boost_loss loss;      // with the targets of all rows
    const uint32_t *row, *check; // ascending: to learn from, to check by
    size_t n, n_check;
};

/* What a round came to; losses are NaN where nobody asked. */
struct boosting_round {
    double train_loss, check_loss;
    size_t best; // the round so far with the least loss of the check, from 1; 0: none
};

struct boosting_tree {
    struct tree tree;   // a column from p on is column - p, whose missing cells go left
    const double *gain; // [n_nodes] what each fork gained
};

struct boosted {
    double *begin; // [outputs]
    size_t rounds;
    const struct boosting_round *round; // [rounds]
    const struct boosting_tree *tree;   // [rounds * outputs]
};

/* Who is told of each round. */
struct boosting_watch {
    void (*round)(void *context, size_t round, const struct boosting_round *r);
    void *context;
};

/* Runs up to max_iter rounds; fewer where the check's loss has not fallen by more than tol
 * for n_iter_no_change rounds and early_stopping says so.  The result lives in mem.  The
 * same for any number of threads; STATUS_STOPPED when somebody asked to stop. */
MUST_USE enum status boosting_run(const struct boosting_params *params,
                                  const struct boosting_data *data, uint64_t seed,
                                  size_t threads, const struct boosting_watch *watch,
                                  struct arena *mem, struct boosted *ret,
                                  struct error *err);

#endif
