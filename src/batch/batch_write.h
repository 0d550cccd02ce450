/* Answers as they are printed or written: CSV, JSON (an object a line), or laid out for a
 * terminal. */
#ifndef BATCH_BATCH_WRITE_H
#define BATCH_BATCH_WRITE_H

#include <jansson.h>
#include <stdio.h>

#include "batch/batch.h"
#include "file/publish.h"

enum batch_format { BATCH_CSV, BATCH_JSON };
#define BATCH_FORMAT_WORDS "csv|json" // in that order

struct batch_writer {
    enum batch_format format;
    FILE *to;           // or
    struct output *out; // where it is not NULL
    size_t columns;     // of a terminal, which gets CSV as a table; 0: no terminal
    struct arena *mem;  // of what a terminal is to be shown

    // its own
    size_t p, n, cap;
    const char *const *name;
    struct listing_cell *cell; // [n][p]
    struct arena scratch;
};

/* A cell as JSON: a text, a whole number, a real, or null for what is no number. */
json_t *batch_cell_json(const struct batch_cell *cell);

/* As of batch_sink; the context is the writer. */
MUST_USE enum status batch_write_begin(void *writer, const char *const *name, size_t p,
                                       struct error *err);
MUST_USE enum status batch_write_row(void *writer, const struct batch_cell *cell,
                                     size_t p, struct error *err);

/* Shows what a terminal has been told, and hands on what is printed. */
MUST_USE enum status batch_write_flush(struct batch_writer *w, struct error *err);

void batch_write_release(struct batch_writer *w);

#endif
