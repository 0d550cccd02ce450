/* The series model of a model file, and what it says of the steps to come.
 *
 *     {"model": "window_average", "parameters": {"window": 12}, "season": 12,
 *      "horizon": 1, "steps": 380, "state": {…}}
 *
 * The state is that of the first `steps` steps of the target's history: those before the
 * first row that was held out.  It goes on from there when the model is used, and is then
 * the state of a fit on all that is known. */
#ifndef LEARN_MODEL_SERIES_H
#define LEARN_MODEL_SERIES_H

#include "data/history.h"
#include "series/series.h"

struct model_series {
    struct series_choice choice; // model NULL: there is none, the model is a recipe
    size_t season;               // steps; 0: none
    size_t horizon;              // steps that predict forecasts
    size_t steps;                // of the history that the state knows
    void *state;
};

json_t *model_series_json(const struct model_series *m);

/* Reads that object, of the model at path. */
MUST_USE enum status model_series_read(const json_t *saved, const char *path,
                                       struct arena *mem, struct model_series *ret,
                                       struct error *err);

/* What it would have forecast for the steps of n keys, each one step before
 * (series/one_step.h), into ret[n]; scratch is rewound. */
MUST_USE enum status model_series_rows(const struct model_series *m,
                                       const struct history *h, const int32_t *key,
                                       size_t n, struct arena *scratch, double *ret,
                                       struct error *err);

/* The forecasts for the steps behind the last value of the history, in which the state goes
 * on: *ret_from is the first of them, ret[horizon] the values.  STATUS_INPUT, without a
 * place, when the history is shorter than what the model was fitted on. */
MUST_USE enum status model_series_coming(struct model_series *m, const struct history *h,
                                         struct arena *mem, size_t *ret_from, double *ret,
                                         struct error *err);

#endif
