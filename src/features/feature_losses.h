/* Rows that cannot be learnt from for want of a feature or a target, counted by the column
 * and the group at fault, and what is said of them. */
#ifndef FEATURES_FEATURE_LOSSES_H
#define FEATURES_FEATURE_LOSSES_H

#include "base/text.h"
#include "base/watch.h"
#include "features/feature_steps.h"

struct feature_losses {
    const struct feature_columns *columns;
    struct arena *mem;
    size_t rows;    // of the clean table, so far
    size_t dropped; // of them without all features
    size_t late; // of those, the ones that windows do not lack for want of earlier steps
    size_t *missing; // [columns->n] and how many of them for the sake of that column
    size_t *counted; // [columns->n] the number of such rows when it was counted last
    size_t *empty;   // [columns->n] rows without a value in that column

    /* the series so far, where rows have groups */
    size_t groups, poor;     // begun; of them without a row to learn from
    size_t complete;         // rows to learn from of the last one
    struct text poor_names;  // the first few
    char name[GROUP_QUOTED]; // of the last one
};

void feature_losses_begin(struct feature_losses *l, const struct feature_columns *columns,
                          struct arena *mem);

/* Counts the rows among the fresh steps and their empty cells, and a series that they
 * begin. */
void feature_losses_steps(struct feature_losses *l, const struct feature_steps *s);

/* Notes what step i lacks, which has a row; or that it can be learnt from. */
void feature_losses_drop(struct feature_losses *l, const struct feature_steps *s,
                         size_t i);
void feature_losses_keep(struct feature_losses *l);

/* The last series is over, too. */
void feature_losses_end(struct feature_losses *l);

/* Why no row can be learnt from; returns STATUS_INPUT. */
enum status feature_losses_all(const struct feature_losses *l, struct error *err);

/* Warns of many rows without a feature, and of groups that have too few rows; the others go
 * on without them. */
void feature_losses_warn(const struct feature_losses *l, const struct watch *watch);

#endif
