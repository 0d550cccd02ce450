/* Grid search with k folds, sharing all work that cells have in common.
 *
 * The search walks a tree: cells whose first steps and parameters agree share that fitted
 * prefix.  For runs of steps that have a fused form (fused.def) the columns in between
 * are never built.  Plain and fused forms agree to the tolerances stated in
 * fused_kernel_ridge.h; a test holds them against each other.  Each (fold, branch) writes
 * its own slots, so threads change nothing.
 *
 * Ranks: by mean score, best first, equal means share the lowest rank (scikit-learn's
 * rank_test_score); the first cell of rank 1 wins.  Scores are the metric's plain values,
 * whether higher or lower is better.
 *
 * The one-standard-error rule (Breiman, Friedman, Olshen & Stone 1984, 3.4.3): among the
 * cells whose mean is no farther from the best than the standard error of the best cell's
 * fold scores (ddof 1, over sqrt(folds)), the simplest: the one whose estimator sees the
 * fewest columns, then the least complex by the estimator's own measure (the largest
 * alpha), then the first in grid order. */
#ifndef LEARN_SEARCH_H
#define LEARN_SEARCH_H

#include "learn/metric.h"
#include "learn/recipe.h"

struct search_result {
    size_t n_cells, folds;
    double *score;                // [n_cells][folds]
    double *mean;                 // [n_cells]
    size_t *rank;                 // [n_cells], from 1
    size_t best;                  // cell
    size_t simplest_within_error; // cell, by the rule above
};

struct search_options {
    size_t folds;
    const struct metric *score;
    bool plain; // do not use fused forms
};

/* Scores every cell of the recipe on x and y, plain ones; results live in context->mem.
 * STATUS_INPUT before any work when there are fewer rows than folds or the score is
 * undefined on a fold (field 'train.folds'), the target is constant, x or y has a value
 * that is no finite number, or a parameter does not fit the data (k above the number of
 * features, field 'select.k').  STATUS_INPUT behind it when no cell has a score that is a
 * number (field 'train.score'). */
MUST_USE enum status search_run(const struct recipe *recipe,
                                const struct search_options *options,
                                const struct matrix *x, const struct target *y,
                                const struct fit_context *context,
                                struct search_result *ret, struct error *err);

#endif
