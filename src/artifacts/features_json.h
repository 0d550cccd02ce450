/* features.json: the catalogue of the feature table.
 *
 *     {"rows", "target", "first", "last", "dropped",
 *      "features": [{"name", "column", "formula", "window", "min_periods", "shift",
 *                    "lead"}],
 *      "upcoming": [keys], "options", "checksum"} */
#ifndef ARTIFACTS_FEATURES_JSON_H
#define ARTIFACTS_FEATURES_JSON_H

#include "artifacts/document.h"

#define FEATURES_REACH ((size_t)1000000) // steps that a window or a shift may have

struct features_json_feature {
    const char *name, *column, *formula;
    size_t window, min_periods, shift, lead; // steps; 1 <= min_periods <= window
};

struct features_json {
    size_t rows;              // of features.arrow
    const char *target;       // NULL where the pipeline has none
    const char *first, *last; // keys; NULL where rows have no time
    size_t dropped;           // rows of clean.arrow without all features
    size_t n_features; // 0: the table has the target alone
    struct features_json_feature *feature; // [n_features], no name twice
    struct texts upcoming;                 // keys of upcoming.arrow
    struct texts options;
};

MUST_USE enum status features_json_write(const struct features_json *f,
                                         struct output *out, struct error *err);

/* Reads the file into ret, texts and lists into mem. */
MUST_USE enum status features_json_read(const char *path, struct arena *mem,
                                        struct features_json *ret, struct error *err);

#endif
