/* predictions.json: what vouches for predictions.csv or, of many rows, predictions.arrow.
 *
 *     {"pipeline", "target", "rows", "model", "options", "tables", "checksum"} */
#ifndef ARTIFACTS_PREDICTIONS_JSON_H
#define ARTIFACTS_PREDICTIONS_JSON_H

#include "artifacts/document.h"

struct predictions_json {
    const char *pipeline, *target;
    size_t rows;       // of that table
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
