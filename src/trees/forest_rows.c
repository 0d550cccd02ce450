/* Columns as codes: places among the distinct values while there are few rows, else
 * bins. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trees/bins.h"
#include "trees/forest_internal.h"

static int ascending(const void *a, const void *b)
{
    double u = *(const double *)a, v = *(const double *)b;
    return (u > v) - (u < v);
}

/* Sorts x[n] and keeps each value once. */
static size_t distinct(double *x, size_t n)
{
    size_t kept = 0;
    qsort(x, n, sizeof *x, ascending);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || x[i] > x[kept - 1])
            x[kept++] = x[i];
    return kept;
}

static uint16_t place(const double *value, size_t n, double x)
{
    size_t low = 0, high = n - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (value[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint16_t)low;
}

static void rank_columns(const struct matrix *x, struct arena *mem,
                         struct forest_rows *rows)
{
    uint16_t *rank = ARENA_ARRAY(mem, uint16_t, x->n * x->p);
    double **value = ARENA_ARRAY(mem, double *, x->p);
    size_t *codes = ARENA_ARRAY(mem, size_t, x->p);
    for (size_t c = 0; c < x->p; c++) {
        value[c] = ARENA_ARRAY(mem, double, x->n);
        memcpy(value[c], x->col[c], x->n * sizeof(double));
        codes[c] = distinct(value[c], x->n);
        for (size_t i = 0; i < x->n; i++)
            rank[c * x->n + i] = place(value[c], codes[c], x->col[c][i]);
    }
    rows->rank = rank;
    rows->codes = codes;
    rows->value = (const double *const *)value;
}

static enum status bin_columns(const struct matrix *x, size_t threads, struct arena *mem,
                               struct forest_rows *rows, struct error *err)
{
    struct bins bins;
    uint8_t *code = ARENA_ARRAY(mem, uint8_t, x->n * x->p);
    TRY(bins_learn(x, BINS_MOST, threads, mem, &bins, err));
    TRY(bins_code(&bins, x, threads, x->n, code, err));
    rows->bin = code;
    rows->codes = bins.n;
    rows->value = bins.upper;
    return STATUS_OK;
}

static void read_reals(struct forest_rows *rows)
{
    const double *y = rows->y.y;
    double n = (double)rows->n;
    for (size_t i = 0; i < rows->n; i++)
        rows->middle += y[i] / n;
    for (size_t i = 0; i < rows->n; i++)
        rows->most = fmax(rows->most, fabs(y[i] - rows->middle));
}

static void read_classes(struct arena *mem, struct forest_rows *rows)
{
    uint16_t *class = ARENA_ARRAY(mem, uint16_t, rows->n);
    for (size_t i = 0; i < rows->n; i++)
        class[i] = (uint16_t)rows->y.y[i];
    rows->class = class;
}

enum status forest_learn(const struct matrix *x, const struct forest_target *y,
                         size_t threads, struct arena *mem, struct forest_rows **ret,
                         struct error *err)
{
    if (x->n > FOREST_ROWS || y->n_classes > FOREST_CLASSES)
        return error_set(err, STATUS_INPUT,
                         "a forest learns from at most %d rows and %d classes",
                         FOREST_ROWS, FOREST_CLASSES);
    struct forest_rows *rows = ARENA_NEW(mem, struct forest_rows);
    *rows = (struct forest_rows){.n = x->n, .p = x->p, .x = *x, .y = *y};
    if (x->n <= FOREST_EXACT)
        rank_columns(x, mem, rows);
    else
        TRY(bin_columns(x, threads, mem, rows, err));
    if (y->n_classes > 0)
        read_classes(mem, rows);
    else
        read_reals(rows);
    *ret = rows;
    return STATUS_OK;
}
