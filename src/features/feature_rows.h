/* The two tables that are made of a clean table: rows that have all their features and a
 * target, and those whose target is still to come. */
#ifndef FEATURES_FEATURE_ROWS_H
#define FEATURES_FEATURE_ROWS_H

#include "features/feature_losses.h"
#include "features/feature_sink.h"

struct feature_rows {
    struct feature_sink complete, upcoming;
    struct feature_losses losses;
    size_t n_upcoming, cap_upcoming;
    int32_t *upcoming_key; // [n_upcoming] of rows to come
};

/* Adds the fresh steps to the table that each belongs to. */
MUST_USE enum status feature_rows_add(struct feature_rows *rows, struct feature_steps *s,
                                      struct error *err);

/* The names of the keys of rows to come, each once, whatever series they are of; in mem. */
struct texts feature_rows_upcoming(struct feature_rows *rows, struct arena *mem);

#endif
