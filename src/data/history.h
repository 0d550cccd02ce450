/* The target's own history: one value a step of time, as far back as its source goes.
 *
 * The joined table begins where the youngest source does; naive forecasts need the year
 * before. Values come from the raw table that holds the target (of equal keys the first),
 * and the clean table's, where it has the row, take precedence.  Outside columns are the
 * clean table's alone. */
#ifndef DATA_HISTORY_H
#define DATA_HISTORY_H

#include "base/timestep.h"
#include "data/groups.h"
#include "data/source.h"

struct history {
    size_t n;      // steps; 0 when rows have no time
    int32_t first; // key of step 0
    const struct timestep *step;
    double *y;          // [n], NaN where nothing is known
    size_t p;           // outside columns, those of the pipeline's file in its order
    double **x;         // [p][n] the clean table's, NaN where it has no row
    const char *source; // that holds the target
};

/* Those of a table's series: each has its own first step.  Without groups there is one. */
struct histories {
    struct groups groups;
    size_t n;           // series
    struct history *of; // [n] by code, in the order of the names
};

/* Reads them for the pipeline's target from a folder of artifacts, up to the last key. */
MUST_USE enum status histories_read(const char *folder, const struct pipeline *p,
                                    const struct sources *sources, int32_t last,
                                    struct arena *mem, struct histories *ret,
                                    struct error *err);

/* The series of that name, or NULL; name NULL: the one there is without groups. */
const struct history *histories_find(const struct histories *h,
                                     const struct group_name *name);

/* The step of a key, or SIZE_MAX when the history does not reach it; h->n for the step
 * behind the last. */
size_t history_step(const struct history *h, int32_t key);

/* The value at a key, NaN when it is not known; h NULL: nothing is. */
double history_value(const struct history *h, int32_t key);

#endif
