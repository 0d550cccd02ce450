/* A table laid out for people: aligned columns, numbers at the right and rounded, nothing
 * in the cells that a terminal would obey.
 *
 *     grid_begin(&g, name, p, mem);
 *     grid_measure(&g, c, cell);  // every cell of every row
 *     grid_fit(&g, columns);      // what a line holds; SIZE_MAX: all
 *     grid_names(&g, &line);      // and each row: grid_put for c < g.n, grid_end
 *
 * A cell that is a number stands rounded to six digits where it is longer than nine
 * characters (number_rounded); a whole number keeps all of them. */
#ifndef SHOW_GRID_H
#define SHOW_GRID_H

#include "show/listing.h"

struct grid {
    size_t p;
    const char *const *name; // [p]
    size_t *width;           // [p] characters
    bool *number, *other;    // [p] cells that are numbers, and others, were seen
    size_t n;                // of the columns, from the left, that fit a line
    struct text cell;        // work space
};

void grid_begin(struct grid *g, const char *const *name, size_t p, struct arena *mem);

void grid_measure(struct grid *g, size_t c, const struct listing_cell *cell);

/* Narrows the widest columns of text, then leaves out columns at the right, until a line
 * has at most so many characters. */
void grid_fit(struct grid *g, size_t columns);

/* Add to a line: the header, one cell, the end. */
void grid_names(struct grid *g, struct text *line);
void grid_put(struct grid *g, size_t c, const struct listing_cell *cell,
              struct text *line);
void grid_end(struct text *line);

#endif
