/* Contests held in the past: of each of a row of moments the candidate that a contest over
 * what was known then would have taken (learn/contest.h).
 *
 * A candidate's forecast from an inner origin depends on the steps before it alone, so that
 * the contests of all moments share one backtest, where the rule learns anew at every
 * origin: those of a hundred moments cost little more than that of the last. */
#ifndef LEARN_CONTEST_PAST_H
#define LEARN_CONTEST_PAST_H

#include "learn/contest.h"

struct contest_moments {
    size_t n;
    size_t step;          // steps from one to the next, at least 1
    const int64_t *known; // [series] steps known at the first one; below 1: none yet
};

/* Fills ret[moments->n] with the candidates' places, SIZE_MAX where no contest can be held.
 * Over several series the mean decides, as in contest_fit_groups; they are pieces of work on
 * context->threads.  STATUS_INPUT as contest_fit says, where it is no matter of too few
 * steps. */
MUST_USE enum status contest_past(const struct contest_rule *rule, const struct series *s,
                                  size_t n, const struct contest_moments *moments,
                                  const struct fit_context *context, size_t *ret,
                                  struct error *err);

#endif
