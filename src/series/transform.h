/* Transforms of a series: what a model learns from instead of the values, and the way back
 * of its forecasts.
 *
 *     - stl_ets: {transform: log}
 *     - ets: {transform: box_cox, lambda: 0.3, bias: mean}
 *     - ridge_lags: {transform: log, difference: both}
 *
 * The values are put on another scale, which is for those above 0 (with a lambda above 0:
 * also for 0), then differenced:
 *
 *     log       x = ln y
 *     box_cox   x = (y^lambda - 1) / lambda, ln y for lambda 0 (Box & Cox 1964, Journal of
 *               the Royal Statistical Society B 26); lambda 0.5 is the square root
 *     guerrero  the same with the lambda in [-1,2] for which the ratios s / mean^(1-lambda)
 *               of the seasons' (without one: of pairs of steps') means and standard
 *               deviations vary least (Guerrero 1993, Journal of Forecasting 12), from the
 *               values that are known when the model learns
 *
 * The way back of a forecast x is the inverse: the median.  With bias: mean it is the mean,
 * for errors on the scale with the variance hv at horizon h, v the mean square of all
 * one-step forecasts' errors so far, of models that estimate parameters over the second
 * half, with those of the first (as if the errors of the steps added up):
 * exp(x + hv/2) for log, else y (1 + hv (1 - lambda) / (2 (lambda x + 1)^2)) (Hyndman &
 * Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, 5.6).  What lies below
 * the scale's lower end is 0.
 *
 * Differences are x[t] - x[t-1], x[t] - x[t-m], or the one of the other, of bridged values
 * (series/bridge.h). */
#ifndef SERIES_TRANSFORM_H
#define SERIES_TRANSFORM_H

#include "base/option.h"

enum transform_scale {
    TRANSFORM_NONE,
    TRANSFORM_LOG,
    TRANSFORM_BOX_COX,
    TRANSFORM_GUERRERO
};
enum transform_difference {
    DIFFERENCE_NONE,
    DIFFERENCE_FIRST,
    DIFFERENCE_SEASONAL,
    DIFFERENCE_BOTH
};
enum transform_bias { BIAS_MEDIAN, BIAS_MEAN };

/* What a pipeline's file says of one.  All zeros: the values as they are. */
struct transform {
    enum transform_scale transform;
    double lambda; // [-1,2], of box_cox; 0 for others
    enum transform_difference difference;
    enum transform_bias bias;
};

enum { TRANSFORM_ROWS = 4 };
extern const struct option_row transform_rows[TRANSFORM_ROWS];

/* Refuses what would count for nothing, and box_cox without its lambda; the field is the
 * key. */
MUST_USE enum status transform_check(const struct transform *t, bool lambda_given,
                                     struct error *err);

bool transform_is_none(const struct transform *t);

/* Whether it goes and comes back value by value, whatever the others are. */
bool transform_is_plain(const struct transform *t);

/* The steps at a series' beginning that have no difference; SIZE_MAX where it takes a season
 * and there is none. */
size_t transform_span(const struct transform *t, size_t season);

/* Whether the value has a place on the scale; a missing one has. */
bool transform_takes(const struct transform *t, double y);

/* Guerrero's lambda for the values of n steps, to 1e-6; 1 where there are not two seasons
 * or none varies. */
double transform_guerrero(const double *y, size_t n, size_t season);

/* A scale with its lambda: there, and back with the variance v of x, 0 for the median; NaN
 * where that has no end. */
struct transform_way {
    bool scaled;
    double lambda;
};
double transform_to(const struct transform_way *w, double y);
double transform_from(const struct transform_way *w, double x, double v);

#endif
