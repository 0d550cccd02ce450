/* How good intervals are: how often they cover, how wide they are, and both in one figure.
 *
 * The score of an interval [l, u] of level 1 - a for a value y (Gneiting & Raftery 2007,
 * "Strictly proper scoring rules, prediction, and estimation", Journal of the American
 * Statistical Association 102, section 6.2) is, lower being better,
 *
 *     (u - l) + 2/a (l - y)+ + 2/a (y - u)+ */
#ifndef JUDGE_INTERVAL_SCORE_H
#define JUDGE_INTERVAL_SCORE_H

#include <stddef.h>

/* The score at a level in (0,1), in the unit of y; NaN where one of the three is. */
double interval_score(double lower, double upper, double y, double level);

struct interval_summary {
    size_t n;        // rows with an interval and a value
    double coverage; // [0,1] share of them inside, bounds included
    double width;    // mean upper - lower
    double score;    // mean
};

/* Over the rows that have all three; NaN where there are none. */
struct interval_summary interval_summary(const double *lower, const double *upper,
                                         const double *y, size_t n, double level);

#endif
