/* Tails by GSL's cdf functions, which end the process on arguments that they do not
 * accept: none reaches them. */
#include "judge/pvalue.h"

#include <gsl/gsl_cdf.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

double pvalue_rounded(double x)
{
    char text[32];
    if (!isfinite(x))
        return x;
    snprintf(text, sizeof text, "%.5e", x);
    return strtod(text, NULL);
}

double pvalue_student_below(double t, double df)
{
    if (isnan(t) || !(df > 0))
        return NAN;
    if (isinf(t))
        return t > 0 ? 1 : 0;
    return pvalue_rounded(gsl_cdf_tdist_P(t, df));
}

double pvalue_student(double t, double df)
{
    if (isnan(t) || !(df > 0))
        return NAN;
    return isinf(t) ? 0 : pvalue_rounded(2 * gsl_cdf_tdist_Q(fabs(t), df));
}

double pvalue_normal_below(double z)
{
    return pvalue_rounded(gsl_cdf_ugaussian_P(z));
}

double pvalue_normal(double z)
{
    return isnan(z) ? NAN : pvalue_rounded(2 * gsl_cdf_ugaussian_Q(fabs(z)));
}

double pvalue_normal_reach(double level)
{
    return level > 0 && level < 1 ? pvalue_rounded(gsl_cdf_ugaussian_Pinv(.5 + level / 2))
                                  : NAN;
}

double pvalue_chi_square(double x, double df)
{
    if (isnan(x) || !(df > 0))
        return NAN;
    return x <= 0 ? 1 : isinf(x) ? 0 : pvalue_rounded(gsl_cdf_chisq_Q(x, df));
}

double pvalue_coins_below(size_t k, size_t n)
{
    if (n > UINT_MAX)
        return NAN;
    return k >= n ? 1 : pvalue_rounded(gsl_cdf_binomial_P((unsigned)k, .5, (unsigned)n));
}
