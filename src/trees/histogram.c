/* Sums of gradients by bins.
 *
 * Row by row, all columns of a block at once: one load of the row's sum and one of its codes
 * serve eight additions to different columns, which do not wait for each other.  Rows of a
 * leaf lie scattered, so those some steps ahead are asked for early.  Rows are taken a few
 * thousand at a time, that they are still near when the next block passes over them. */
#include "trees/histogram.h"

#include <math.h>

enum { RUN = 4096, AHEAD = 24 };

/* Bits of a sum of gradients, its sign apart. */
enum { GRADIENT_BITS = 62 };

struct histogram_codes histogram_pack(const uint8_t *code, size_t n, size_t p,
                                      struct arena *mem)
{
    size_t blocks = (p + HISTOGRAM_WIDTH - 1) / HISTOGRAM_WIDTH;
    uint64_t *block = ARENA_ARRAY(mem, uint64_t, blocks * n);
    for (size_t j = 0; j < p; j++) {
        uint64_t *to = block + j / HISTOGRAM_WIDTH * n;
        for (size_t i = 0; i < n; i++)
            to[i] |= (uint64_t)code[j * n + i] << 8 * (j % HISTOGRAM_WIDTH);
    }
    return (struct histogram_codes){n, p, blocks, block};
}

size_t histogram_size(const struct histogram_codes *codes)
{
    return codes->p * HISTOGRAM_BINS;
}

static inline void add_row(uint64_t code, histogram_sum sum, size_t width,
                           histogram_sum *hist)
{
#pragma GCC unroll 8
    for (size_t k = 0; k < width; k++)
        hist[k * HISTOGRAM_BINS + (code >> 8 * k & 0xff)] += sum;
}

/* Of a width that the compiler knows. */
static inline __attribute__((always_inline)) void add_rows(const uint64_t *code,
                                                           const histogram_sum *of,
                                                           const uint32_t *row, size_t n,
                                                           size_t width,
                                                           histogram_sum *hist)
{
    size_t early = n > AHEAD ? n - AHEAD : 0;
    for (size_t i = 0; i < early; i++) {
        __builtin_prefetch(&code[row[i + AHEAD]]);
        __builtin_prefetch(&of[row[i + AHEAD]]);
        add_row(code[row[i]], of[row[i]], width, hist);
    }
    for (size_t i = early; i < n; i++)
        add_row(code[row[i]], of[row[i]], width, hist);
}

static void add_block(const uint64_t *code, const histogram_sum *of, const uint32_t *row,
                      size_t n, size_t width, histogram_sum *hist)
{
    switch (width) {
#define CASE(w)                                                                          \
    case w: add_rows(code, of, row, n, w, hist); break;
        CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
#undef CASE
    }
}

void histogram_add(const struct histogram_codes *codes, const histogram_sum *of,
                   const uint32_t *row, size_t n, histogram_sum *hist)
{
    for (size_t from = 0; from < n; from += RUN) {
        size_t rows = n - from < RUN ? n - from : RUN;
        for (size_t b = 0; b < codes->blocks; b++) {
            size_t left = codes->p - b * HISTOGRAM_WIDTH;
            add_block(codes->block + b * codes->n, of, row + from, rows,
                      left < HISTOGRAM_WIDTH ? left : HISTOGRAM_WIDTH,
                      hist + b * HISTOGRAM_WIDTH * HISTOGRAM_BINS);
        }
    }
}

/* The power of two in which `most` is below 2^bits. */
static double unit_of(double most, int bits)
{
    int exponent = 0;
    (void)frexp(most, &exponent);
    return most > 0 ? ldexp(1, exponent - bits) : 1;
}

struct histogram_unit histogram_unit_for(size_t n, double most, double most_hessian,
                                         bool counted)
{
    struct histogram_unit unit = {.counted = counted};
    while (n >> unit.count_bits > 0)
        unit.count_bits++;
    int bits = (int)unit.count_bits;
    unit.gradient = unit_of(most, GRADIENT_BITS - bits);
    unit.hessian = unit_of(most_hessian, 64 - 2 * bits - 1);
    return unit;
}

histogram_sum histogram_row(const struct histogram_unit *unit, double gradient,
                            double hessian)
{
    uint64_t second = 1;
    if (!unit->counted)
        second |= (uint64_t)llrint(hessian / unit->hessian) << unit->count_bits;
    return (histogram_sum){llrint(gradient / unit->gradient), (int64_t)second};
}
