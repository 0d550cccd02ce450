/* Coverage, width and score of intervals, summed in the order of the rows. */
#include "judge/interval_score.h"

#include <math.h>

double interval_score(double lower, double upper, double y, double level)
{
    if (isnan(lower) || isnan(upper) || isnan(y))
        return NAN;
    return upper - lower + 2 / (1 - level) * (fmax(lower - y, 0) + fmax(y - upper, 0));
}

struct interval_summary interval_summary(const double *lower, const double *upper,
                                         const double *y, size_t n, double level)
{
    struct interval_summary s = {0};
    for (size_t i = 0; i < n; i++) {
        double score = interval_score(lower[i], upper[i], y[i], level);
        if (isnan(score))
            continue;
        s.n++;
        s.coverage += lower[i] <= y[i] && y[i] <= upper[i];
        s.width += upper[i] - lower[i];
        s.score += score;
    }
    s.coverage /= (double)s.n; // 0 / 0 is the NaN of no rows
    s.width /= (double)s.n;
    s.score /= (double)s.n;
    return s;
}
