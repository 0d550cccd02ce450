/* A walk over a table's rows with their past: the features stage's memory.
 *
 * Each step brings the next batch of rows; the buffers keep, before it, the rows that
 * windows reach back to, from a row number that is a multiple of 1,024.  At the end come
 * `ahead` rows that are in no table yet: keys go on, values are missing.
 *
 *     struct walk w = {.file = …, .mem = …, .column = …, .p = …, .reach = …};
 *     walk_begin(&w);
 *     while (walk_next(&w, err) == STATUS_OK && w.fresh > 0)
 *         … w.x[c][w.past … w.past + w.fresh), w.key … */
#ifndef DATA_WALK_H
#define DATA_WALK_H

#include "data/arrow.h"

struct walk {
    struct arrow_file *file;
    struct arena *mem;
    const size_t *column; // [p] columns of the table
    size_t p, reach, ahead;
    bool keyed, month, has_as_of;
    int32_t as_of;

    size_t start; // row number of the first buffered row
    size_t past;  // buffered rows before the fresh ones
    size_t fresh; // rows of this step; 0: the end
    bool beyond;  // the fresh rows are in no table
    double **x;   // [p][past + fresh]
    int32_t *key; // [past + fresh]
    size_t cap, b;
};

/* keyed: column 0 is the key; month: keys are months.  has_as_of: rows from the first key
 * later than as_of on do not exist. */
void walk_begin(struct walk *w);

/* Brings the next rows.  STATUS_INPUT for a damaged table, or one without its keys. */
MUST_USE enum status walk_next(struct walk *w, struct error *err);

#endif
