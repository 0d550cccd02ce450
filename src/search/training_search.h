/* The search over recipes on rows that are learnt from, where nobody waits for a
 * table of its cells: no journal, no shards, no progress. */
#ifndef SEARCH_TRAINING_SEARCH_H
#define SEARCH_TRAINING_SEARCH_H

#include "search/learning.h"
#include "search/training.h"

/* The cell to fit by the folds, the score and the method of `train`; of one cell that one,
 * without a search.  Fails as training_folds, metric_score and search_begin do. */
MUST_USE enum status training_search(const struct training *t,
                                     const struct recipes *recipes,
                                     const struct learning_train *train, uint64_t seed,
                                     const struct fit_context *context, size_t *ret_best,
                                     struct error *err);

#endif
