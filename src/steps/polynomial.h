/* All monomials up to a degree, in the order of scikit-learn's PolynomialFeatures: by
 * degree, and within a degree lexicographically: 1, a, b, a^2, a b, b^2, a^3, a^2 b, … */
#ifndef STEPS_POLYNOMIAL_H
#define STEPS_POLYNOMIAL_H

#include "data/matrix.h"

/* More columns than this are not built: a pipeline that asks for them has a slip in its
 * file. */
#define POLYNOMIAL_MAX 20000
#define POLYNOMIAL_MAX_DEGREE 10

/* The parameters of step polynomial, which fused forms share. */
struct polynomial_params {
    size_t degree;
};

/* The number of monomials of degree 0 … degree in p variables, (p + degree choose
 * degree), or POLYNOMIAL_MAX + 1 when there are more than POLYNOMIAL_MAX. */
size_t polynomial_terms(size_t p, size_t degree);

/* The values of all monomials for each row; there must be no more than POLYNOMIAL_MAX.
 * Named when x is: "1", "a", "a^2", "a b". */
struct matrix polynomial_expand(const struct matrix *x, size_t degree, struct arena *mem);

#endif
