/* Metrics: one function a row of metrics.def.
 *
 * Sums are compensated for nothing: they run in row order, as the header promises, so
 * that a figure can be recomputed with a pocket calculator from residuals.csv. */
#include "learn/metric.h"

#include <math.h>
#include <string.h>

#include "base/compiler.h"

static double squared_error(const double *y, const double *p, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (y[i] - p[i]) * (y[i] - p[i]);
    return sum;
}

static double value_rmse(const double *y, const double *p, size_t n)
{
    return n ? sqrt(squared_error(y, p, n) / (double)n) : NAN;
}

static double value_mae(const double *y, const double *p, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs(y[i] - p[i]);
    return n ? sum / (double)n : NAN;
}

static double value_r2(const double *y, const double *p, size_t n)
{
    double sum = 0, around = 0;
    for (size_t i = 0; i < n; i++)
        sum += y[i];
    for (size_t i = 0; i < n; i++) {
        double d = y[i] - sum / (double)n;
        around += d * d;
    }
    return around > 0 ? 1 - squared_error(y, p, n) / around : NAN;
}

static double value_bias(const double *y, const double *p, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += p[i] - y[i];
    return n ? sum / (double)n : NAN;
}

#define METRIC(id, higher, text) {#id, text, higher, value_##id},
const struct metric metric_all[] = {
#include "learn/metrics.def"
};
#undef METRIC

const size_t metric_count = COUNT_OF(metric_all);

const struct metric *metric_find(const char *name)
{
    for (size_t i = 0; i < metric_count; i++)
        if (strcmp(metric_all[i].name, name) == 0)
            return &metric_all[i];
    return NULL;
}
