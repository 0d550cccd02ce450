/* Whether two classifiers of the same rows differ by more than chance: of the rows on which
 * exactly one is right, either should be right on half.
 *
 * McNemar 1947, "Note on the sampling error of the difference between correlated
 * proportions or percentages", Psychometrika 12: with b rows on which only the first is
 * right and c on which only the second is,
 *
 *     statistic = max(|b - c| - 1, 0)^2 / (b + c), chi-square with 1 degree of freedom
 *
 * (the 1 is Edwards' correction, Psychometrika 13, 1948); exactly, min(b, c) of b + c fair
 * coins, doubled and at most 1. */
#ifndef JUDGE_MCNEMAR_H
#define JUDGE_MCNEMAR_H

#include <stddef.h>

struct mcnemar {
    double statistic, p_statistic; // the corrected chi-square and its p
    double p;                      // exact, two-sided
    double p_less;                 // exact, one-sided: small where the first errs less
};

/* Of b and c.  Without such rows: 0 and p 1. */
struct mcnemar mcnemar(size_t only_first, size_t only_second);

#endif
