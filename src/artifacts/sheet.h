/* A CSV artifact read row by row, with the place in every error.
 *
 *     struct sheet s = {0};
 *     TRY(sheet_open(&s, path, mem, err));
 *     while ((status = sheet_next(&s, err)) == STATUS_OK && s.more)
 *         TRY(sheet_real(&s, column, &x, err));
 *     sheet_close(&s);
 */
#ifndef ARTIFACTS_SHEET_H
#define ARTIFACTS_SHEET_H

#include <stdbool.h>

#include "csv/csv.h"

struct sheet {
    struct csv_reader *reader;
    struct arena *mem;
    size_t p;
    const char **name;        // [p]
    struct csv_record record; // the current row
    bool more;                // a row was read
};

/* Opens and reads the header.  An empty file is an error. */
MUST_USE enum status sheet_open(struct sheet *s, const char *path, struct arena *mem,
                                struct error *err);
void sheet_close(struct sheet *s);

/* The index of a column; STATUS_INPUT with the nearest name when there is none. */
MUST_USE enum status sheet_column(const struct sheet *s, const char *name, size_t *ret,
                                  struct error *err);

/* STATUS_INPUT unless the column of that index has the name. */
MUST_USE enum status sheet_expect(const struct sheet *s, size_t column, const char *name,
                                  struct error *err);

/* Reads the next row; s->more is false at the end.  A row of another length is an
 * error. */
MUST_USE enum status sheet_next(struct sheet *s, struct error *err);

/* Cells of the current row.  An empty cell is NaN as a real and an error as a count. */
MUST_USE enum status sheet_real(const struct sheet *s, size_t column, double *ret,
                                struct error *err);
MUST_USE enum status sheet_count(const struct sheet *s, size_t column, size_t *ret,
                                 struct error *err);
struct view sheet_cell(const struct sheet *s, size_t column);
const char *sheet_text(const struct sheet *s, size_t column); // copied into mem

#endif
