/* ingest.json: what was read, per source and file, and why rows were refused.
 *
 *     {"pipeline", "sources": [{"name", "rows", "columns", "first", "last",
 *                               "files": [{"file", "rows", "loaded", "refused",
 *                                          "arrival", "refused_whole"}]}],
 *      "rejected", "reasons": {reason: n}, "options", "tables", "checksum"} */
#ifndef ARTIFACTS_INGEST_JSON_H
#define ARTIFACTS_INGEST_JSON_H

#include "artifacts/document.h"

struct ingest_json_file {
    const char *file;             // without its folder
    size_t rows, loaded, refused; // loaded + refused <= rows: others are later
    bool arrival;                 // not the source's first
    const char *refused_whole;    // why no row of it was taken, or NULL
};

struct ingest_json_source {
    const char *name;
    size_t rows; // loaded from all files
    struct texts columns;
    const char *first, *last; // keys; NULL where rows have no time or there are none
    size_t n_files;
    struct ingest_json_file *file; // [n_files]
};

struct ingest_json {
    const char *pipeline;
    size_t n_sources;
    struct ingest_json_source *source; // [n_sources]
    size_t rejected;                   // rows and cells, but later ones
    size_t n_reasons;
    struct counted *reason; // [n_reasons]
    struct texts options;
    struct artifact_table table; // rejects.csv
};

MUST_USE enum status ingest_json_write(const struct ingest_json *in, struct output *out,
                                       struct error *err);

/* Reads the file into ret, texts and lists into mem. */
MUST_USE enum status ingest_json_read(const char *path, struct arena *mem,
                                      struct ingest_json *ret, struct error *err);

#endif
