/* Ridge on polynomial kernels for every k, degree and alpha of a grid.
 *
 * The recurrence is Newton's for complete homogeneous symmetric polynomials (Macdonald
 * 1995, Symmetric Functions and Hall Polynomials, I.2).  A piece is one choice of the
 * selection; a larger k repeats the products of a smaller one, which costs less than
 * waiting for it would.
 *
 * The kernel is not centred and its rows are sorted by size, for the reason that ridge.c
 * gives: a reduction from the last row up keeps the digits of a graded matrix only when
 * the large rows come last (Martin, Reinsch & Wilkinson 1968).  The intercept is that of
 * the bordered system.  Memory of a piece: (degrees + 2) n^2 reals for n rows in the
 * fold. */
#include "search/fused_kernel_ridge.h"

#include <string.h>

#include "base/vector.h"
#include "steps/linalg.h"
#include "steps/polynomial.h"
#include "steps/ridge.h"
#include "steps/select.h"
#include "steps/step.h"

enum { SELECT, POLYNOMIAL, RIDGE };

/* The ranking of one score. */
struct ranking {
    enum select_by by;
    const size_t *order; // [p], NULL: not asked for
};

struct shared {
    struct ranking *ranking; // [choices of select]
};

static const struct select_params *select_at(const struct fused_job *job, size_t i)
{
    return job->grid[SELECT].params[i];
}

static size_t degree_at(const struct fused_job *job, size_t i)
{
    return ((const struct polynomial_params *)job->grid[POLYNOMIAL].params[i])->degree;
}

static double alpha_at(const struct fused_job *job, size_t i)
{
    return ((const struct ridge_params *)job->grid[RIDGE].params[i])->alpha;
}

static enum status prepare(const struct fused_job *job, struct arena *mem,
                           void **ret_shared, struct error *err)
{
    (void)err;
    size_t n = job->grid[SELECT].n, p = job->x_train->p;
    struct shared *shared = ARENA_NEW(mem, struct shared);
    shared->ranking = ARENA_ARRAY(mem, struct ranking, n);
    for (size_t i = 0; i < n; i++) {
        enum select_by by = select_at(job, i)->by;
        size_t same = 0;
        while (same < i && shared->ranking[same].by != by)
            same++;
        if (same < i) {
            shared->ranking[i] = shared->ranking[same];
            continue;
        }
        size_t *order = ARENA_ARRAY(mem, size_t, p);
        double *score = ARENA_ARRAY(mem, double, p);
        select_rank(by, job->x_train, job->y_train, score, order);
        shared->ranking[i] = (struct ranking){by, order};
    }
    *ret_shared = shared;
    return STATUS_OK;
}

/* One piece under way. */
struct piece {
    const struct fused_job *job;
    struct arena *mem;
    size_t offset;             // of the selection
    size_t n, m;               // training and test rows
    struct matrix train, test; // the kept columns
    struct matrix sorted;      // train, from the smallest row to the largest
    double *y;                 // [n] the target in that order, less its mean
    double y_mean;
};

/* The k best columns in their own order, as step select hands them on. */
static void keep_columns(struct piece *s, const size_t *order, size_t k)
{
    const size_t *kept = select_best(order, k, s->mem);
    s->train = matrix_columns(s->mem, s->job->x_train, kept, k);
    s->test = matrix_columns(s->mem, s->job->x_test, kept, k);
    s->train.name = s->test.name = NULL;
}

struct row_norm {
    double squares;
    size_t row;
};

static int smallest_first(const void *a, const void *b)
{
    const struct row_norm *u = a, *v = b;
    if (u->squares != v->squares)
        return u->squares < v->squares ? -1 : 1;
    return (u->row > v->row) - (u->row < v->row);
}

static void sort_rows(struct piece *s)
{
    struct row_norm *norm = ARENA_ARRAY(s->mem, struct row_norm, s->n);
    size_t *row = ARENA_ARRAY(s->mem, size_t, s->n);
    for (size_t i = 0; i < s->n; i++) {
        norm[i].row = i;
        for (size_t c = 0; c < s->train.p; c++)
            norm[i].squares += s->train.col[c][i] * s->train.col[c][i];
    }
    qsort(norm, s->n, sizeof *norm, smallest_first);
    double *y = ARENA_ARRAY(s->mem, double, s->n);
    s->y = ARENA_ARRAY(s->mem, double, s->n);
    s->y_mean = linalg_centre(s->job->y_train, s->n, y);
    for (size_t i = 0; i < s->n; i++) {
        row[i] = norm[i].row;
        s->y[i] = y[row[i]];
    }
    s->sorted = matrix_rows(s->mem, &s->train, row, s->n);
}

static void hand_in(const struct piece *s, size_t degree, size_t alpha,
                    const double *prediction)
{
    const struct recipe_grid *grid = s->job->grid;
    s->job->score(s->job->sink,
                  s->offset + grid[POLYNOMIAL].offset[degree] + grid[RIDGE].offset[alpha],
                  prediction);
}

/* Every alpha of one degree with few monomials: the plain form. */
static enum status score_columns(const struct piece *s, size_t d, struct error *err)
{
    size_t n_alpha = s->job->grid[RIDGE].n;
    struct matrix train = polynomial_expand(&s->train, degree_at(s->job, d), s->mem);
    struct matrix test = polynomial_expand(&s->test, degree_at(s->job, d), s->mem);
    double *alpha = ARENA_ARRAY(s->mem, double, n_alpha);
    double *prediction = ARENA_ARRAY(s->mem, double, s->m);
    struct ridge_weights *weights = ARENA_ARRAY(s->mem, struct ridge_weights, n_alpha);
    for (size_t l = 0; l < n_alpha; l++)
        alpha[l] = alpha_at(s->job, l);
    struct matrix y = {.n = s->n, .p = 1, .col = &s->job->y_train};
    TRY(ridge_solve(&train, &y, alpha, n_alpha, s->mem, weights, err));
    for (size_t l = 0; l < n_alpha; l++) {
        ridge_predict(&weights[l], &test, prediction);
        hand_in(s, d, l, prediction);
    }
    return STATUS_OK;
}

/* to[i] += a[i] b[i] */
static void add_products(const double *a, const double *b, size_t n, double *to)
{
    size_t i = 0;
    for (; i + 2 <= n; i += 2) {
        vector_pair product = vector_pair_load(a + i) * vector_pair_load(b + i);
        vector_pair_store(to + i, vector_pair_load(to + i) + product);
    }
    if (i < n)
        to[i] += a[i] * b[i];
}

/* The products of one row with count sorted training rows, for degrees 1 … top: h[j] is
 * h_j[count]. z[count] is scratch. */
static void row_products(const struct piece *s, const struct matrix *rows, size_t row,
                         size_t count, size_t top, double **h, double *z)
{
    for (size_t j = 1; j <= top; j++)
        memset(h[j], 0, count * sizeof(double));
    for (size_t c = 0; c < rows->p; c++) {
        const double *b = s->sorted.col[c];
        double a = rows->col[c][row];
        for (size_t i = 0; i < count; i++) {
            z[i] = a * b[i];
            h[1][i] += z[i];
        }
        for (size_t j = 2; j <= top; j++)
            add_products(z, h[j - 1], count, h[j]);
    }
    for (size_t j = 2; j <= top; j++) // from here on sums of degrees 1 … j
        linalg_add(1, h[j - 1], h[j], count);
}

/* The kernels of one selection for several degrees. */
struct kernels {
    size_t n_degrees;
    const size_t *degree; // [n_degrees] indices into the grid of polynomial
    double **train;       // [n_degrees][n][n], lower triangle
    double **test;        // [n_degrees][m][n]
};

static void fill_kernels(const struct piece *s, struct kernels *k)
{
    size_t top = 0;
    k->train = ARENA_ARRAY(s->mem, double *, k->n_degrees);
    k->test = ARENA_ARRAY(s->mem, double *, k->n_degrees);
    for (size_t q = 0; q < k->n_degrees; q++) {
        size_t d = degree_at(s->job, k->degree[q]);
        top = d > top ? d : top;
        k->train[q] = ARENA_ARRAY(s->mem, double, s->n * s->n);
        k->test[q] = ARENA_ARRAY(s->mem, double, s->m * s->n);
    }
    double **h = ARENA_ARRAY(s->mem, double *, top + 1);
    double *z = ARENA_ARRAY(s->mem, double, s->n);
    for (size_t j = 1; j <= top; j++)
        h[j] = ARENA_ARRAY(s->mem, double, s->n);
    for (size_t i = 0; i < s->n + s->m; i++) {
        bool test = i >= s->n;
        size_t row = test ? i - s->n : i, count = test ? s->n : i + 1;
        row_products(s, test ? &s->test : &s->sorted, row, count, top, h, z);
        for (size_t q = 0; q < k->n_degrees; q++)
            memcpy((test ? k->test[q] : k->train[q]) + row * s->n,
                   h[degree_at(s->job, k->degree[q])], count * sizeof(double));
    }
}

/* A kernel in tridiagonal form, with what every alpha needs. */
struct reduced {
    struct tridiagonal t;
    double *y, *one; // [n] rotated
    double *u, *v;   // [n] solutions
    double *work;    // [n]
};

static void reduce(const struct piece *s, double *kernel, struct reduced *ret)
{
    size_t n = s->n;
    double **part[] = {&ret->y, &ret->one, &ret->u, &ret->v, &ret->work};
    for (size_t i = 0; i < COUNT_OF(part); i++)
        *part[i] = ARENA_ARRAY(s->mem, double, n);
    for (size_t i = 0; i < n; i++) {
        ret->y[i] = s->y[i];
        ret->one[i] = 1;
    }
    linalg_tridiagonalise(kernel, n, s->mem, &ret->t);
    linalg_rotate(&ret->t, ret->y);
    linalg_rotate(&ret->t, ret->one);
}

/* Solves for one alpha > 0: the coefficients of the rows are left in r->u; returns the
 * intercept less the target's mean. */
static double solve(const struct reduced *r, double alpha, struct arena *scratch)
{
    size_t n = r->t.n;
    if (!linalg_tridiagonal_solve(&r->t, alpha, r->y, r->u, r->work) ||
        !linalg_tridiagonal_solve(&r->t, alpha, r->one, r->v, r->work)) {
        linalg_semidefinite_solve(&r->t, alpha, r->y, r->u, scratch);
        linalg_semidefinite_solve(&r->t, alpha, r->one, r->v, scratch);
    }
    double b = linalg_dot(r->one, r->u, n) / linalg_dot(r->one, r->v, n);
    linalg_add(-b, r->v, r->u, n);
    linalg_rotate_back(&r->t, r->u);
    return b;
}

/* Every alpha of one degree by its kernels, of which train is overwritten. */
static enum status score_kernel(const struct piece *s, size_t d, double *train,
                                const double *test, struct error *err)
{
    size_t n = s->n, m = s->m;
    double *prediction = ARENA_ARRAY(s->mem, double, m);
    if (!linalg_finite(train, n * n) || !linalg_finite(test, m * n))
        return ridge_overflow(err);
    struct reduced r;
    reduce(s, train, &r);
    for (size_t l = 0; l < s->job->grid[RIDGE].n; l++) {
        double alpha = alpha_at(s->job, l);
        if (alpha == 0)
            return ridge_singular(n, polynomial_terms(s->train.p, degree_at(s->job, d)),
                                  err);
        double b = solve(&r, alpha, s->mem);
        for (size_t i = 0; i < m; i++)
            prediction[i] = s->y_mean + b + linalg_dot(test + i * n, r.u, n);
        if (!linalg_finite(prediction, m))
            return ridge_overflow(err);
        hand_in(s, d, l, prediction);
    }
    return STATUS_OK;
}

static enum status run(const struct fused_job *job, const void *shared, size_t index,
                       struct arena *mem, struct error *err)
{
    const struct ranking *ranking = &((const struct shared *)shared)->ranking[index];
    struct piece s = {.job = job, .mem = mem, .n = job->x_train->n, .m = job->x_test->n};
    s.offset = job->grid[SELECT].offset[index];
    keep_columns(&s, ranking->order, select_at(job, index)->k);

    size_t n_degrees = job->grid[POLYNOMIAL].n;
    size_t *wide = ARENA_ARRAY(mem, size_t, n_degrees);
    struct kernels kernels = {.degree = wide};
    for (size_t d = 0; d < n_degrees; d++) {
        if (polynomial_terms(s.train.p, degree_at(job, d)) > s.n)
            wide[kernels.n_degrees++] = d;
        else
            TRY(score_columns(&s, d, err));
    }
    if (kernels.n_degrees > 0) {
        sort_rows(&s);
        fill_kernels(&s, &kernels);
    }
    for (size_t q = 0; q < kernels.n_degrees; q++)
        TRY(score_kernel(&s, wide[q], kernels.train[q], kernels.test[q], err));
    return STATUS_OK;
}

const struct fused fused_kernel_ridge = {prepare, run};
