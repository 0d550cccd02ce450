/* How far a column has moved since somebody looked at it.
 *
 * Population stability index (Siddiqi 2006, "Credit risk scorecards"; twice the mean of both
 * Kullback-Leibler divergences of binned data), of shares a[i] then and b[i] now,
 *
 *     psi = sum (b[i] - a[i]) log(b[i] / a[i])
 *
 * A number's bins are cut at the deciles that it had then, equal ones once, and what is
 * missing is a bin of its own; a share of none counts as half a row.  By custom .1 is little
 * and .25 is much.  Two samples of n and m rows of the same come to about bins (1/n + 1/m).
 *
 * Kolmogorov-Smirnov: the largest distance between both distribution functions, [0,1].
 *
 * Both come of quantiles, which stand for equally many values each: between two of them a
 * distribution function is taken for a straight line, at equal ones it leaps.  With q of
 * them no share of values is off by more than 1/q. */
#ifndef JUDGE_DRIFT_H
#define JUDGE_DRIFT_H

#include <stddef.h>

/* A number's values. */
struct drift_numbers {
    size_t rows, missing; // missing of rows
    double least;         // value
    size_t n;
    const double
        *quantile; // [n] ascending, the last is the largest; n 0: all are missing
};

enum { DRIFT_BINS = 10 };

/* The share of values, [0,1], up to x, or below it. */
double drift_upto(const struct drift_numbers *d, double x);
double drift_below(const struct drift_numbers *d, double x);

double drift_psi(const struct drift_numbers *then, const struct drift_numbers *now);

/* NaN where one of them has no values. */
double drift_ks(const struct drift_numbers *then, const struct drift_numbers *now);

/* The index of n bins with so many rows then and now; NaN where either has none at all. */
double drift_psi_counts(const double *then, const double *now, size_t n);

#endif
