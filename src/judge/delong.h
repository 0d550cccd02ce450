/* How sure an area under the ROC curve is, and whether two scores of the same rows differ
 * in it by more than chance.
 *
 * DeLong, DeLong & Clarke-Pearson 1988, "Comparing the areas under two or more correlated
 * receiver operating characteristic curves", Biometrics 44.  Of m positive and n negative
 * rows, V10 of a positive one is the share of the negative ones with a lower score, V01 of
 * a negative one that of the positive ones with a higher score, ties as 1/2; then
 *
 *     auc = mean V10 = mean V01
 *     cov(auc_a, auc_b) = cov(V10_a, V10_b) / m + cov(V01_a, V01_b) / n
 *
 * with sample covariances.  All V come of one sort, as in Sun & Xu 2014, "Fast
 * implementation of DeLong's algorithm", IEEE Signal Processing Letters 21. */
#ifndef JUDGE_DELONG_H
#define JUDGE_DELONG_H

#include <stddef.h>
#include <stdint.h>

struct delong {
    double auc_a, auc_b; // [0,1]
    double se_a, se_b;   // their standard errors
    double statistic;    // (auc_a - auc_b) / its standard error
    double p;            // two-sided, standard normal
    double p_less;       // one-sided: small where b has the larger area
};

/* Of scores a and b of n rows, none NaN; b NULL: against .5, the area of no knowledge.  Areas
 * are NaN without rows of both kinds, errors with fewer than two of one; statistic and p,
 * too, where the areas differ and their errors are 0, as between a perfect score and a
 * constant: there the formula knows nothing. */
struct delong delong(const uint8_t *positive, const double *a, const double *b, size_t n);

#endif
