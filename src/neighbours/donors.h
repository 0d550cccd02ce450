/* What the nearest rows have where a row has a hole: imputation by neighbours, as
 * scikit-learn's KNNImputer has it (Troyanskaya et al. 2001, Bioinformatics 17).
 *
 * A hole's donors are the k nearest rows that have its column; it is filled with their mean,
 * each alike or weighted by the inverse of its distance: where some are at distance 0 these
 * alone count.  Fewer donors than k do; who has none has no value here. */
#ifndef NEIGHBOURS_DONORS_H
#define NEIGHBOURS_DONORS_H

#include "base/error.h"
#include "neighbours/neighbours.h"

/* clang-format off */
enum donor_weights { DONORS_UNIFORM, DONORS_DISTANCE };
#define DONOR_WEIGHTS_WORDS "uniform|distance"
/* clang-format on */

/* The holes of a table, row by row, with up to k donors each. */
struct donors {
    size_t n, k;
    const size_t *row, *col;         // [n]
    const size_t *found;             // [n] donors
    const struct neighbour *nearest; // [n][k]
};

/* Finds them for the columns col[p][n], p those of `among`; in mem.  The same for any number
 * of threads.  STATUS_STOPPED when a signal asks to stop. */
MUST_USE enum status donors_find(const struct neighbours *among, const double *const *col,
                                 size_t n, size_t k, size_t threads, struct arena *mem,
                                 struct donors *ret, struct error *err);

/* What the first k donors of hole h give; NaN when it has none. */
double donors_mean(const struct donors *d, const struct neighbours *among, size_t h,
                   size_t k, enum donor_weights weights);

#endif
