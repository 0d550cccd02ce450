/* A feature table in memory: the rows that models learn from and predict.
 *
 * Where the pipeline has a time, the key gives every row its name ("2020-04"), and rows
 * ascend by it; else the row's number from 0 does.  The target is taken out; every other
 * column is a feature, as reals. */
#ifndef LEARN_FRAME_H
#define LEARN_FRAME_H

#include "base/stage.h"
#include "data/matrix.h"
#include "data/runs.h"

struct frame {
    size_t n;
    int32_t *key;       // [n] ascending, NULL without a time
    const char **label; // [n] names of the rows
    struct matrix x;    // [n][p]
    const double *y;    // [n] the target, NaN where it is not known; NULL without target
    struct row_runs arrived;
};

/* Fails when --memory is less than learning from the table at path takes: three times its
 * bytes, for the table, the rows chosen of it and their standardised copy. */
MUST_USE enum status frame_need(struct run *run, const char *path, struct error *err);

/* Reads an Arrow table that features wrote. */
MUST_USE enum status frame_read(const char *path, const struct pipeline *pipeline,
                                struct arena *mem, struct frame *ret, struct error *err);

/* The features of x in the order that a model wants them; STATUS_INPUT with the nearest
 * name when one is missing. */
MUST_USE enum status frame_arrange(const struct frame *f, const char *const *feature,
                                   size_t p, const char *path, struct arena *mem,
                                   struct matrix *ret, struct error *err);

#endif
