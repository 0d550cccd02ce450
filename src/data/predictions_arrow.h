/* predictions.arrow, read as predictions.csv would have it (artifacts/predictions_csv.h). */
#ifndef DATA_PREDICTIONS_ARROW_H
#define DATA_PREDICTIONS_ARROW_H

#include "artifacts/predictions_csv.h"
#include "config/pipeline.h"

/* Reads the first rows, at most `most`, into ret, all of it in mem; no other batch than
 * theirs is looked at.  STATUS_INPUT unless the table's columns are the pipeline's key and
 * those of `like`, and it has so many rows. */
MUST_USE enum status predictions_arrow_read(const char *path,
                                            const struct pipeline *pipeline,
                                            const struct predictions_csv *like,
                                            size_t rows, size_t most, struct arena *mem,
                                            struct predictions_csv *ret,
                                            struct error *err);

#endif
