/* Distances between rows that have holes, and the rows that are nearest.
 *
 * A hole is NaN.  The distance of two rows is that of scikit-learn's nan_euclidean_distances:
 * of p columns, m of which both have, the squares of the differences are added up in the
 * order of the columns, times p / m, and the root of that is taken.  It is NaN where they
 * have no column in common. */
#ifndef NEIGHBOURS_NEIGHBOURS_H
#define NEIGHBOURS_NEIGHBOURS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* The rows to look among. */
struct neighbours {
    size_t n, p;
    const double *const *col; // [p][n]
    const bool *holes;        // [p] whether the column has some
};

/* Borrows the columns; what is learnt of them is in mem. */
struct neighbours neighbours_of(const double *const *col, size_t n, size_t p,
                                struct arena *mem);

/* The distances of row[p] to all rows, in ret[n]. */
void neighbours_distances(const struct neighbours *among, const double *row, double *ret);

struct neighbour {
    size_t row;
    double distance;
};

/* Of the rows that have a value in column c and a distance those k that are nearest, the
 * nearest first and of equal distances the first row; in ret[k].  Returns how many there
 * are. */
size_t neighbours_nearest(const struct neighbours *among, const double *distance,
                          size_t c, size_t k, struct neighbour *ret);

#endif
