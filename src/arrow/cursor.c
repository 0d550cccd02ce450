/* Batches by the number of a row.
 *
 * The file does not tell how many rows a batch has before it is read, so the first rows
 * are learnt on the way; a binary search finds the batch of a row that was passed. */
#include "arrow/cursor.h"

#include <math.h>

void cursor_init(struct cursor *c, struct arrow_file *file, struct arena *mem)
{
    *c = (struct cursor){.file = file};
    c->first = ARENA_ARRAY(mem, size_t, arrow_batches(file) + 1);
}

static enum status move_to(struct cursor *c, size_t b, struct error *err)
{
    if (c->batch.column)
        arrow_forget(c->file, c->b);
    c->batch.column = NULL;
    TRY(arrow_read(c->file, b, &c->batch, err));
    c->b = b;
    c->first[b + 1] = c->first[b] + c->batch.n;
    c->seen = c->seen > b ? c->seen : b + 1;
    return STATUS_OK;
}

size_t cursor_batch(const struct cursor *c, size_t row)
{
    // Batches are mostly of one length.
    size_t length = c->seen > 0 ? c->first[1] : 0, guess = length > 0 ? row / length : 0;
    if (guess < c->seen && c->first[guess] <= row && row < c->first[guess + 1])
        return guess;
    size_t low = 0, high = c->seen;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (c->first[middle] <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

enum status cursor_seek(struct cursor *c, size_t row, size_t *ret_i, struct error *err)
{
    while (row >= c->first[c->seen])
        TRY(move_to(c, c->seen, err));
    if (!c->batch.column || row < cursor_start(c) || row >= c->first[c->b + 1])
        TRY(move_to(c, cursor_batch(c, row), err));
    *ret_i = row - cursor_start(c);
    return STATUS_OK;
}

enum status cursor_survey(struct cursor *c, struct error *err)
{
    while (c->seen < arrow_batches(c->file))
        TRY(move_to(c, c->seen, err));
    return STATUS_OK;
}

double cursor_value(const struct cursor *c, size_t column, size_t i)
{
    const struct column *col = &c->batch.column[column];
    if (!column_present(col, i))
        return NAN;
    switch (arrow_schema(c->file)->field[column].type) {
    case TYPE_REAL: return ((const double *)col->values)[i];
    case TYPE_INT64:
    case TYPE_TIME: return (double)((const int64_t *)col->values)[i];
    case TYPE_INT32:
    case TYPE_DATE: return ((const int32_t *)col->values)[i];
    case TYPE_BOOL: return ((const uint8_t *)col->values)[i >> 3] >> (i & 7) & 1;
    case TYPE_TEXT: return 0;
    }
    return NAN;
}
