/* The rows of a backtest: an origin, a horizon and a series each, with the value that came
 * and what was answered. */
#ifndef ROLLING_ROLLING_ROWS_H
#define ROLLING_ROLLING_ROWS_H

#include "data/history.h"
#include "evaluation/evaluation.h"
#include "rolling/rolling_plan.h"

/* What may be forecast: the values of the target, those of each series together. */
struct rolling_points {
    size_t n;
    const int32_t *key;          // [n] ascending in each series
    const uint32_t *group;       // [n] ascending codes; NULL: one series
    const struct groups *groups; // their names
    struct target y;             // [n] what has no value is no point
};

struct rolling_rows {
    const struct pipeline *pipeline;
    const struct rolling_plan *plan;
    const struct rolling_points *points;
    size_t n; // by series, then origin, then horizon
    size_t n_series;
    size_t *from;             // [n_series + 1] the rows of each
    uint32_t *group;          // [n] codes; NULL: one series
    int32_t *origin, *key;    // [n]
    int32_t *horizon;         // [n] from 1
    uint32_t *turn;           // [n] which of the plan's origins it is
    size_t *point;            // [n] the one that is forecast
    struct target actual;     // [n]
    struct prediction answer; // [n] NaN where there is none
    double **value;           // its columns
    size_t fits;              // times that the model was learnt
    size_t reach;             // steps behind its origin that the model can answer at most
    size_t proofs, proved;    // fits that were held again, and answers that were compared
    size_t leaks, leak;    // of these, that rest on rows behind the origin; the first one
    double *spread; // [n] the standard deviations that a series model knows; or NULL
    double *lower, *upper; // [n] the band, NaN where there is none; or NULL
    bool log;              // bands are of errors of logarithms
    double *scale, *square_scale; // [n] of the past's naive errors, see rolling_naive.h
    size_t n_baselines;
    struct naive *baseline; // [n_baselines] of [n] rows each, NaN where there is none
};

/* The points of histories, in mem: every step that has a value. */
struct rolling_points rolling_points_of(const struct histories *h,
                                        const struct pipeline *p, struct arena *mem);

/* What the plan needs to know of the points. */
struct rolling_extent rolling_extent_of(const struct rolling_points *points);

/* Lays the rows out, without an answer of `width` columns, in mem; they borrow all else.
 * A row is there where a point of the series lies at or before its origin, and one at its
 * key. */
void rolling_rows_make(const struct rolling_points *points,
                       const struct rolling_plan *plan, const struct pipeline *p,
                       enum answer answer, size_t width, struct arena *mem,
                       struct rolling_rows *ret);

/* True where the model answered. */
bool rolling_rows_answered(const struct rolling_rows *rows, size_t i);

/* The history of the series that row i is of, or NULL. */
const struct history *rolling_history(const struct rolling_rows *rows,
                                      const struct histories *h, size_t i);

#endif
