/* Rows in the order of a score. */
#ifndef JUDGE_BY_SCORE_H
#define JUDGE_BY_SCORE_H

#include "base/arena.h"

/* The numbers of the n rows from the highest score to the lowest, equal ones as they
 * stand, in mem.  No score is NaN. */
size_t *by_score(const double *score, size_t n, struct arena *mem);

/* Where the rows with the score of order[at] end in that order. */
size_t by_score_tie(const double *score, const size_t *order, size_t n, size_t at);

#endif
