/* From scores to the best cell.
 *
 * Ranks: by mean score, best first, equal means share the lowest rank (scikit-learn's
 * rank_test_score); the first cell of rank 1 wins.  Scores are the metric's plain values,
 * whether higher or lower is better.  Of a search in rounds whatever was in a later one is
 * better than what was not.
 *
 * The one-standard-error rule (Breiman, Friedman, Olshen & Stone 1984, 3.4.3): among the
 * cells whose mean is no farther from the best than the standard error of the best cell's
 * fold scores (ddof 1, over sqrt(folds)), the simplest: the one whose estimator sees the
 * fewest columns, then the least complex by the estimator's own measure (the largest
 * alpha), then the first in grid order.  Widths and measures of different recipes say nothing
 * of each other, nor do scores of different rounds: only cells of the same are compared. */
#ifndef LEARN_SEARCH_RANK_H
#define LEARN_SEARCH_RANK_H

#include "base/arena.h"
#include "base/error.h"
#include "learn/metric.h"

/* What a search found. */
struct search_result {
    size_t n_cells,
        folds;          // rows of the table: a cell each, or one a round that it was in
    const size_t *cell; // [n_cells] which cell a row is of; NULL: that of its number
    const size_t *iter; // [n_cells] its round from 0; NULL: there are no rounds
    const size_t *resources;      // [n_cells] rows of that round; NULL with iter
    double *score;                // [n_cells][folds]
    double *mean;                 // [n_cells]
    size_t *rank;                 // [n_cells], from 1
    size_t best;                  // row
    size_t chosen;                // the one to fit: best, or the best of a given recipe
    size_t simplest_within_error; // of chosen, by the rule above
    const char *why; // why a fold has no scores, where that is known; or NULL
};

/* What makes a cell's model large: the columns that its estimator sees, and the measure
 * of that estimator. */
struct cell_size {
    size_t recipe;
    size_t width;
    double complexity;
};

/* Fills means, ranks and the three rows of *r, whose scores are given; size[n_cells].  use is
 * the recipe to choose from, or none that there is: the best of all. */
MUST_USE enum status search_rank(struct search_result *r, const struct metric *metric,
                                 const struct cell_size *size, size_t use,
                                 struct arena *mem, struct error *err);

/* The cell that a row is of. */
static inline size_t search_row_cell(const struct search_result *r, size_t row)
{
    return r->cell ? r->cell[row] : row;
}

/* The standard error of a cell's mean over its folds; NaN with one fold. */
double search_standard_error(const double *score, size_t folds, double mean);

/* How far a mean is behind the best one; NaN for a cell that failed. */
double search_shortfall(double mean, double best, const struct metric *metric);

/* True for a mean that is no farther behind the best one than its standard error; the
 * best is not close to itself when that is NaN. */
bool search_is_close(double mean, double best, double error, const struct metric *metric);

#endif
