/* A small table printed as a whole: laid out for a terminal (show/grid.h), CSV for a pipe. */
#ifndef SHOW_PRINTED_H
#define SHOW_PRINTED_H

#include "show/listing.h"

struct printed {
    const char *const *name; // [p]
    size_t n, p;
    const struct listing_cell *cell; // [n][p]
};

/* Adds the table with its header to out.  columns: what a line of the terminal holds; 0: it
 * goes into a pipe. */
void printed_add(const struct printed *t, size_t columns, struct text *out);

/* Adds a cell as CSV has it: quoted where it has to be. */
void printed_cell(struct view cell, struct text *out);

#endif
