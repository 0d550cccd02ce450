/* A walk over a table's steps of time with their past: the features stage's memory.
 *
 * Where rows have a key, a step without a row is a step of missing values: windows and
 * lags count steps, not rows.  Each call brings the next steps, at most a batch of them;
 * the buffers keep, before them, the steps that windows reach back to, from a step number
 * that is a multiple of 1,024.  At the end come `ahead` steps that are in no table yet:
 * keys go on, values are missing.  Without keys each row is a step.
 *
 *     struct walk w = {.file = …, .mem = …, .column = …, .p = …, .reach = …};
 *     walk_begin(&w);
 *     while (walk_next(&w, err) == STATUS_OK && w.fresh > 0)
 *         … w.x[c][w.past … w.past + w.fresh), w.key, w.row … */
#ifndef DATA_WALK_H
#define DATA_WALK_H

#include "arrow/arrow.h"
#include "base/timestep.h"

#define WALK_NO_ROW SIZE_MAX

struct walk {
    struct arrow_file *file;
    struct arena *mem;
    const size_t *column; // [p] columns of the table
    size_t p, reach, ahead;
    const struct timestep *step; // NULL: rows have no keys
    bool has_as_of;              // rows from the first key later than as_of on do not
    int32_t as_of;               // exist

    size_t start; // number of the first buffered step
    size_t past;  // buffered steps before the fresh ones
    size_t fresh; // steps of this call; 0: the end
    bool beyond;  // the fresh steps lie behind the table
    double **x;   // [p][past + fresh]
    int32_t *key; // [past + fresh]
    size_t *row;  // [past + fresh] the step's row in the table, or WALK_NO_ROW
    size_t cap;

    /* the batch under way */
    struct batch batch;
    size_t b, n, taken;   // its number; its rows that exist, and how many were brought
    int32_t *batch_key;   // [n]
    size_t batch_cap, at; // at: the row that comes next
    int32_t due;          // the key of the step that comes next, when at > 0
};

/* Column 0 is the key where there is a step. */
void walk_begin(struct walk *w);

/* Brings the next steps.  STATUS_INPUT for a damaged table, one without its keys in their
 * order, and for a whole number that no real is: above 2^53. */
MUST_USE enum status walk_next(struct walk *w, struct error *err);

#endif
