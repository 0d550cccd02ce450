/* Metrics: one function a row of metrics.def.
 *
 * Sums are compensated for nothing: they run in row order, as the header promises, so
 * that a figure can be recomputed with a pocket calculator from residuals.csv.  Numbers
 * whose squares would not fit are scaled by a power of two first, which rounds nothing. */
#include "learn/metric.h"

#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "data/spread.h"

/* The power of two by which y and p are divided before anything is squared. */
static int exponent(const double *y, const double *p, size_t n)
{
    int a = spread_exponent(y, n), b = spread_exponent(p, n);
    return a > b ? a : b;
}

static double error(const double *y, const double *p, size_t i, int e)
{
    return spread_scaled(y[i], e) - spread_scaled(p[i], e);
}

static double squared_error(const double *y, const double *p, size_t n, int e)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double d = error(y, p, i, e);
        sum += d * d;
    }
    return sum;
}

static double value_rmse(const double *y, const double *p, size_t n)
{
    int e = exponent(y, p, n);
    return n ? ldexp(sqrt(squared_error(y, p, n, e) / (double)n), e) : NAN;
}

static double value_mae(const double *y, const double *p, size_t n)
{
    double sum = 0;
    int e = exponent(y, p, n);
    for (size_t i = 0; i < n; i++)
        sum += fabs(error(y, p, i, e));
    return n ? ldexp(sum / (double)n, e) : NAN;
}

static double value_r2(const double *y, const double *p, size_t n)
{
    double sum = 0, around = 0, left = 0; // left is 0 but for rounding of the mean
    int e = exponent(y, p, n), own = spread_exponent(y, n);
    if (spread_none(y, n))
        return NAN;
    for (size_t i = 0; i < n; i++)
        sum += spread_scaled(y[i], own);
    for (size_t i = 0; i < n; i++) {
        double d = spread_scaled(y[i], own) - sum / (double)n;
        around += d * d;
        left += d;
    }
    around -= left * left / (double)n;
    return 1 - ldexp(squared_error(y, p, n, e) / around, 2 * (e - own));
}

static double value_bias(const double *y, const double *p, size_t n)
{
    double sum = 0;
    int e = exponent(y, p, n);
    for (size_t i = 0; i < n; i++)
        sum += error(p, y, i, e);
    return n ? ldexp(sum / (double)n, e) : NAN;
}

#define SCORE(id, higher, text) {#id, text, true, higher, value_##id},
#define FIGURE(id, text) {#id, text, false, false, value_##id},
const struct metric metric_all[] = {
#include "learn/metrics.def"
};
#undef SCORE
#undef FIGURE

const size_t metric_count = COUNT_OF(metric_all);

const struct metric *metric_find(const char *name)
{
    for (size_t i = 0; i < metric_count; i++)
        if (strcmp(metric_all[i].name, name) == 0)
            return &metric_all[i];
    return NULL;
}
