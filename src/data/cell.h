/* From the text of a cell to a value: the kinds of columns that a pipeline's file may
 * name.
 *
 * One function and one row in cells.def a kind.  A kind says what type its column has and
 * how a cell becomes a value; an empty cell never reaches it (the reader makes it a
 * missing value). */
#ifndef DATA_CELL_H
#define DATA_CELL_H

#include "arrow/table.h"
#include "base/error.h"
#include "base/text.h"

union cell_value {
    double real;
    int64_t integer; // also of dates and bools
};

/* What a rule may say about its cells, besides their kind; not every kind knows each. */
enum cell_setting { CELL_GROUP = 1, CELL_DECIMAL = 2 };

/* The values of these settings. */
struct cell_marks {
    char group;   // between groups of three digits; 0: none
    char decimal; // before the fraction
};

struct cell_kind {
    const char *name, *summary;
    enum type type;
    unsigned settings; // those that it knows, enum cell_setting

    /* Parses the cell.  Returns NULL on success, else what was expected ("a number"), and
     * *ret is untouched then.  NULL for text: its bytes are the value. */
    const char *(*parse)(struct view cell, struct cell_marks marks,
                         union cell_value *ret);
};

/* Their places in the table; the first is that of a column without a rule's `kind`. */
enum cell_place {
#define CELL(id, kind, column_type, known, text) CELL_##id,
#include "data/cells.def"
#undef CELL
    CELL_TEXT,
    CELLS
};
extern const struct cell_kind cell_all[CELLS];

/* The names of all kinds as words with '|' between, behind a '|' that is none. */
#define CELL(id, kind, column_type, known, text) "|" #kind
static const char cell_words[] =
#include "data/cells.def"
    "|text";
#undef CELL

/* What is wrong with a rule's settings, empty texts where it has none; NULL when nothing
 * is. *ret_setting is the one at fault then, "group" or "decimal", and *ret_hint what
 * helps.  Fills *ret otherwise: without `decimal` the point stands before the fraction,
 * or the comma where the point groups. */
const char *cell_marks(const struct cell_kind *kind, const char *group,
                       const char *decimal, struct cell_marks *ret,
                       const char **ret_setting, const char **ret_hint);

#endif
