/* Grid search with k folds, sharing all work that cells have in common.
 *
 * The search walks a tree: cells whose first steps and parameters agree share that fitted prefix.
 * For runs of steps that have a fused form (fused.def) the columns in between are never built.
 * Plain and fused forms agree to the tolerances stated in fused_kernel_ridge.h; a test holds them
 * against each other.  Each (fold, branch) writes its own slots, so threads change nothing.
 *
 * Ranks: by mean score, best first, equal means share the lowest rank (scikit-learn's
 * rank_test_score); the first cell of rank 1 wins. */
#ifndef LEARN_SEARCH_H
#define LEARN_SEARCH_H

#include "learn/metric.h"
#include "learn/recipe.h"

struct search_result {
    size_t n_cells, folds;
    double *score;  // [n_cells][folds]
    double *mean;   // [n_cells]
    size_t *rank;   // [n_cells], from 1
    size_t best;    // cell
    size_t simplest_within_error; // first cell in grid order whose mean is within one standard
                                  // error of the best, with the fewest features and degree
};

struct search_options {
    size_t folds;
    const struct metric *score;
    bool plain; // do not use fused forms
};

/* Scores every cell of the recipe on x and y.  STATUS_INPUT when there are fewer rows than folds,
 * the target is constant, or a parameter does not fit the data (k above the number of features). */
MUST_USE enum status search_run(const struct recipe *recipe, const struct search_options *options,
                                const struct matrix *x, const struct matrix *y,
                                const struct fit_context *context, struct search_result *ret,
                                struct error *err);

#endif
