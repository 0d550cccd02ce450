/* Tails by GSL's cdf functions, which end the process on arguments that they do not
 * accept: none reaches them. */
#include "judge/pvalue.h"

#include <gsl/gsl_cdf.h>
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
