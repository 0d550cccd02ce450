/* What a series model would have forecast for each row of a table, one step before it. */
#ifndef SERIES_ONE_STEP_H
#define SERIES_ONE_STEP_H

#include "data/history.h"
#include "series/series.h"

/* The target's history as a series. */
struct series one_step_series(const struct history *h, size_t season);

/* The forecast for the steps of n keys, each from all steps before it, into ret[n].  NaN for
 * a step that needs values that are missing, or lies further than one behind the
 * history's end, or before it.  context->mem, another arena than scratch, is for states;
 * both are rewound. */
MUST_USE enum status one_step_forecasts(const struct series_choice *choice,
                                        const struct history *h, size_t season,
                                        const int32_t *key, size_t n,
                                        const struct fit_context *context,
                                        struct arena *scratch, double *ret,
                                        struct error *err);

/* The rows of a table, those of each series together. */
struct one_step_rows {
    size_t n;
    const int32_t *key;          // [n]
    const uint32_t *group;       // [n] codes; NULL: all are of one series
    const struct groups *groups; // their names
};

/* The same for the rows of a table, into ret[n], its series on context->threads; NaN for
 * those of a series without a history. */
MUST_USE enum status one_step_rows(const struct series_choice *choice,
                                   const struct histories *h, size_t season,
                                   const struct one_step_rows *rows,
                                   const struct fit_context *context, double *ret,
                                   struct error *err);

#endif
