/* The split of a leaf that lowers the loss most, by its histogram.
 *
 * A leaf with gradients G and hessians H answers -G / (H + l2) and lowers the loss by
 * G^2 / (2 (H + l2)); what a split gains is twice the sum over its children less that of the
 * leaf (Chen & Guestrin 2016, "XGBoost", KDD 22, equation 7).  Missing cells go where they
 * gain more; where the leaf has none, to the child with more rows. */
#ifndef TREES_BEST_SPLIT_H
#define TREES_BEST_SPLIT_H

#include "trees/histogram.h"

struct split_rule {
    size_t min_samples_leaf; // at least 1
    double min_hessian;      // of a child's sum; above 0
    double l2;
};

struct best_split {
    double gain; // 0: there is none
    uint32_t column;
    uint8_t code; // rows of at most this code go left
    bool missing_left;
    histogram_sum left; // of the left child
};

/* The best split by one column of a leaf whose sum is all: hist[bins] are its numbers,
 * behind them stand its missing cells.  Of equal gains the first one. */
struct best_split best_split_of(const struct split_rule *rule,
                                const struct histogram_unit *unit, uint32_t column,
                                const histogram_sum *hist, size_t bins,
                                histogram_sum all);

/* What a leaf with this sum answers. */
double best_split_answer(const struct split_rule *rule, const struct histogram_unit *unit,
                         histogram_sum all);

#endif
