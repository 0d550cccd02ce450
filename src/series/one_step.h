/* What a series model would have forecast for each row of a table, one step before it. */
#ifndef SERIES_ONE_STEP_H
#define SERIES_ONE_STEP_H

#include "base/watch.h"
#include "data/history.h"
#include "series/series.h"

/* The target's history as a series. */
struct series one_step_series(const struct history *h, size_t season);

/* The rows of a table, those of each series together. */
struct one_step_rows {
    size_t n;
    const int32_t *key;          // [n]
    const uint32_t *group;       // [n] codes; NULL: all are of one series
    const struct groups *groups; // their names
    int32_t judged;              // key of the first ones that say how good a model is, or
};
enum { ONE_STEP_HALF = INT32_MIN }; // those of the second half of each series

/* A laborious model learns before the first of each series' rows that are judged and goes on
 * from there, without a forecast for those before; others learn before each row.
 *
 * The forecast for each row, from all steps of its series before it, into ret[n].  NaN where
 * values that it takes are missing, for a step before the history or further than one behind
 * its end, and in a series without a history.  Of the context threads, on which many
 * series are pieces of work, and memo are taken; watch, NULL: nobody, is told of them. */
MUST_USE enum status one_step_rows(const struct series_choice *choice,
                                   const struct histories *h, size_t season,
                                   const struct one_step_rows *rows,
                                   const struct fit_context *context,
                                   const struct watch *watch, double *ret,
                                   struct error *err);

#endif
