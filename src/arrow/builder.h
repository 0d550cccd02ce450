/* Batches under construction: rows are appended value by value, then handed to an Arrow
 * writer.
 *
 * A row counts only when builder_commit says so: what was put since the last commit is
 * overwritten by the next row, so that a row refused half way leaves nothing.  Buffers
 * grow as needed up to a full batch and are reused.
 *
 *     builder_init(&b, &schema, mem);
 *     builder_real(&b, 0, 12.5); builder_missing(&b, 1);
 *     builder_commit(&b);                                   // the row is in
 *     if (builder_full(&b))
 *         TRY(builder_write(&b, writer, err));              // and the builder is empty again
 * / */
#ifndef ARROW_BUILDER_H
#define ARROW_BUILDER_H

#include "arrow/arrow.h"
#include "arrow/table.h"
#include "base/text.h"

struct builder_column {
    enum type type;
    size_t width;     // bytes a value; 0 for bool and text
    char *values;     // [cap * width], bits for bool, bytes for text
    size_t text_used; // bytes of committed text
    size_t text_next; // with the row under way
    size_t text_cap;
    int32_t *offsets;  // [cap + 1], of text
    uint8_t *validity; // bits [cap]
    size_t missing;    // among committed rows
    bool absent;       // the row under way has no value here
};

struct builder {
    struct arena *mem;
    size_t p, n, cap;              // columns; committed rows; rows that fit
    struct builder_column *column; // [p]
    struct column *view;           // [p], for the batch
};

void builder_init(struct builder *b, const struct schema *schema, struct arena *mem);
void builder_real(struct builder *b, size_t c, double x);
void builder_int(struct builder *b, size_t c,
                 int64_t x); // int64, int32, date, time and bool columns
void builder_text(struct builder *b, size_t c, struct view v);
void builder_missing(struct builder *b, size_t c);
void builder_commit(struct builder *b);

/* A batch is due: ARROW_BATCH rows, or 64 MiB of text in a column. */
bool builder_full(const struct builder *b);

/* Hands the committed rows to the writer; nothing when there are none. */
MUST_USE enum status builder_write(struct builder *b, struct arrow_writer *w,
                                   struct error *err);

#endif
