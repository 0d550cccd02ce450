/* Gradient boosting on matrices: bins, targets and rows to check by put together, and models
 * taken out of the rounds.
 *
 * Work that choices have in common is done once: the bins for those with the same max_bins,
 * the rounds for those that differ in max_iter alone. */
#ifndef TREES_BOOSTING_LEARN_H
#define TREES_BOOSTING_LEARN_H

#include "trees/boosting_model.h"

/* What is learnt from.  Matrices may be views. */
struct boosting_table {
    const struct matrix *x, *y;             // y: reals; 0 and 1; or the class from 0
    const struct matrix *x_check, *y_check; // rows to stop by; NULL: there are none
    enum boosting_link link;
    size_t n_classes; // of BOOSTING_TWO_CLASSES and BOOSTING_MANY_CLASSES
    uint64_t seed;
    size_t threads;
    const struct boosting_watch *watch; // NULL: nobody
};

struct boosting_sink {
    enum status (*take)(void *context, size_t i, void *model, struct error *err);
    void *context;
};

/* Learns n choices and hands over the model of each, which lives in mem: those of single
 * choices, bit for bit.  STATUS_INPUT, with the parameter as the field, where there are too
 * many rows, or too few to hold any back. */
MUST_USE enum status boosting_learn(const struct boosting_table *table,
                                    const struct boosting_params *const *params, size_t n,
                                    const struct boosting_sink *sink, struct arena *mem,
                                    struct error *err);

#endif
