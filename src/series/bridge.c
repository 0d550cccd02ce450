/* Gaps, filled as they are met. */
#include "series/bridge.h"

#include <math.h>

double bridge_value(const double *end, size_t known, size_t season)
{
    if (known == 0)
        return NAN;
    if (season == 0 || known <= season || isnan(end[-(ptrdiff_t)season - 1]))
        return end[-1];
    return end[-1] + end[-(ptrdiff_t)season] - end[-(ptrdiff_t)season - 1];
}

void bridge_gaps(double *y, size_t from, size_t n, size_t season)
{
    for (size_t t = from; t < n; t++)
        if (isnan(y[t]))
            y[t] = bridge_value(y + t, t, season);
}
