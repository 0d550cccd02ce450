/* Some of the held-out rows, evenly spaced, with their features: what importances are
 * measured on. */
#ifndef EVALUATION_IMPORTANCE_ROWS_H
#define EVALUATION_IMPORTANCE_ROWS_H

#include "evaluation/importance.h"

struct importance_rows {
    struct matrix x; // as the model wants its columns
    struct target y;
};

/* Reads n of the job's held-out rows whose targets are known; all lives in mem. */
MUST_USE enum status importance_rows_read(const struct importance_job *job, size_t n,
                                          struct arena *mem, struct importance_rows *ret,
                                          struct error *err);

#endif
