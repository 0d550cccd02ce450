/* Tails of distributions, by GSL: what a test statistic's p is.
 *
 * Every figure is rounded to six significant digits: GSL goes through the C library's exp
 * and log, whose last bits differ between processors, and a p has no use for more.  NaN
 * where an argument is NaN or outside its range. */
#ifndef JUDGE_PVALUE_H
#define JUDGE_PVALUE_H

#include <stddef.h>

/* To six significant digits; NaN and infinities stay. */
double pvalue_rounded(double x);

/* P(T <= t), Student's t with df > 0 degrees of freedom. */
double pvalue_student_below(double t, double df);

/* P(|T| >= |t|). */
double pvalue_student(double t, double df);

/* P(Z <= z) and P(|Z| >= |z|), the standard normal distribution. */
double pvalue_normal_below(double z);
double pvalue_normal(double z);

/* The z for which P(|Z| <= z) = level, in (0,1). */
double pvalue_normal_reach(double level);

/* P(X >= x), chi-square with df > 0 degrees of freedom. */
double pvalue_chi_square(double x, double df);

/* P(K <= k) of n fair coins, n at most UINT_MAX. */
double pvalue_coins_below(size_t k, size_t n);

#endif
