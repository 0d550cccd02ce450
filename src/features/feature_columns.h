/* The columns of the clean table that the feature table is made of: its key, its groups and
 * its ids, what features are computed from, the targets. */
#ifndef FEATURES_FEATURE_COLUMNS_H
#define FEATURES_FEATURE_COLUMNS_H

#include "arrow/arrow.h"
#include "config/pipeline.h"
#include "data/feature.h"
#include "data/runs.h"

struct feature_columns {
    const struct pipeline *pipeline;
    const struct schema *schema; // of the clean table
    const char *path;            // its file
    size_t key;                  // 1 with a key, which is column 0
    size_t group;                // 1 with groups, whose column is the one behind the key
    size_t id;                   // 1 with ids, whose column is the one behind these
    struct features plan;
    size_t n_targets, *target; // [n_targets] columns
    size_t n, *column;         // [n] columns of numbers that the walk reads
    size_t *slot;              // [plan.n] which of them a feature reads
    size_t *target_slot;       // [n_targets] which of them is a target
    bool beside; // ids, or some features or targets that are texts, which no slot holds
    struct row_runs arrived; // rows of the table
};

/* Finds them for the rules of `features`; the result borrows pipeline and file.
 * STATUS_INPUT when a column is missing or of the wrong kind, or the table is damaged. */
MUST_USE enum status feature_columns_find(const struct pipeline *pipeline,
                                          const struct items *rules,
                                          const struct arrow_file *file,
                                          struct arena *mem, struct feature_columns *ret,
                                          struct error *err);

/* True when column `column` of the clean table holds texts. */
bool feature_columns_text(const struct feature_columns *c, size_t column);

/* The name of the column that slot s reads. */
const char *feature_columns_name(const struct feature_columns *c, size_t s);

#endif
