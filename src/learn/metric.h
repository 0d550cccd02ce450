/* Figures that say how good a prediction is.  One function and one row in metrics.def
 * each.
 *
 * A search judges by those that are scores: bias is none, since the least of it is the
 * most negative one.
 *
 * rmse sqrt(mean((y - p)^2)), mae mean(|y - p|), r2 1 - sum((y - p)^2)/sum((y - mean
 * y)^2), bias mean(p - y).  Sums run in row order.  r2 is undefined where all y are
 * equal, whatever their rounded mean is.  Squares of very large and very small numbers
 * neither overflow nor vanish: scaling y and p by the same factor scales rmse, mae and
 * bias and leaves r2 as it is, as long as the figure itself can be represented. */
#ifndef LEARN_METRIC_H
#define LEARN_METRIC_H

#include <stdbool.h>
#include <stddef.h>

struct metric {
    const char *name, *summary;
    bool is_score, higher_is_better;
    double (*value)(const double *y, const double *prediction,
                    size_t n); // NaN when undefined
};

extern const struct metric metric_all[];
extern const size_t metric_count;

/* The names of the scores as the words of an option, behind a '|' that is none. */
#define SCORE(id, higher, text) "|" #id
#define FIGURE(id, text)
static const char metric_scores[] =
#include "learn/metrics.def"
    ;
#undef SCORE
#undef FIGURE

const struct metric *metric_find(const char *name); // or NULL

#endif
