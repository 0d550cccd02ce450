/* Columns with empty cells. */
#include "steps/impute.h"

#include <math.h>
#include <string.h>

#include "file/json.h"
#include "steps/linalg.h"

size_t impute_present(const struct matrix *x, size_t c, double *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < x->n; i++)
        if (!isnan(x->col[c][i]))
            ret[n++] = x->col[c][i];
    return n;
}

double impute_mean(const double *present, size_t n)
{
    double mean = linalg_sum(present, n) / (double)n;
    if (isfinite(mean))
        return mean;
    mean = 0;
    for (size_t i = 0; i < n; i++)
        mean += present[i] / (double)n;
    return mean;
}

double impute_median(const double *sorted, size_t n)
{
    double below = sorted[(n - 1) / 2], above = sorted[n / 2];
    double sum = below + above;
    return isfinite(sum) ? sum / 2 : below / 2 + above / 2;
}

double impute_most_frequent(const double *sorted, size_t n)
{
    size_t most = 0, at = 0;
    for (size_t i = 0, next; i < n; i = next) {
        for (next = i; next < n && sorted[next] == sorted[i];)
            next++;
        if (next - i > most) {
            most = next - i;
            at = i;
        }
    }
    return sorted[at];
}

static bool is_empty(const double *v, size_t n)
{
    size_t i = 0;
    while (i < n && isnan(v[i]))
        i++;
    return i == n;
}

enum status impute_check(const struct matrix *x, struct error *err)
{
    for (size_t c = 0; c < x->p; c++) {
        if (!is_empty(x->col[c], x->n))
            continue;
        error_set(err, STATUS_INPUT,
                  "column %zu is empty in all %zu rows that are learnt from: nothing is "
                  "known to fill it with",
                  c + 1, x->n);
        error_hint(err, "leave it out of `features`, or, where it has a value in other "
                        "rows, use fewer folds");
        if (x->name)
            error_field(err, x->name[c]);
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

enum status impute_width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    (void)params;
    if (in->p == 0)
        return error_set(err, STATUS_INPUT, "there is no column of numbers to fill");
    *ret = *in;
    ret->missing = false;
    return STATUS_OK;
}

struct matrix impute_copy(struct arena *mem, const struct matrix *x, double ***ret_cols)
{
    double **own = ARENA_ARRAY(mem, double *, x->p);
    const double **col = ARENA_ARRAY(mem, const double *, x->p);
    for (size_t c = 0; c < x->p; c++) {
        size_t i = 0;
        col[c] = x->col[c];
        while (i < x->n && !isnan(x->col[c][i]))
            i++;
        if (i == x->n)
            continue;
        col[c] = own[c] = ARENA_ARRAY(mem, double, x->n);
        memcpy(own[c], x->col[c], x->n * sizeof(double));
    }
    struct matrix ret = *x;
    ret.col = col;
    *ret_cols = own;
    return ret;
}

/* Column by column with 0 for a hole, and the places of the holes. */
json_t *impute_rows_json(const struct matrix *x)
{
    struct arena scratch = {0};
    size_t cells = x->n * x->p, holes = 0;
    double *value = ARENA_ARRAY(&scratch, double, cells);
    double *hole = ARENA_ARRAY(&scratch, double, cells);
    for (size_t k = 0; k < cells; k++) {
        double v = x->col[k / x->n][k % x->n];
        value[k] = isnan(v) ? 0 : v;
        if (isnan(v))
            hole[holes++] = (double)k;
    }
    json_t *saved = json_pack("{s:I, s:o, s:o}", "n", (json_int_t)x->n, "values",
                              json_reals(value, cells), "holes", json_reals(hole, holes));
    arena_release(&scratch);
    return saved;
}

/* Whole numbers, ascending, of cells that are there and hold 0. */
static enum status dig_holes(const double *hole, size_t n, const char *path,
                             double *value, size_t cells, struct error *err)
{
    for (size_t h = 0; h < n; h++) {
        double least = h > 0 ? hole[h - 1] + 1 : 0;
        bool there = hole[h] >= least && hole[h] < (double)cells;
        double *cell = there ? &value[(size_t)hole[h]] : NULL;
        if (!cell || floor(hole[h]) != hole[h] || *cell != 0 || signbit(*cell))
            return error_refuse(err, path, "holes",
                                "expected places of zeros, ascending, found %g at %zu",
                                hole[h], h + 1);
        *cell = NAN;
    }
    return STATUS_OK;
}

static enum status load_holes(const json_t *saved, const char *path, double *value,
                              size_t cells, struct error *err)
{
    struct arena scratch = {0};
    size_t n = json_count_reals(saved, "holes");
    double *hole = ARENA_ARRAY(&scratch, double, n);
    enum status status = json_get_reals(saved, "holes", path, n, hole, err);
    if (status == STATUS_OK)
        status = dig_holes(hole, n, path, value, cells, err);
    arena_release(&scratch);
    return status;
}

enum status impute_rows_load(const json_t *saved, const char *path, size_t p,
                             struct arena *mem, struct matrix *ret, struct error *err)
{
    size_t n, cells = json_count_reals(saved, "values");
    TRY(json_get_size(saved, "n", path, &n, err));
    if (p == 0 || n == 0 || n != cells / p || cells % p != 0)
        return error_refuse(err, path, "n", "%zu rows of %zu columns are not %zu values",
                            n, p, cells);
    double *value = ARENA_ARRAY(mem, double, cells);
    TRY(json_get_reals(saved, "values", path, cells, value, err));
    TRY(load_holes(saved, path, value, cells, err));
    const double **col = ARENA_ARRAY(mem, const double *, p);
    for (size_t c = 0; c < p; c++)
        col[c] = value + c * n;
    struct matrix x = {.n = n, .p = p, .col = col};
    if (impute_check(&x, err) != STATUS_OK)
        return error_refuse(err, path, "holes", "some column has no value");
    *ret = x;
    return STATUS_OK;
}
