/* A table of rows with their features, under way: features.arrow or upcoming.arrow.
 *
 * Its columns are the key, the group and the id, where there are, then the features and
 * the targets. */
#ifndef FEATURES_FEATURE_SINK_H
#define FEATURES_FEATURE_SINK_H

#include "arrow/builder.h"
#include "features/feature_steps.h"

struct feature_sink {
    const struct feature_columns *columns;
    struct arrow_writer *writer;
    struct builder builder;
    size_t rows;
    int32_t first, last;     // keys, of rows > 0
    struct row_runs arrived; // rows that came in a later file than the first
};

MUST_USE enum status feature_sink_begin(struct feature_sink *sink,
                                        const struct feature_columns *columns,
                                        struct output *out, struct arena *mem,
                                        struct error *err);

/* Adds step i; its targets are left empty unless they are known. */
MUST_USE enum status feature_sink_put(struct feature_sink *sink, struct feature_steps *s,
                                      size_t i, bool known, struct error *err);

/* Writes what is left, and which rows arrived later. */
MUST_USE enum status feature_sink_finish(struct feature_sink *sink, struct error *err);

#endif
