/* The search over a recipe's grid on rows that are learnt from, where nobody waits for a
 * table of its cells: no journal, no shards, no progress. */
#ifndef SEARCH_TRAINING_SEARCH_H
#define SEARCH_TRAINING_SEARCH_H

#include "search/learning.h"
#include "search/training.h"

/* The best cell by the folds and the score of `train`; of a grid of one cell that one,
 * without a search.  Fails as training_folds, metric_score and search_begin do. */
MUST_USE enum status training_search(const struct training *t,
                                     const struct recipe *recipe,
                                     const struct learning_train *train, uint64_t seed,
                                     const struct fit_context *context, size_t *ret_best,
                                     struct error *err);

#endif
