/* From scores to the best cell; see search.h for the rules. */
#ifndef LEARN_SEARCH_RANK_H
#define LEARN_SEARCH_RANK_H

#include "learn/search.h"

/* What makes a cell's model large: the columns that its estimator sees, and the measure
 * of that estimator. */
struct cell_size {
    size_t width;
    double complexity;
};

/* Fills means, ranks and the two cells of *r, whose scores are given; size[n_cells]. */
MUST_USE enum status search_rank(struct search_result *r, const struct metric *metric,
                                 const struct cell_size *size, struct arena *mem,
                                 struct error *err);

/* The standard error of a cell's mean over its folds; NaN with one fold. */
double search_standard_error(const double *score, size_t folds, double mean);

/* How far a mean is behind the best one; NaN for a cell that failed. */
double search_shortfall(double mean, double best, const struct metric *metric);

/* True for a mean that is no farther behind the best one than its standard error; the
 * best is not close to itself when that is NaN. */
bool search_is_close(double mean, double best, double error, const struct metric *metric);

#endif
