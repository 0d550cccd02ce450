/* The series model of a model file, and what it says of the steps to come.
 *
 *     {"model": "window_average", "parameters": {"window": 12}, "season": 12,
 *      "horizon": 1, "steps": 380, "state": {…}}
 *
 * The state is that of the first `steps` steps of the target's history: those before the
 * first row that was held out.  It goes on from there when the model is used, and is then
 * the state of a fit on all that is known.
 *
 *     {"model": …, "parameters": {…}, "season": 12, "horizon": 1, "groups": 10000,
 *      "judged": 9800, "steps": 5000000}
 *
 * What stands for the choice is model_choice.h's, for the state series_save's.  Of a model
 * that takes outside columns there is also "outside": [names], in the order of its state.
 *
 * Where rows have groups, one model is chosen for all of them and no state is kept: that of
 * each series is a fit on its history, which extend gives bit for bit as well, so that the
 * file is as long for ten thousand series as for two. */
#ifndef LEARN_MODEL_SERIES_H
#define LEARN_MODEL_SERIES_H

#include "series/fitted.h"
#include "base/watch.h"
#include "series/one_step.h"

struct model_series {
    struct series_fitted
        fitted;           // choice.model NULL: there is none, the model is a recipe;
                          // state NULL with groups
    size_t season;        // steps; 0: none
    size_t horizon;       // steps that predict forecasts
    struct texts outside; // the columns that it takes, in the order of its state; or none
    size_t groups;        // series that it was chosen for; 0: rows have none
    size_t judged;        // of them; the others were too short
    size_t steps;         // of the history that it knows; of all groups together
};

json_t *model_series_json(const struct model_series *m);

/* Reads that object, of the model at path. */
MUST_USE enum status model_series_read(const json_t *saved, const char *path,
                                       struct arena *mem, struct model_series *ret,
                                       struct error *err);

/* What it would have forecast for the rows of a table, each one step before
 * (series/one_step.h), into ret[rows->n]. */
MUST_USE enum status model_series_rows(const struct model_series *m,
                                       const struct histories *h,
                                       const struct one_step_rows *rows,
                                       const struct fit_context *context,
                                       const struct watch *watch, double *ret,
                                       struct error *err);

/* The forecasts for the steps behind the last value of the history, in which the state goes
 * on: *ret_from is the first of them, ret[horizon] the values, ret_spread[horizon] their
 * standard deviations, NaN where the model knows none.  STATUS_INPUT, without a place, when the history is shorter than what the model was fitted on. */
MUST_USE enum status model_series_coming(struct model_series *m, const struct history *h,
                                         struct arena *mem, size_t *ret_from, double *ret,
                                         double *ret_spread, struct error *err);

/* The forecasts for the steps behind the last value of each history, which may be none;
 * watch, NULL: nobody, hears of progress. */
struct series_coming {
    size_t n;        // rows: the horizon of each series that has values
    int32_t *step;   // [n] of its history
    uint32_t *group; // [n] codes of the histories
    double *value;   // [n] NaN where there is no forecast, as of too short a history
    double *spread;  // [n] their standard deviations, NaN where the model knows none
};
MUST_USE enum status model_series_coming_groups(const struct model_series *m,
                                                const struct histories *h, size_t threads,
                                                const struct watch *watch,
                                                struct arena *mem,
                                                struct series_coming *ret,
                                                struct error *err);

#endif
