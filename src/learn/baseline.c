/* Naive forecasts: one function a row of baselines.def.  Hyndman & Athanasopoulos,
 * Forecasting: Principles and Practice (3rd edition, 2021), section 5.2.  A missing value
 * is not bridged: a row without a forecast is left out of the comparison, and counted. */
#include "learn/baseline.h"

#include <math.h>

#include "base/compiler.h"

/* The value so many steps before t. */
static double before(const double *y, size_t t, size_t steps)
{
    return steps > 0 && steps <= t ? y[t - steps] : NAN;
}

static double forecast_naive(const double *y, size_t t, size_t season)
{
    (void)season;
    return before(y, t, 1);
}

static double forecast_seasonal_naive(const double *y, size_t t, size_t season)
{
    return before(y, t, season);
}

static double forecast_seasonal_drift(const double *y, size_t t, size_t season)
{
    if (season == 0)
        return NAN;
    return before(y, t, 1) + before(y, t, season) - before(y, t, season + 1);
}

#define BASELINE(id, text) {#id, text, forecast_##id},
const struct baseline baseline_all[] = {
#include "learn/baselines.def"
};
#undef BASELINE

const size_t baseline_count = COUNT_OF(baseline_all);
