/* The figures of columns of numbers, as a table for people: a row a column with how many
 * values there are and are missing, mean, standard deviation, least, median, greatest. */
#ifndef SHOW_FIGURES_H
#define SHOW_FIGURES_H

#include "base/text.h"

/* Adds the table of p columns of n values, x[p][n] with NaN where no number stands, texts[p]
 * of which are texts; columns is what a line holds (grid_fit).  The values are sorted on
 * the way. */
void figures_add(const char *const *name, double *const *x, const size_t *texts, size_t p,
                 size_t n, size_t columns, struct text *out);

#endif
