/* What the parts of reading questions share. */
#ifndef BATCH_BATCH_INTERNAL_H
#define BATCH_BATCH_INTERNAL_H

#include "batch/batch.h"
#include "learn/frame.h"

enum { BATCH_HELD = 4096 }; // rows at a time

/* What a column of the file is to the answers. */
enum batch_use {
    BATCH_REAL,  // a feature
    BATCH_TEXT,  // a text that the model takes
    BATCH_GROUP, // the group
    BATCH_TIME,  // the step of time that is asked for
    BATCH_ID,
    BATCH_ACTUAL, // the target, where it is known
    BATCH_ENCODING,
    BATCH_CARRY,
    BATCH_IGNORE
};

struct batch_column {
    const char *header, *name; // in the file; in the pipeline's tables
    enum batch_use use;
    size_t at; // which feature, text, target or column that is carried
    const struct cell_kind *kind;
    struct cell_marks marks;
    const struct range *range; // or NULL
};

/* How the file's header serves the model. */
struct batch_map {
    size_t n; // cells of a row
    struct batch_column *column;
    const struct batch_column *group, *encoding; // or NULL
    bool numbered;                               // nothing names a row: its number does
    size_t n_echo;
    const struct batch_column **echo; // [n_echo] that the answer repeats, in its order
};

/* A row's answer, wherever it comes from. */
struct batch_found {
    const struct prediction *prediction; // NULL: there is none
    size_t row;
    double actual, lower, upper; // NaN: not known
};

MUST_USE enum status batch_match(const struct batch_job *b,
                                 const struct csv_record *header, struct batch_map *ret,
                                 struct error *err);

/* Some rows of the file as a model takes them; refused ones have no row in the frame. */
struct batch_held {
    size_t n;           // rows of the file
    const char **note;  // [n] why the row is refused, or NULL
    size_t *at;         // [n] its row in the frame, of those that are not
    const char **echo;  // [n][n_echo] as the file has them
    struct frame frame; // values in its own order
};

/* Reads up to BATCH_HELD rows; n is 0 at the end.  Lives in mem. */
MUST_USE enum status batch_read(struct batch_job *b, const struct batch_map *map,
                                struct csv_reader *reader, struct arena *mem,
                                struct batch_held *ret, struct error *err);

/* The answer for row i of the frame, of which the time and the group are known. */
struct batch_found batch_find(const struct batch_job *b, const struct frame *f, size_t i);

#endif
