/* What a recipe's answers rest on: permutation importances on held-out rows, and what the
 * estimator says of itself (artifacts/importances_json.h has the definitions). */
#ifndef EVALUATION_IMPORTANCE_H
#define EVALUATION_IMPORTANCE_H

#include "artifacts/importances_json.h"
#include "learn/metric.h"
#include "learn/model.h"

/* How much is looked at: predictions of single rows in all, which bounds the time whatever
 * the table's size; of features, rows and repeats the last give way first. */
enum { IMPORTANCE_WORK = 200000, IMPORTANCE_ROWS = 2000, IMPORTANCE_REPEATS = 5 };

struct importance_job {
    const struct model *model; // of steps
    const struct metric *score;
    const char *features; // the path of features.arrow
    const struct pipeline *pipeline;
    const uint8_t *part; // [rows of the table] enum division_part
    size_t held_out;     // so many of them are held out
    size_t threads;
};

/* Fills all of ret but the model and the options, in mem; of a series model there is
 * nothing to say.  The table is read once more, as far as the rows go that are taken. */
MUST_USE enum status importance_find(const struct importance_job *job, struct arena *mem,
                                     struct importances_json *ret, struct error *err);

#endif
