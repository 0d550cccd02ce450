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

#endif
