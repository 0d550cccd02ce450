/* Small dense linear algebra.
 *
 * Pairwise summation: Higham 1993, "The accuracy of floating point summation", SIAM J.
 * Sci. Comput. 14.  Reduction to tridiagonal form from the last row up, so that every
 * reflector is a row, and implicit QL: Martin, Reinsch & Wilkinson 1968, Numer. Math. 11
 * (tred1), and Dubrulle, Martin & Wilkinson 1968, Numer. Math. 12 (imtql2); Golub & Van
 * Loan, Matrix Computations, 8.3.
 *
 * Blocking for the cache was traded away: below about 300 rows, where searches are, a
 * matrix fits into the second-level cache as it is. */
#include "steps/linalg.h"

#include <float.h>
#include <math.h>

#include "base/vector.h"

enum { LANES = 8, BLOCK = 128 };

/* The split keeps the first half a multiple of the lanes. */
static size_t first_half(size_t n)
{
    return n / 2 - n / 2 % LANES;
}

static double fold_lanes(const vector_pair *r)
{
    return ((r[0][0] + r[0][1]) + (r[1][0] + r[1][1])) +
           ((r[2][0] + r[2][1]) + (r[3][0] + r[3][1]));
}

double linalg_sum(const double *x, size_t n)
{
    if (n > BLOCK) {
        size_t half = first_half(n);
        return linalg_sum(x, half) + linalg_sum(x + half, n - half);
    }
    vector_pair lane[LANES / 2] = {{0}};
    double total = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t j = 0; j < LANES / 2; j++)
            lane[j] += vector_pair_load(x + i + 2 * j);
    if (i > 0)
        total = fold_lanes(lane);
    for (; i < n; i++)
        total += x[i];
    return total;
}

double linalg_dot(const double *x, const double *y, size_t n)
{
    if (n > BLOCK) {
        size_t half = first_half(n);
        return linalg_dot(x, y, half) + linalg_dot(x + half, y + half, n - half);
    }
    vector_pair lane[LANES / 2] = {{0}};
    double total = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t j = 0; j < LANES / 2; j++)
            lane[j] += vector_pair_load(x + i + 2 * j) * vector_pair_load(y + i + 2 * j);
    if (i > 0)
        total = fold_lanes(lane);
    for (; i < n; i++)
        total += x[i] * y[i];
    return total;
}

/* A column under one of the two sums. */
struct column_sum {
    const struct matrix *x;
    size_t j;
    double less;
    bool squares;
};

static double sum_piece(const struct column_sum *c, size_t from, size_t n)
{
    double buffer[MATRIX_SPAN];
    const double *v = matrix_span(c->x, c->j, from, from + n, buffer);
    for (size_t i = 0; c->less != 0 && i < n; i++)
        buffer[i] = v[i] - c->less;
    if (c->less != 0)
        v = buffer;
    return c->squares ? linalg_dot(v, v, n) : linalg_sum(v, n);
}

/* Halves as the sums themselves do, down to what one piece holds. */
static double sum_column(const struct column_sum *c, size_t from, size_t n)
{
    if (n <= MATRIX_SPAN)
        return sum_piece(c, from, n);
    size_t half = first_half(n);
    return sum_column(c, from, half) + sum_column(c, from + half, n - half);
}

double linalg_column_sum(const struct matrix *x, size_t j, double less)
{
    struct column_sum c = {x, j, less, false};
    return sum_column(&c, 0, x->n);
}

double linalg_column_squares(const struct matrix *x, size_t j, double less)
{
    struct column_sum c = {x, j, less, true};
    return sum_column(&c, 0, x->n);
}

double linalg_centre(const double *x, size_t n, double *ret)
{
    double mean = linalg_sum(x, n) / (double)n;
    for (size_t i = 0; i < n; i++)
        ret[i] = x[i] - mean;
    return mean;
}

void linalg_add(double a, const double *x, double *y, size_t n)
{
    vector_pair factor = {a, a};
    size_t i = 0;
    for (; i + 2 <= n; i += 2)
        vector_pair_store(y + i,
                          vector_pair_load(y + i) + factor * vector_pair_load(x + i));
    if (i < n)
        y[i] += a * x[i];
}

bool linalg_finite(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

bool linalg_cholesky(double *a, size_t n, double tolerance)
{
    for (size_t i = 0; i < n; i++) {
        double *row = a + i * n;
        double before = row[i];
        for (size_t j = 0; j < i; j++)
            row[j] = (row[j] - linalg_dot(row, a + j * n, j)) / a[j * n + j];
        double pivot = before - linalg_dot(row, row, i);
        if (!(pivot > tolerance * before))
            return false;
        row[i] = sqrt(pivot);
    }
    return true;
}

void linalg_cholesky_solve(const double *l, size_t n, double *b)
{
    for (size_t i = 0; i < n; i++)
        b[i] = (b[i] - linalg_dot(l + i * n, b, i)) / l[i * n + i];
    for (size_t i = n; i-- > 0;) {
        b[i] /= l[i * n + i];
        linalg_add(-b[i], l + i * n, b, i);
    }
}

/* Adds u[i] times the row to p and returns the row's product with u, over m elements:
 * both halves of a symmetric product while the row is at hand. */
static double row_both_ways(const double *row, size_t m, const double *u, double ui,
                            double *p)
{
    vector_pair even = {0, 0}, odd = {0, 0}, factor = {ui, ui};
    size_t j = 0;
    for (; j + 4 <= m; j += 4) {
        vector_pair a = vector_pair_load(row + j), b = vector_pair_load(row + j + 2);
        even += a * vector_pair_load(u + j);
        odd += b * vector_pair_load(u + j + 2);
        vector_pair_store(p + j, vector_pair_load(p + j) + factor * a);
        vector_pair_store(p + j + 2, vector_pair_load(p + j + 2) + factor * b);
    }
    even += odd;
    double product = even[0] + even[1];
    for (; j < m; j++) {
        product += row[j] * u[j];
        p[j] += ui * row[j];
    }
    return product;
}

/* p = A u over the leading m rows, from the lower triangle. */
static void symmetric_product(const double *a, size_t n, size_t m, const double *u,
                              double *p)
{
    for (size_t i = 0; i < m; i++) {
        const double *row = a + i * n;
        p[i] = row_both_ways(row, i, u, u[i], p) + row[i] * u[i];
    }
}

/* A -= u q' + q u' over the leading m rows of the lower triangle. */
static void rank_two_update(double *a, size_t n, size_t m, const double *u,
                            const double *q)
{
    for (size_t i = 0; i < m; i++) {
        double *row = a + i * n;
        vector_pair ui = {u[i], u[i]}, qi = {q[i], q[i]};
        size_t j = 0;
        for (; j + 2 <= i + 1; j += 2) {
            vector_pair change =
                ui * vector_pair_load(q + j) + qi * vector_pair_load(u + j);
            vector_pair_store(row + j, vector_pair_load(row + j) - change);
        }
        if (j <= i)
            row[j] -= u[i] * q[j] + q[i] * u[j];
    }
}

/* Turns row u[m] into the reflector that maps it onto a multiple of its last element's
 * axis.  Returns that multiple; *ret_scale is 2 / |u|^2, or 0 when there is nothing to
 * reflect. */
static double make_reflector(double *u, size_t m, double *ret_scale)
{
    double last = u[m - 1], rest = linalg_dot(u, u, m - 1);
    *ret_scale = 0;
    if (rest == 0)
        return last;
    double norm = sqrt(rest + last * last);
    double image = last > 0 ? -norm : norm;
    u[m - 1] = last - image;
    *ret_scale = 2 / (rest + u[m - 1] * u[m - 1]);
    return image;
}

void linalg_tridiagonalise(double *a, size_t n, struct arena *mem,
                           struct tridiagonal *ret)
{
    struct tridiagonal t = {.n = n, .a = a};
    t.diagonal = ARENA_ARRAY(mem, double, n);
    t.below = ARENA_ARRAY(mem, double, n);
    t.scale = ARENA_ARRAY(mem, double, n);
    double *q = ARENA_ARRAY(mem, double, n);

    for (size_t i = n; i-- > 0;) {
        double *u = a + i * n;
        t.diagonal[i] = u[i];
        if (i == 0)
            break;
        t.below[i] = make_reflector(u, i, &t.scale[i]);
        double scale = t.scale[i];
        if (scale == 0)
            continue;
        symmetric_product(a, n, i, u, q);
        double half = 0.5 * scale * linalg_dot(u, q, i);
        for (size_t j = 0; j < i; j++)
            q[j] = scale * (q[j] - half * u[j]);
        rank_two_update(a, n, i, u, q);
    }
    *ret = t;
}

static void reflect(const struct tridiagonal *t, size_t i, double *x)
{
    const double *u = t->a + i * t->n;
    if (t->scale[i] != 0)
        linalg_add(-t->scale[i] * linalg_dot(u, x, i), u, x, i);
}

void linalg_rotate(const struct tridiagonal *t, double *x)
{
    for (size_t i = t->n; i-- > 1;)
        reflect(t, i, x);
}

void linalg_rotate_back(const struct tridiagonal *t, double *x)
{
    for (size_t i = 1; i < t->n; i++)
        reflect(t, i, x);
}

bool linalg_tridiagonal_solve(const struct tridiagonal *t, double alpha, const double *y,
                              double *z, double *work)
{
    /* L D L' without pivoting, which is stable for a positive definite matrix. */
    for (size_t i = 0; i < t->n; i++) {
        double pivot = t->diagonal[i] + alpha;
        z[i] = y[i];
        if (i > 0) {
            double l = t->below[i] / work[i - 1];
            pivot -= l * t->below[i];
            z[i] -= l * z[i - 1];
        }
        if (!(pivot > 0))
            return false;
        work[i] = pivot;
    }
    for (size_t i = t->n; i-- > 0;) {
        z[i] /= work[i];
        if (i + 1 < t->n)
            z[i] -= t->below[i + 1] / work[i] * z[i + 1];
    }
    return true;
}

/* sqrt(a^2 + b^2) without overflow; libm's hypot is not the same on every machine. */
static double length_of(double a, double b)
{
    double big = fmax(fabs(a), fabs(b)), small = fmin(fabs(a), fabs(b));
    if (big == 0)
        return 0;
    return big * sqrt(1 + (small / big) * (small / big));
}

/* Rotates rows i and i + 1 of vectors[n][n], whose rows are the eigenvectors under
 * way. */
static void rotate_pair(double *vectors, size_t n, size_t i, double c, double s)
{
    double *v = vectors + i * n, *w = v + n;
    for (size_t k = 0; k < n; k++) {
        double next = w[k];
        w[k] = s * v[k] + c * next;
        v[k] = c * v[k] - s * next;
    }
}

/* One implicit QL sweep over rows [from, to] of the tridiagonal matrix with diagonal d
 * and e[i] between i and i + 1. */
static void ql_sweep(double *d, double *e, size_t from, size_t to, double *vectors,
                     size_t n)
{
    double g = (d[from + 1] - d[from]) / (2 * e[from]);
    double r = length_of(g, 1), s = 1, c = 1, p = 0;
    g = d[to] - d[from] + e[from] / (g + (g < 0 ? -r : r));
    for (size_t i = to; i-- > from;) {
        double f = s * e[i], b = c * e[i];
        r = length_of(f, g);
        e[i + 1] = r;
        if (r == 0) { // the matrix falls apart here
            d[i + 1] -= p;
            e[to] = 0;
            return;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        rotate_pair(vectors, n, i, c, s);
    }
    d[from] -= p;
    e[from] = g;
    e[to] = 0;
}

/* Turns d into the eigenvalues and vectors, an identity before, into the eigenvectors,
 * one a row.  The number of sweeps is bounded; 30 for one eigenvalue never happens on
 * finite numbers. */
static void eigen(double *d, double *e, size_t n, double *vectors)
{
    for (size_t from = 0; from < n; from++) {
        for (int sweep = 0; sweep < 60; sweep++) {
            size_t to = from;
            while (to + 1 < n &&
                   fabs(e[to]) > DBL_EPSILON * (fabs(d[to]) + fabs(d[to + 1])))
                to++;
            if (to == from)
                break;
            ql_sweep(d, e, from, to, vectors, n);
        }
    }
}

void linalg_semidefinite_solve(const struct tridiagonal *t, double alpha, const double *y,
                               double *z, struct arena *scratch)
{
    size_t n = t->n;
    struct arena_mark mark = arena_mark(scratch);
    double *d = ARENA_ARRAY(scratch, double, n), *e = ARENA_ARRAY(scratch, double, n);
    double *vectors = arena_array(scratch, n, n * sizeof(double));
    double *sum = ARENA_ARRAY(scratch, double, n);
    for (size_t i = 0; i < n; i++) {
        d[i] = t->diagonal[i];
        e[i] = i + 1 < n ? t->below[i + 1] : 0;
        vectors[i * n + i] = 1;
    }
    eigen(d, e, n, vectors);
    for (size_t i = 0; i < n; i++) {
        const double *v = vectors + i * n;
        linalg_add(linalg_dot(v, y, n) / (fmax(d[i], 0) + alpha), v, sum, n);
    }
    for (size_t i = 0; i < n; i++)
        z[i] = sum[i];
    arena_rewind(scratch, mark);
}
