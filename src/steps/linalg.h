/* Small dense linear algebra whose bits do not depend on the machine.
 *
 * Symmetric matrices are stored row-major, a[n][n], and only their lower triangle is
 * read.  Every sum has one fixed order; there is no fused multiply-add.  Meant for
 * systems of up to a few thousand rows.
 *
 * One reduction to tridiagonal form serves every shift of the diagonal:
 *
 *     linalg_tridiagonalise(a, n, &t);             // A = Q T Q', overwrites a
 *     linalg_rotate(&t, y);                        // y := Q' y
 *     linalg_tridiagonal_solve(&t, alpha, y, z, w);  // (T + alpha I) z = y, each alpha
 *     linalg_rotate_back(&t, z);                   // z := Q z: (A + alpha I) z = y */
#ifndef STEPS_LINALG_H
#define STEPS_LINALG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "data/matrix.h"

/* Sums by halves, over eight lanes within 128 elements: the order of NumPy's sum over a
 * contiguous array, so that means agree with NumPy's to the last bit. */
double linalg_sum(const double *x, size_t n);
double linalg_dot(const double *x, const double *y, size_t n);

/* The sum of x - less, or of its squares, over a column of a matrix that may be a view:
 * linalg_sum and linalg_dot of the column written out, bit for bit. */
double linalg_column_sum(const struct matrix *x, size_t j, double less);
double linalg_column_squares(const struct matrix *x, size_t j, double less);

/* Writes x less its mean; returns the mean. */
double linalg_centre(const double *x, size_t n, double *ret);

/* y += a x */
void linalg_add(double a, const double *x, double *y, size_t n);

bool linalg_finite(const double *x, size_t n);

/* Overwrites the lower triangle of A with L of A = L L'.  Returns false when a pivot is
 * not above tolerance times the diagonal element that stood there. */
bool linalg_cholesky(double *a, size_t n, double tolerance);

/* Solves L L' x = b in place. */
void linalg_cholesky_solve(const double *l, size_t n, double *b);

struct tridiagonal {
    size_t n;
    double *diagonal; // [n]
    double *below;    // [n], below[i] couples i and i - 1; below[0] is 0
    double *scale;    // [n], 2 / |u|^2 of the reflector in row i of a; 0: none
    const double *a;  // [n][n], the reflectors u, row i in a[i][0 .. i - 1]
};

/* Reduces A by Householder reflections; a is overwritten and borrowed by ret, the rest is
 * in mem. */
void linalg_tridiagonalise(double *a, size_t n, struct arena *mem,
                           struct tridiagonal *ret);

void linalg_rotate(const struct tridiagonal *t, double *x);
void linalg_rotate_back(const struct tridiagonal *t, double *x);

/* Solves (T + alpha I) z = y, of which T + alpha I must be positive definite. work has n
 * elements.  Returns false, with z undefined, when it is not. */
bool linalg_tridiagonal_solve(const struct tridiagonal *t, double alpha, const double *y,
                              double *z, double *work);

/* The same for a T that ought to be positive semidefinite but, by rounding, has
 * eigenvalues below zero: these count as zero. alpha > 0.  Slower: takes the eigenvectors
 * of T. */
void linalg_semidefinite_solve(const struct tridiagonal *t, double alpha, const double *y,
                               double *z, struct arena *scratch);

#endif
