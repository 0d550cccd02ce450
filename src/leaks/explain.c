/* Explanations: distances are taken in one after another, those that may be known
 * first, each made orthogonal to those before (modified Gram-Schmidt, twice). */
#include "leaks/explain.h"

#include <math.h>

enum {
    SPARE = 12,        // rows more than weights, so that no fit is exact by chance
    EXPLAIN_ROWS = 512 // rows at most
};

static const double exact = 1e-8; // of the largest deviation: what printing may lose

/* The rows of a fit and what is left of them. */
struct explain_fit {
    const struct explain *of;
    size_t m, *row; // [m] steps
    size_t n_basis;
    double **basis; // [n_basis][m] orthonormal
    double *rest;   // [m]
    double largest; // |rest| at first
};

size_t explain_distinct(const double *y, size_t n, size_t most, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    double *seen = ARENA_ARRAY(scratch, double, most);
    size_t distinct = 0;
    for (size_t i = 0; i < n && distinct < most; i++) {
        size_t k = 0;
        while (k < distinct && seen[k] != y[i])
            k++;
        if (k == distinct && !isnan(y[i]))
            seen[distinct++] = y[i];
    }
    arena_rewind(scratch, mark);
    return distinct;
}

/* v at a distance from step t; NaN where there is none. */
static double at(const struct explain *e, const double *v, size_t t, int d)
{
    if (d < 0 ? t < (size_t)-d : e->n - t <= (size_t)d)
        return NAN;
    return v[d < 0 ? t - (size_t)-d : t + (size_t)d];
}

/* The ends of y, where a window may have been shorter, do not count. */
static bool usable(const struct explain *e, size_t t, int from, int to)
{
    bool all =
        !isnan(e->y[t]) &&
        (from == to || !(isnan(at(e, e->y, t, from)) || isnan(at(e, e->y, t, to))));
    for (int d = from; all && d <= to; d++)
        all = !isnan(at(e, e->x, t, d));
    return all;
}

/* The rows at which everything is there, at most `most`. */
static size_t find_rows(const struct explain *e, int from, int to, size_t most,
                        size_t *row)
{
    size_t m = 0;
    for (size_t t = 0; t < e->n && m < most; t++)
        if (usable(e, t, from, to))
            row[m++] = t;
    return m;
}

static double dot(const double *a, const double *b, size_t m)
{
    double sum = 0;
    for (size_t i = 0; i < m; i++)
        sum += a[i] * b[i];
    return sum;
}

static void take_out(const double *q, size_t m, double *v)
{
    double weight = dot(q, v, m);
    for (size_t i = 0; i < m; i++)
        v[i] -= weight * q[i];
}

/* Takes in one more column, which is overwritten; one that the others make up adds
 * nothing. */
static void take_in(struct explain_fit *f, double *v)
{
    double before = sqrt(dot(v, v, f->m));
    for (int turn = 0; turn < 2; turn++)
        for (size_t k = 0; k < f->n_basis; k++)
            take_out(f->basis[k], f->m, v);
    double after = sqrt(dot(v, v, f->m));
    if (!(after > 1e-10 * before))
        return;
    for (size_t i = 0; i < f->m; i++)
        v[i] /= after;
    f->basis[f->n_basis++] = v;
    take_out(v, f->m, f->rest);
}

static double largest(const double *v, size_t m)
{
    double most = 0;
    for (size_t i = 0; i < m; i++)
        most = fabs(v[i]) > most ? fabs(v[i]) : most;
    return most;
}

static bool is_exact(const struct explain_fit *f)
{
    return largest(f->rest, f->m) <= exact * f->largest;
}

/* Begins with y and a constant; false where y does not vary. */
static bool begin(struct explain_fit *f, size_t terms, struct arena *scratch)
{
    f->basis = ARENA_ARRAY(scratch, double *, terms);
    f->rest = ARENA_ARRAY(scratch, double, f->m);
    double *one = ARENA_ARRAY(scratch, double, f->m);
    for (size_t i = 0; i < f->m; i++) {
        f->rest[i] = f->of->y[f->row[i]];
        one[i] = 1;
    }
    double size = largest(f->rest, f->m);
    take_in(f, one);
    f->largest = largest(f->rest, f->m);
    return f->largest > 1e-9 * size;
}

static void take_distance(struct explain_fit *f, int d, struct arena *scratch)
{
    double *v = ARENA_ARRAY(scratch, double, f->m);
    for (size_t i = 0; i < f->m; i++)
        v[i] = at(f->of, f->of->x, f->row[i], d);
    take_in(f, v);
}

/* Looks at m rows. */
static bool look(const struct explain *e, size_t m, size_t *row, struct arena *scratch,
                 struct explained *ret)
{
    struct explain_fit f = {.of = e, .m = m, .row = row};
    if (!begin(&f, 2 * (size_t)e->reach + 2, scratch))
        return false;
    for (int d = -e->reach; d <= e->allowed; d++)
        take_distance(&f, d, scratch);
    double open = largest(f.rest, f.m);
    if (is_exact(&f))
        return false;
    for (int d = e->allowed + 1; d <= e->reach; d++) {
        take_distance(&f, d, scratch);
        if (is_exact(&f) || largest(f.rest, f.m) <= e->blur * open) {
            *ret = (struct explained){d, row[0], m};
            return true;
        }
    }
    return false;
}

/* Some of m rows, spread evenly: what does not hold for these does not hold for all. */
static size_t *sample(const size_t *row, size_t m, size_t few, struct arena *scratch)
{
    size_t *some = ARENA_ARRAY(scratch, size_t, few);
    for (size_t i = 0; i < few; i++)
        some[i] = row[i * m / few];
    return some;
}

bool explain_window(const struct explain *e, struct arena *scratch, struct explained *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t terms = 2 * (size_t)e->reach + 2, few = terms + SPARE;
    size_t *row = ARENA_ARRAY(scratch, size_t, EXPLAIN_ROWS);
    size_t m = find_rows(e, -e->reach, e->reach, EXPLAIN_ROWS, row);
    bool found = m >= few &&
                 terms + 4 <= explain_distinct(e->y, e->n, terms + 4, scratch) &&
                 look(e, few, sample(row, m, few, scratch), scratch, ret) &&
                 look(e, m, row, scratch, ret);
    arena_rewind(scratch, mark);
    return found;
}

/* Whether m rows are made up by what may be known. */
static bool is_known(const struct explain *e, size_t m, size_t *row,
                     struct arena *scratch)
{
    struct explain_fit f = {.of = e, .m = m, .row = row};
    if (!begin(&f, (size_t)(e->allowed + e->reach) + 2, scratch))
        return false;
    for (int d = -e->reach; d <= e->allowed; d++)
        take_distance(&f, d, scratch);
    return is_exact(&f);
}

bool explain_known(const struct explain *e, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t few = (size_t)(e->allowed + e->reach) + 2 + SPARE;
    size_t *row = ARENA_ARRAY(scratch, size_t, EXPLAIN_ROWS);
    size_t m = find_rows(e, -e->reach, e->allowed, EXPLAIN_ROWS, row);
    bool known = m >= few && is_known(e, few, sample(row, m, few, scratch), scratch) &&
                 is_known(e, m, row, scratch);
    arena_rewind(scratch, mark);
    return known;
}

static bool is_copy(const struct explain *e, int d, size_t m, size_t *row,
                    struct arena *scratch)
{
    struct explain_fit f = {.of = e, .m = m, .row = row};
    if (!begin(&f, 2, scratch))
        return false;
    take_distance(&f, d, scratch);
    return is_exact(&f);
}

/* Whether y is a + b x at that distance. */
static bool copies(const struct explain *e, int d, size_t *row, struct arena *scratch,
                   struct explained *ret)
{
    size_t m = find_rows(e, d, d, EXPLAIN_ROWS, row);
    *ret = (struct explained){d, m > 0 ? row[0] : 0, m};
    return m >= SPARE && is_copy(e, d, SPARE, sample(row, m, SPARE, scratch), scratch) &&
           is_copy(e, d, m, row, scratch);
}

bool explain_copy(const struct explain *e, struct arena *scratch, struct explained *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t *row = ARENA_ARRAY(scratch, size_t, EXPLAIN_ROWS);
    bool found = false, known = explain_distinct(e->y, e->n, 3, scratch) < 3;
    struct arena_mark each = arena_mark(scratch);
    for (int d = -e->reach; !found && !known && d <= e->reach; d++) {
        arena_rewind(scratch, each);
        bool here = copies(e, d, row, scratch, ret);
        known = here && d <= e->allowed;
        found = here && !known;
    }
    arena_rewind(scratch, mark);
    return found;
}
