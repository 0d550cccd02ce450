/* Series models learn from the target's history, not from rows of features: of each series
 * the steps before its first row that is not learnt from, so that they know no more than a
 * recipe does. */
#ifndef SEARCH_TRAINING_SERIES_H
#define SEARCH_TRAINING_SERIES_H

#include "data/source.h"
#include "learn/contest.h"
#include "search/training.h"

/* Holds the contest over the history in folder/raw of the sources' tables, over one series
 * or over many, and fits the best candidate.  STATUS_INPUT, with a path where the tables
 * are at fault, else without, as contest_fit and contest_fit_groups. */
MUST_USE enum status training_contest(const struct training *t,
                                      const struct contest_rule *rule, const char *folder,
                                      const struct sources *sources,
                                      const struct fit_context *context,
                                      struct search_result *ret_search,
                                      struct model_series *ret, struct error *err);

#endif
