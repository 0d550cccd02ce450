/* What a score of rows of two kinds is worth at each threshold: the ROC and the
 * precision-recall curve, the areas under both.
 *
 * A point is what is taken for positive from a threshold on: fpr of the negative rows, tpr
 * of the positive ones (the recall), and which share of them is (the precision), as in
 * scikit-learn's roc_curve and precision_recall_curve.  auc counts ties as 1/2;
 * average_precision is the sum over thresholds of the gain in recall times the precision.
 *
 * Of the many thresholds of a large table CURVE_POINTS are kept at most: the first behind
 * each of equal lengths of the way from (0, 0) to (1, 1), and the last. */
#ifndef JUDGE_CURVE_H
#define JUDGE_CURVE_H

#include <stdint.h>

#include "base/arena.h"

enum { CURVE_POINTS = 101 };

struct curve_point {
    double threshold; // score; rows of at least that one
    double fpr, tpr, precision;
};

struct curve {
    double auc, average_precision; // NaN without rows of both kinds, of positive ones
    size_t n;                      // at most CURVE_POINTS
    struct curve_point *point;     // [n] with falling thresholds; a rate of none is NaN
};

/* Of scores of n rows, none NaN; the points live in mem. */
void curve_trace(const uint8_t *positive, const double *score, size_t n,
                 struct arena *mem, struct curve *ret);

#endif
