/* From the text of a cell to a value: the kinds of columns that a pipeline's file may
 * name.
 *
 * One function and one row in cells.def a kind.  A kind says what type its column has and
 * how a cell becomes a value; an empty cell never reaches it (the reader makes it a
 * missing value). */
#ifndef DATA_CELL_H
#define DATA_CELL_H

#include "base/error.h"
#include "base/text.h"
#include "data/table.h"

union cell_value {
    double real;
    int64_t integer; // also of dates and bools
};

struct cell_kind {
    const char *name, *summary;
    enum type type;
    bool grouped; // the column's `group` character means something here

    /* Parses the cell; group is the grouping mark or 0.  Returns NULL on success, else
     * what was expected ("a number"), and *ret is untouched then.  NULL for text: its
     * bytes are the value. */
    const char *(*parse)(struct view cell, char group, union cell_value *ret);
};

extern const struct cell_kind cell_all[];
extern const size_t cell_count;

const struct cell_kind *cell_find(const char *name); // or NULL

#endif
