/* Bands around forecasts, from the errors of earlier ones: for each row of a backtest the
 * one that could be given then, and for rows to come the one that is given now.
 *
 * Conformal prediction takes the quantile of past errors for that of the next one (Vovk,
 * Gammerman & Shafer 2005, "Algorithmic Learning in a Random World"); here errors are
 * divided by what size they should have first (Lei et al. 2018, "Distribution-free
 * predictive inference for regression", Journal of the American Statistical Association
 * 113, section 5.2), so that bands widen in restless times and in restless months.  With
 * e the error, at row t of a horizon, from the rows of that horizon known at its origin:
 *
 *     p_k     = (sum of |e| in period k + 4 A) / (weight of period k + 4), divided by the
 *               mean of p; sums discounted by .995 a row, A = overall mean, so discounted
 *     r       = |e| / p of its period; local, base: its means discounted by .8, by .995
 *     sigma_t = p of t's period * sqrt(local * base)
 *     q       = the ceil(level (N + 1))-th smallest |e| / sigma of the last N <= 120 rows
 *
 *     log:   e = ln y - ln f, band f exp(-+ q sigma_t);  else e = y - f, f -+ q sigma_t
 *
 * Rows get a sigma from a season of errors on (at least 4 of them, at most 24).  Where
 * their ratios are too few for the quantile, as with a handful of origins, errors of all
 * horizons are pooled: q is that of |e| / h^g over the last 120 rows, and the band f -+ q
 * h^g.  g, in [0,1], is the slope of a line through ln of the mean |e| of each horizon over
 * ln h, each counting by its errors; 1/2, a random walk's, of fewer than two horizons.
 *
 * A forecaster that knows its forecast's standard deviation s lends it to a half width w:
 *
 *     (D w + 36 z s) / (D + 36)
 *
 * with D the steps whose value was known and had been forecast, and z the normal quantile
 * for the level: of few origins the errors of neighbouring steps and horizons are much the
 * same, and no more than a handful in truth.  s stands alone where there is no w.  An
 * error of no more than 16 roundings of its value is 0.  Where
 * errors are too few as well (fewer than 9 for a level of .9) and there is no s, there is no
 * band. */
#ifndef JUDGE_CONFORMAL_H
#define JUDGE_CONFORMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conformal_rule {
    double level;  // in (0,1)
    size_t season; // steps after which it comes round; 0 and 1: never
    bool log;      // errors on the log scale; rows with a y or f not above 0 have none
};

/* Forecasts of one series, in the order of their origins, those of one origin in that of
 * their steps.  Steps are numbers of which neighbours differ by one. */
struct conformal_rows {
    size_t n;
    const int32_t *origin;  // [n] the last step whose value was known
    const int32_t *step;    // [n] the one that is forecast, behind the origin
    const double *actual;   // [n] NaN where it is not known
    const double *forecast; // [n]
    const double *spread; // [n] its standard deviation as the forecaster knows it, on the
                          // scale of the errors, NaN where it knows none; NULL: it never
                          // does
};

/* The bands into ret_lower[n] and ret_upper[n], NaN where there is none.  Each depends on
 * actual values up to its row's origin alone. */
void conformal_bands(const struct conformal_rule *rule, const struct conformal_rows *rows,
                     double *ret_lower, double *ret_upper);

#endif
