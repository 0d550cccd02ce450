/* A walk over a table's steps of time with their past: the features stage's memory.
 *
 * Where rows have a key, a step without a row is a step of missing values: windows and
 * lags count steps, not rows.  Each call brings the next steps, at most a batch of them;
 * the buffers keep, before them, the steps that windows reach back to, from a step number
 * that is a multiple of 1,024.  At the end come `ahead` steps that are in no table yet:
 * keys go on, values are missing.  Without keys each row is a step.
 *
 * Where rows have groups, each of them is a series with steps of its own, from number 0
 * on; the steps of a call are all of one series.
 *
 *     struct walk w = {.file = …, .mem = …, .column = …, .p = …, .reach = …};
 *     walk_begin(&w);
 *     while (walk_next(&w, err) == STATUS_OK && w.fresh > 0)
 *         … w.x[c][w.past … w.past + w.fresh), w.key, w.row … */
#ifndef DATA_WALK_H
#define DATA_WALK_H

#include "arrow/arrow.h"
#include "base/timestep.h"
#include "data/groups.h"

#define WALK_NO_ROW SIZE_MAX

/* The group and the key of a row. */
struct walk_row {
    struct group_name group; // text in bytes
    int32_t key;
    char bytes[GROUP_NAME];
};

struct walk {
    struct arrow_file *file;
    struct arena *mem;
    const size_t *column; // [p] columns of the table
    size_t p, reach, ahead;
    const struct timestep *step; // NULL: rows have no keys
    bool grouped;                // rows have groups
    bool has_as_of;              // rows from the first key later than as_of on do not
    int32_t as_of;               // exist

    size_t start;  // number of the first buffered step
    size_t past;   // buffered steps before the fresh ones
    size_t fresh;  // steps of this call; 0: the end
    size_t beyond; // so many of them, the last ones, lie behind the series' rows
    double **x;    // [p][past + fresh]
    int32_t *key;  // [past + fresh]
    size_t *row;   // [past + fresh] the step's row in the table, or WALK_NO_ROW
    size_t cap;

    /* the batch under way */
    struct batch batch;
    size_t b;             // its number
    size_t taken, n, end; // rows: brought, there are, and in all, up to the series' end
    int32_t *batch_key;   // [batch.n]
    size_t batch_cap, at; // at: the row that comes next
    int32_t due;          // the key of the step that comes next, when there was one
    bool begun, ended;    // a series was, and all of it has come
    struct walk_row series, before; // the series; the last row of the batch before
};

/* True when step i of the buffer lies behind the series' rows. */
static inline bool walk_behind(const struct walk *w, size_t i)
{
    return i >= w->past + w->fresh - w->beyond;
}

/* Column 0 is the key where there is a step; the groups' comes behind it, where there are. */
void walk_begin(struct walk *w);

/* Brings the next steps.  STATUS_INPUT for a damaged table, one without its keys in their
 * order, and for a whole number that no real is: above 2^53. */
MUST_USE enum status walk_next(struct walk *w, struct error *err);

#endif
