/* Figures that say how good a prediction is.  One function and one row in metrics.def
 * each.
 *
 * rmse sqrt(mean((y - p)^2)), mae mean(|y - p|), r2 1 - sum((y - p)^2)/sum((y - mean
 * y)^2), bias mean(p - y).  Sums run in row order. */
#ifndef LEARN_METRIC_H
#define LEARN_METRIC_H

#include <stdbool.h>
#include <stddef.h>

struct metric {
    const char *name, *summary;
    bool higher_is_better;
    double (*value)(const double *y, const double *prediction,
                    size_t n); // NaN when undefined
};

extern const struct metric metric_all[];
extern const size_t metric_count;

const struct metric *metric_find(const char *name); // or NULL

#endif
