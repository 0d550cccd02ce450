/* A row of an Arrow table by its number: the batch that holds it, read when needed.
 *
 * Batches that were left are given back to the kernel, so that a table of any length is
 * walked in the memory of one batch.  Going back costs one more reading and checking of
 * the batch: whoever wants rows out of order asks for many at once (clean/gather.h).
 *
 *     cursor_init(&c, file, mem);
 *     TRY(cursor_seek(&c, row, &i, err));       // row < arrow_rows(file)
 *     … c.batch.column[j], i … */
#ifndef ARROW_CURSOR_H
#define ARROW_CURSOR_H

#include "arrow/arrow.h"

struct cursor {
    struct arrow_file *file;
    size_t *first;      // [batches + 1] first rows, known up to batch `seen`
    size_t seen;        // batches that have been read at least once
    size_t b;           // batch under the cursor
    struct batch batch; // valid until the next seek; column is NULL before the first one
};

void cursor_init(struct cursor *c, struct arrow_file *file, struct arena *mem);

/* Moves to a row below arrow_rows; *ret_i is its place in c->batch. */
MUST_USE enum status cursor_seek(struct cursor *c, size_t row, size_t *ret_i,
                                 struct error *err);

/* Reads every batch once, so that cursor_batch knows all. */
MUST_USE enum status cursor_survey(struct cursor *c, struct error *err);

/* The batch that holds a row. */
size_t cursor_batch(const struct cursor *c, size_t row);

/* The first row of the batch under the cursor. */
static inline size_t cursor_start(const struct cursor *c)
{
    return c->first[c->b];
}

/* A value of the batch under the cursor as a real, NaN when missing; 0 for text. */
double cursor_value(const struct cursor *c, size_t column, size_t i);

#endif
