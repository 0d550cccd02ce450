/* Rows of a screened table by number, many at a time and in any order.
 *
 * The rows asked for are visited in the order in which they stand, so that each batch of
 * the file is read once, and put down in the order in which they were asked for: numbers
 * as reals, whole numbers also with all their bits, text as it is.
 *
 *     TRY(gather_init(&g, &screen, rows_at_most, mem, err));
 *     TRY(gather_rows(&g, row, n, &fits, err));
 *     if (fits) … g.x[j][k], gather_text(&g, j, k), g.file[k], g.line[k] … */
#ifndef CLEAN_GATHER_H
#define CLEAN_GATHER_H

#include "clean/screen.h"

#define GATHER_TEXT ((size_t)64 << 20) // bytes of a column's text that are held at most

/* The text of one column. */
struct gather_text {
    size_t *at, *n; // [cap] where the text of each row stands in bytes
    char *bytes, *spare;
    size_t used, room, spare_room;
    int32_t *offsets; // [cap + 1]
};

struct gather {
    struct screen *screen;
    struct arena *mem;
    size_t cap;
    bool placeless;           // file and line are not asked for: they are zeros
    double **x;               // [p][cap] NaN where missing; 0 for text
    int64_t **whole;          // [p][cap] of whole numbers; else NULL
    struct gather_text *text; // [p]; empty for numbers
    int32_t *file;            // [cap] the file that a row came from, 0 is the base
    size_t *line;             // [cap] and the line in it
    uint8_t **validity;       // [p] bits [cap]
    size_t *order;            // [cap] places by the batch of their row
    size_t *count;            // [batches + 1]
};

/* Makes room for `cap` rows, at least one.  Reads what batches have not been read. */
MUST_USE enum status gather_init(struct gather *g, struct screen *s, size_t cap,
                                 struct arena *mem, struct error *err);

/* Fetches n <= cap rows; SIZE_MAX stands for a row of missing values.  *ret_fits is false,
 * and nothing can be used, when a column's text is longer than GATHER_TEXT and n > 1:
 * ask for fewer then. */
MUST_USE enum status gather_rows(struct gather *g, const size_t *row, size_t n,
                                 bool *ret_fits, struct error *err);

/* The text of place k in column j. */
struct view gather_text(const struct gather *g, size_t j, size_t k);

/* True when the values of places k of a and l of b are equal in column j of one table, or
 * both missing. */
bool gather_same(const struct gather *a, size_t k, const struct gather *b, size_t l,
                 size_t j);

/* The n rows as columns of an Arrow table whose fields they are, [p]: reals, or what the
 * raw table has.  x, and what is missing in it, is spent. */
void gather_columns(struct gather *g, const struct field *field, size_t n,
                    struct column *ret);

#endif
