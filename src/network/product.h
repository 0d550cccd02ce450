/* Products of small matrices whose bits depend on neither the machine nor the threads.
 *
 * Every element of C = base + A B is one chain: the base, then a[i][k] b[k][j] for k = 0,
 * 1, …, multiplied and added apart.  So it does not matter how wide a vector is, which
 * rows are computed together, or by whom.  The columns of B and C come in multiples of
 * PRODUCT_COLUMNS; whoever has fewer pads rows with zeros.
 *
 *     struct product y = {.m = n, .n = width, .k = p, .a = x, .a_row = p, .a_step = 1,
 *                         .b = w, .b_row = width, .base = bias, .c = out, .c_row = width};
 *     product_compute(&y);                       // out = bias + x w
 *
 * A may be read transposed, with a_row 1 and a_step the width of its rows. */
#ifndef NETWORK_PRODUCT_H
#define NETWORK_PRODUCT_H

#include <stddef.h>

enum { PRODUCT_COLUMNS = 8 };

struct product {
    size_t m, n, k;  // C is [m][n], n a multiple of PRODUCT_COLUMNS
    const double *a; // a[i * a_row + k * a_step]
    size_t a_row, a_step;
    const double *b; // [k][b_row]
    size_t b_row;
    const double *base; // [n], the same for every row; NULL: zeros
    double *c;          // [m][c_row]
    size_t c_row;
};

void product_compute(const struct product *p);

/* A multiple of PRODUCT_COLUMNS that is not below n, the least but for long rows, of which
 * the same columns must not all fall into the same places of a cache. */
static inline size_t product_width(size_t n)
{
    size_t width = (n + PRODUCT_COLUMNS - 1) / PRODUCT_COLUMNS * PRODUCT_COLUMNS;
    return width >= 128 && width % 64 == 0 ? width + PRODUCT_COLUMNS : width;
}

#endif
