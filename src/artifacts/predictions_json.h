/* predictions.json: what vouches for predictions.csv or, of many rows, predictions.arrow.
 *
 *     {"pipeline", "target", "rows", "level", "model", "options", "tables", "checksum"}
 *
 * With a level the table has bands, which hold that share of what comes true. */
#ifndef ARTIFACTS_PREDICTIONS_JSON_H
#define ARTIFACTS_PREDICTIONS_JSON_H

#include "artifacts/document.h"

struct predictions_json {
    const char *pipeline, *target;
    size_t rows;       // of that table
    double level;      // [0,1] of the bands; NaN: there are none
    const char *model; // the checksum of model.json
    struct texts options;
    struct artifact_table table; // whichever has the rows
};

MUST_USE enum status predictions_json_write(const struct predictions_json *p,
                                            struct output *out, struct error *err);

/* Reads the file into ret, texts and lists into mem. */
MUST_USE enum status predictions_json_read(const char *path, struct arena *mem,
                                           struct predictions_json *ret,
                                           struct error *err);

#endif
