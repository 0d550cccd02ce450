/* What is done with every element of a layer's rows: n is a multiple of PRODUCT_COLUMNS
 * everywhere, and the bits are those of a plain loop. */
#ifndef NETWORK_NEURONS_H
#define NETWORK_NEURONS_H

#include <stddef.h>

#include "network/network.h"

/* z becomes f(z), in place, of rows[n][width] whose first `out` columns count. */
void neurons_activate(enum network_activation f, size_t n, size_t out, size_t width,
                      double *z);

/* z becomes the output: softmax of each row, or the logistic function of each element. */
void neurons_answer(enum network_output g, size_t n, size_t out, size_t width, double *z);

/* delta[n] times the slope of f where it gave a[n]. */
void neurons_slope(enum network_activation f, const double *a, size_t n, double *delta);

/* ret = x y, element by element; ret may be either. */
void neurons_times(const double *x, const double *y, size_t n, double *ret);

/* y += a x */
void neurons_add(double a, const double *x, size_t n, double *y);

#endif
