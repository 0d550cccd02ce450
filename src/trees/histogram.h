/* Histograms of gradients: of each bin of each column the sum of the gradients and hessians
 * of a leaf's rows, and how many there are.
 *
 * Gradients and hessians are taken as whole multiples of a unit, a power of two, so small
 * that the sum over all rows just fits 62 bits: below 100,000 rows each gradient has 45
 * bits, a float 24.  Sums of whole numbers are exact.  So the order of rows, the number of
 * threads and the processor change no bit, and the histogram of a leaf less that of one
 * child is that of the other.  Hessian and count share one number, the count in its lower
 * bits: an addition of two numbers side by side does all three.
 *
 * Codes stand in blocks of HISTOGRAM_WIDTH columns, a row's side by side in one number: the
 * histograms of a block (32 KiB) stay in the nearest cache while rows pass. */
#ifndef TREES_HISTOGRAM_H
#define TREES_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

enum { HISTOGRAM_BINS = 256, HISTOGRAM_WIDTH = 8 };

/* More rows than this leave too few bits for a hessian. */
#define HISTOGRAM_ROWS (UINT32_C(1) << 26)

/* The gradient; the hessian << count_bits | the count. */
typedef int64_t histogram_sum __attribute__((vector_size(16)));

/* What the numbers of a sum mean. */
struct histogram_unit {
    double gradient, hessian; // powers of two
    unsigned count_bits;
    bool counted; // the hessian of each row is 1: the count says it
};

/* The same in reals. */
struct histogram_total {
    double gradient, hessian;
    size_t n;
};

/* Codes of trees/bins.h by blocks. */
struct histogram_codes {
    size_t n, p, blocks;
    const uint64_t *block; // [blocks][n] column 8 b + k in bits 8 k to 8 k + 7
};

/* Packs code[p][n] (column-major). */
struct histogram_codes histogram_pack(const uint8_t *code, size_t n, size_t p,
                                      struct arena *mem);

/* The sums of one histogram, for all columns. */
size_t histogram_size(const struct histogram_codes *codes);

/* Adds rows row[n] to hist[histogram_size], whose column j begins at j * HISTOGRAM_BINS;
 * of[codes->n] are the rows' own sums. */
void histogram_add(const struct histogram_codes *codes, const histogram_sum *of,
                   const uint32_t *row, size_t n, histogram_sum *hist);

/* The unit for sums over n rows of gradients up to most and hessians up to most_hessian. */
struct histogram_unit histogram_unit_for(size_t n, double most, double most_hessian,
                                         bool counted);

/* The nearest sum of one row. */
histogram_sum histogram_row(const struct histogram_unit *unit, double gradient,
                            double hessian);

/* The rows in a sum, and all of it. */
static inline size_t histogram_count(const struct histogram_unit *unit, histogram_sum s)
{
    return (size_t)((uint64_t)s[1] & ((UINT64_C(1) << unit->count_bits) - 1));
}

static inline struct histogram_total histogram_total(const struct histogram_unit *unit,
                                                     histogram_sum s)
{
    struct histogram_total t = {.n = histogram_count(unit, s)};
    t.gradient = (double)s[0] * unit->gradient;
    t.hessian = unit->counted
                    ? (double)t.n
                    : (double)((uint64_t)s[1] >> unit->count_bits) * unit->hessian;
    return t;
}

#endif
