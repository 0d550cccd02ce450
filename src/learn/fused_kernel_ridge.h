/* select → polynomial → ridge without the polynomial's columns.
 *
 * All monomials have the coefficient 1, so the product of two rows' monomials of degree 1 … d is the
 * sum over j = 1 … d of h_j(z), z_i = a_i b_i, with h_j the complete homogeneous symmetric
 * polynomials.  Going through the kept columns, h_j += z_i h_{j-1}: one pass gives the kernels of
 * all degrees.  The centred kernel is reduced to tridiagonal form once, each alpha is then a solve
 * of n steps.  Where there are no more monomials than rows, ridge.h solves with the columns.
 *
 * Scores agree with the plain form's, relative to max(1, |score|), to 1e-14 for degree 1 (the same
 * bits), 1e-10 for degree 2 and 3, 1e-8 for degree 5, 4e-7 for degree 7: what is left is the
 * condition of the kernel, about 1e11 at degree 7 and alpha 0.01 on standardised columns. */
#ifndef LEARN_FUSED_KERNEL_RIDGE_H
#define LEARN_FUSED_KERNEL_RIDGE_H

#include "learn/fused.h"

extern const struct fused fused_kernel_ridge;

#endif
