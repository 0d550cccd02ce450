/* Any table as rows of cells, for showing it: Arrow, CSV or JSON.
 *
 * The kind of file is told by its first bytes and its name.  A CSV file's cells are text as the
 * reader understood them; the first record is the header and all others must have as many cells.
 * A JSON document becomes two columns, the path of each value and the value.
 *
 *     TRY(sheet_open(&s, path, ',', mem, err));
 *     while (sheet_next(&s, err) == STATUS_OK && s.cell) …
 *     sheet_close(&s); */
#ifndef DATA_SHEET_H
#define DATA_SHEET_H

#include <jansson.h>

#include "data/arrow.h"
#include "data/csv.h"

enum sheet_kind { SHEET_ARROW, SHEET_CSV, SHEET_JSON };
enum sheet_cell_kind { SHEET_MISSING, SHEET_TEXT, SHEET_NUMBER, SHEET_INTEGER, SHEET_BOOL };

struct sheet_cell {
    enum sheet_cell_kind kind;
    struct view text; // of text
    double number;
    int64_t integer; // also of bool
};

struct sheet {
    const char *path;
    enum sheet_kind kind;
    struct arena *mem;
    size_t p;
    const char **name;       // [p]
    struct sheet_cell *cell; // [p] the row under the cursor; NULL at the end
    struct sheet_cell *cells;
    char (*date)[16];        // [p]
    struct arrow_file *arrow;
    struct batch batch;
    size_t b, i;
    struct csv_reader *csv;
    char delimiter;
    json_t *json;
    size_t n_lines, line;
    struct sheet_line {
        const char *path, *value;
    } *lines; // [n_lines] of a JSON document
};

MUST_USE enum status sheet_open(struct sheet *s, const char *path, char delimiter,
                                struct arena *mem, struct error *err);
MUST_USE enum status sheet_next(struct sheet *s, struct error *err);
void sheet_close(struct sheet *s);

/* The cell as text; buffer holds 40 bytes. */
struct view sheet_text(const struct sheet_cell *c, char *buffer);

#endif
