/* select → polynomial → ridge without the polynomial's columns.
 *
 * All monomials have the coefficient 1, so the product of two rows' monomials of degree 1
 * … d is the sum over j = 1 … d of h_j(z), z_i = a_i b_i, with h_j the complete
 * homogeneous symmetric polynomials.  Going through the kept columns, h_j += z_i h_{j-1}:
 * one pass gives the kernels of all degrees.  A kernel is reduced to tridiagonal form
 * once, each alpha is then two solves of n steps.  Where there are no more monomials than
 * rows, ridge.h solves with the columns.
 *
 * Scores agree with the plain form's to 1e-9 relative to max(1, |score|) (measured 1e-11
 * on the milk search, degrees up to 7, alpha down to 0.01; the same bits where ridge.h
 * solves). scikit-learn centres the kernel's columns and is itself off by up to 4e-7 at
 * degree 7 there, measured against 240 bits. */
#ifndef SEARCH_FUSED_KERNEL_RIDGE_H
#define SEARCH_FUSED_KERNEL_RIDGE_H

#include "search/fused.h"

extern const struct fused fused_kernel_ridge;

#endif
