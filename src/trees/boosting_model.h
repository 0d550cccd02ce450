/* What gradient boosting has learnt: sums of trees, and what they are turned into. */
#ifndef TREES_BOOSTING_MODEL_H
#define TREES_BOOSTING_MODEL_H

#include "data/matrix.h"
#include "trees/boosting.h"
#include "trees/ensemble.h"

/* What sums are turned into. */
enum boosting_link {
    BOOSTING_VALUE,        // a real
    BOOSTING_LABELS,       // each a probability
    BOOSTING_TWO_CLASSES,  // one sum, the log-odds of the second class
    BOOSTING_MANY_CLASSES, // one a class
    BOOSTING_LINKS
};

struct boosting_model {
    enum boosting_link link;
    size_t p, outputs;
    double *begin;         // [outputs]
    double *gain;          // [p] what the splits of each column gained
    struct ensemble trees; // of 2 p columns: boosting.h
    size_t n_iter,
        best_iteration; // rounds that were run, and of them those that are kept
    double check_loss;  // of the best round; NaN without early stopping
};

/* The columns of its answers. */
size_t boosting_model_width(const struct boosting_model *m);

/* Answers the rows of x, which may be a view: ret[width][n]. */
void boosting_model_answer(const struct boosting_model *m, const struct matrix *x,
                           struct arena *mem, double **ret);

/* The members of its object: docs/formats.md; and back, for p columns, with every size,
 * index and range checked. */
json_t *boosting_model_save(const struct boosting_model *m);
MUST_USE enum status boosting_model_load(const json_t *saved, size_t p, const char *path,
                                         struct arena *mem, struct boosting_model *ret,
                                         struct error *err);

#endif
