/* Bins of a matrix's columns: what histograms of trees count in.
 *
 * A column is cut where it has at most max_bins ranges.  Where it has no more distinct values
 * than that, each has a bin, and the bound is half way to the next one.  Else the bins hold
 * about equally many rows: a value with more rows than that has a bin alone, and the others
 * share what is left (the greedy rule of LightGBM: Ke et al. 2017, "LightGBM: a highly
 * efficient gradient boosting decision tree", NIPS 30; scikit-learn's
 * HistGradientBoosting takes quantiles, which give such a value several equal bounds).  Of
 * more than BINS_SAMPLE rows as many are looked at, one of each run of n / BINS_SAMPLE.
 *
 * Row i of column j has the code c where upper[c - 1] < x <= upper[c]; a missing one has the
 * code n[j], behind all numbers.  So a tree that says `code <= c goes left` says `x <=
 * upper[c] goes left` of numbers, bit for bit, and needs the bins no more. */
#ifndef TREES_BINS_H
#define TREES_BINS_H

#include <stdint.h>

#include "base/error.h"
#include "data/matrix.h"

enum { BINS_MOST = 255, BINS_SAMPLE = 200000 };

struct bins {
    size_t p;
    const size_t *n;            // [p] bins of numbers, 1 to max_bins
    const double *const *upper; // [p][n - 1] ascending; the last bin has no bound
};

/* Learns the bins of x, which may be a view; max_bins is 2 to BINS_MOST.  The same for any
 * number of threads.  STATUS_STOPPED when somebody asked to stop. */
MUST_USE enum status bins_learn(const struct matrix *x, size_t max_bins, size_t threads,
                                struct arena *mem, struct bins *ret, struct error *err);

/* Writes the codes of the rows of x, column j from ret[j * stride] on; stride is at least
 * x->n.  x has as many columns as were learnt, and may be a view. */
MUST_USE enum status bins_code(const struct bins *bins, const struct matrix *x,
                               size_t threads, size_t stride, uint8_t *ret,
                               struct error *err);

#endif
