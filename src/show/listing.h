/* Any table as rows of cells, for showing it: Arrow, CSV or JSON.
 *
 * The kind of file is told by its first bytes and its name.  A CSV file's cells are text
 * as the reader understood them; the first record is the header and all others must have
 * as many cells. A JSON document becomes two columns, the path of each value and the
 * value.
 *
 *     TRY(listing_open(&s, path, ',', mem, err));
 *     while (listing_next(&s, err) == STATUS_OK && s.cell) …
 *     listing_close(&s); */
#ifndef SHOW_LISTING_H
#define SHOW_LISTING_H

#include <jansson.h>

#include "arrow/arrow.h"
#include "base/option.h"
#include "csv/csv.h"

enum listing_kind { LISTING_ARROW, LISTING_CSV, LISTING_JSON };
enum listing_cell_kind {
    LISTING_MISSING,
    LISTING_TEXT,
    LISTING_NUMBER,
    LISTING_INTEGER,
    LISTING_BOOL
};

struct listing_cell {
    enum listing_cell_kind kind;
    struct view text; // of text
    double number;
    int64_t integer; // also of bool
};

struct listing {
    const char *path;
    enum listing_kind kind;
    struct arena *mem;
    size_t p;
    const char **name;         // [p]
    struct listing_cell *cell; // [p] the row under the cursor; NULL at the end
    struct listing_cell *cells;
    char (*date)[24]; // [p]
    struct arrow_file *arrow;
    struct batch batch;
    size_t b, i;
    struct csv_reader *csv;
    char delimiter;
    json_t *json;
    size_t n_lines, line;
    struct listing_line {
        const char *path, *value;
    } * lines; // [n_lines] of a JSON document
};

MUST_USE enum status listing_open(struct listing *s, const char *path, char delimiter,
                                  struct arena *mem, struct error *err);
MUST_USE enum status listing_next(struct listing *s, struct error *err);
void listing_close(struct listing *s);

/* The columns that the patterns name (text_match; commas separate several in one text),
 * in the file's order; without a pattern all.  STATUS_USAGE, with the nearest name, for a
 * pattern that matches none. */
MUST_USE enum status listing_choose(const struct listing *s, const struct texts *given,
                                    struct arena *mem, size_t **ret_column, size_t *ret_n,
                                    struct error *err);

/* The cell as a number, NaN where it is none. */
double listing_real(const struct listing_cell *c);

/* The cell as text; buffer holds 40 bytes. */
struct view listing_text(const struct listing_cell *c, char *buffer);

/* The cell as JSON, null where it is missing or no number that JSON has. */
json_t *listing_json(const struct listing_cell *c);

#endif
