/* Between the files of this folder: series and their rows, fits, points by time. */
#ifndef ROLLING_ROLLING_INTERNAL_H
#define ROLLING_ROLLING_INTERNAL_H

#include "rolling/rolling_recipe.h"
#include "rolling/rolling_rows.h"

/* The steps of the history that are known at the origin of row i; SIZE_MAX where that lies
 * outside of it. */
size_t rolling_known(const struct rolling_rows *rows, const struct history *h, size_t i);

/* The plan, learning at every origin anew from all that is known. */
struct backtest_plan rolling_one_by_one(const struct rolling_plan *plan);

/* The model of a series, or those of its fits. */
struct rolling_choice {
    const struct series_choice *one;
    const struct series_choice *const *chosen; // [fits] where one is NULL
};

/* Backtests it on series g, whose history h is, from the origins of its rows, and fills
 * ret[rows->n] where these stand, and ret_spread[rows->n], unless NULL, with the standard
 * deviations that the model knows.  Both arenas are rewound. */
MUST_USE enum status rolling_forecast(const struct rolling_rows *rows,
                                      const struct history *h, size_t g,
                                      const struct backtest_plan *plan,
                                      const struct rolling_choice *choice,
                                      const struct fit_context *context,
                                      struct arena *scratch, double *ret,
                                      double *ret_spread, struct error *err);

/* The fits of a recipe. */
struct recipe_job {
    struct rolling_rows *rows;
    const struct rolling_features *features;
    const struct rolling_rule *rule;
    struct division_rule division;
    size_t *row, *first;     // [rows->n] by turn, of turn t from first[t] on
    struct arena *of_worker; // [threads]
    size_t **slot;           // [threads][points] 1 + where a point stands among the asked
    struct error *fault;     // [fits] status STATUS_OK: there is none
    bool *learnt;            // [fits]
};

/* The first row of the frame, of those with a target, that is later than the key. */
size_t rolling_behind(const struct rolling_features *f, int32_t key);

/* Learns the i-th time, and answers the rows up to the next. */
MUST_USE enum status rolling_fit(const struct recipe_job *job, size_t i, size_t worker,
                                 struct error *err);

/* Learns some of them again from a table that is another one behind the origin, and notes
 * in the job's rows what is answered otherwise (rolling_proof.c). */
MUST_USE enum status rolling_prove(const struct recipe_job *job, size_t threads,
                                   struct arena *mem, struct error *err);

/* The points by key, those of one key as they stand; in mem. */
size_t *rolling_by_key(const struct rolling_points *points, struct arena *mem);

#endif
