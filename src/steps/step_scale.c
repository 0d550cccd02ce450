/* Standardising: every column less its mean, divided by its standard deviation; columns of
 * a sparse block are divided alone, since what is 0 must stay 0.
 *
 * Mean and population standard deviation of the rows that are fitted, by scikit-learn's
 * StandardScaler: two passes with the correction term of Chan, Golub & LeVeque 1983 (The
 * American Statistician 37), sums as NumPy takes them.  A column whose variance is within
 * the error bound of that algorithm is constant and divided by 1.  Of the sparse block the
 * values that are not stored count as the zeros that they are. */
#include <float.h>
#include <math.h>

#include "data/spread.h"
#include "file/json.h"
#include "steps/linalg.h"
#include "steps/step.h"

enum { MEAN_AUTO, MEAN_TRUE, MEAN_FALSE };

struct scale_params {
    unsigned with_mean;
    bool with_std;
};

struct scale_state {
    size_t p, n_sparse;
    double *mean;   // [p]
    double *scale;  // [p], above 0
    double *sparse; // [n_sparse] the same of the sparse block
};

/* clang-format off */
static const struct option_row scale_rows[] = {
    OPTION_ENUM(struct scale_params, with_mean, "auto|true|false",
                "whether the mean is taken away; auto: of dense columns"),
    OPTION(struct scale_params, with_std, 0, 0, "BOOL",
           "whether to divide by the standard deviation"),
};
/* clang-format on */

static const struct scale_params defaults = {.with_mean = MEAN_AUTO, .with_std = true};

static struct scale_state *state_new(struct arena *mem, size_t p, size_t n_sparse)
{
    struct scale_state *s = ARENA_NEW(mem, struct scale_state);
    *s = (struct scale_state){p, n_sparse, ARENA_ARRAY(mem, double, p),
                              ARENA_ARRAY(mem, double, p),
                              ARENA_ARRAY(mem, double, n_sparse)};
    return s;
}

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    const struct scale_params *q = params;
    if (in->sparse > 0 && q->with_mean == MEAN_TRUE) {
        error_set(err, STATUS_INPUT, "sparse columns less their mean are not sparse");
        error_field(err, "scale.with_mean");
        error_hint(err, "`with_mean: false` divides alone; auto does so for the sparse "
                        "columns");
        return STATUS_INPUT;
    }
    *ret = *in;
    return STATUS_OK;
}

/* What a column's rows say of it. */
struct scale_moments {
    double mean, variance;
};

static struct scale_moments moments_of(const struct matrix *x, size_t c)
{
    double rows = (double)x->n;
    double mean = linalg_column_sum(x, c, 0) / rows;
    double correction = linalg_column_sum(x, c, mean);
    double squares = linalg_column_squares(x, c, mean);
    return (struct scale_moments){mean,
                                  (squares - correction * correction / rows) / rows};
}

/* The same of the column divided by 2^e, where its squares would overflow or vanish. */
static struct scale_moments moments_divided(const struct matrix *x, size_t c, int *ret_e)
{
    struct arena scratch = {0};
    double **col;
    struct matrix one = matrix_new(&scratch, x->n, 1, NULL, &col);
    const double *v = matrix_span(x, c, 0, x->n, col[0]);
    *ret_e = spread_exponent(v, x->n);
    spread_scale(v, x->n, *ret_e, col[0]);
    struct scale_moments m = moments_of(&one, 0);
    arena_release(&scratch);
    return m;
}

/* The standard deviation, 1 of a constant. */
static double deviation(struct scale_moments m, size_t n)
{
    double rows = (double)n, error = rows * m.mean * DBL_EPSILON;
    bool constant = isfinite(m.variance) &&
                    m.variance <= rows * DBL_EPSILON * m.variance + error * error;
    return constant ? 1 : sqrt(m.variance);
}

static void fit_column(const struct matrix *x, size_t c, double *ret_mean,
                       double *ret_scale)
{
    int e = 0;
    struct scale_moments m = moments_of(x, c);
    if (!(m.variance >= 0x1p-512 && m.variance <= 0x1p512))
        m = moments_divided(x, c, &e);
    double scale = deviation(m, x->n);
    *ret_mean = ldexp(m.mean, e);
    *ret_scale = scale == 1 ? 1 : ldexp(scale, e);
}

/* Adds what the stored values of the block say to each column's sum, or to its squares and
 * differences about the mean. */
static void add_block(const struct matrix *x, const double *mean, double *sum,
                      double *squares, double *count)
{
    const struct sparse *b = x->sparse;
    for (size_t i = 0; i < x->n; i++)
        for (size_t row = matrix_row(x, i), k = b->start[row]; k < b->start[row + 1];
             k++) {
            double off = b->value[k] - (mean ? mean[b->col[k]] : 0);
            sum[b->col[k]] += off;
            squares[b->col[k]] += off * off;
            count[b->col[k]]++;
        }
}

static enum status fit_block(const struct matrix *x, double *ret_scale, struct error *err)
{
    struct arena scratch = {0};
    size_t p = x->sparse->p, bad = p;
    double *array[5], rows = (double)x->n;
    for (size_t i = 0; i < COUNT_OF(array); i++)
        array[i] = ARENA_ARRAY(&scratch, double, p);
    double *mean = array[0], *off = array[1], *squares = array[2], *count = array[3];
    add_block(x, NULL, mean, array[4], count);
    for (size_t c = 0; c < p; c++) {
        mean[c] /= rows;
        count[c] = 0;
    }
    add_block(x, mean, off, squares, count);
    for (size_t c = 0; c < p; c++) {
        double none = rows - count[c]; // values that are 0
        double correction = off[c] - none * mean[c];
        double all = squares[c] + none * mean[c] * mean[c];
        double variance = (all - correction * correction / rows) / rows;
        ret_scale[c] = deviation((struct scale_moments){mean[c], variance}, x->n);
        bad = bad == p && !isfinite(ret_scale[c]) ? c : bad;
    }
    arena_release(&scratch);
    if (bad < p)
        return error_set(err, STATUS_INPUT,
                         "the values are too large to standardise: the variance of "
                         "sparse column %zu overflows",
                         bad + 1);
    return STATUS_OK;
}

/* What was not asked for changes nothing. */
static void keep_asked(const struct scale_params *q, struct scale_state *s)
{
    for (size_t c = 0; c < s->p; c++) {
        s->mean[c] = q->with_mean == MEAN_FALSE ? 0 : s->mean[c];
        s->scale[c] = q->with_std ? s->scale[c] : 1;
    }
    for (size_t c = 0; c < s->n_sparse; c++)
        s->sparse[c] = q->with_std ? s->sparse[c] : 1;
}

static enum status fit(const void *params, const struct matrix *x, const struct target *y,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    (void)y;
    const struct scale_params *q = params;
    struct scale_state *s = state_new(context->mem, x->p, x->sparse ? x->sparse->p : 0);
    for (size_t c = 0; c < x->p; c++) {
        fit_column(x, c, &s->mean[c], &s->scale[c]);
        if (isfinite(s->mean[c]) && isfinite(s->scale[c]))
            continue;
        error_set(err, STATUS_INPUT,
                  "the values are too large to standardise: %s overflows",
                  isfinite(s->mean[c]) ? "their variance" : "their sum");
        if (x->name)
            error_field(err, x->name[c]);
        return STATUS_INPUT;
    }
    if (s->n_sparse > 0)
        TRY(fit_block(x, s->sparse, err));
    keep_asked(q, s);
    *ret_state = s;
    return STATUS_OK;
}

/* The block with its values divided, also those in the gap of a view. */
static const struct sparse *scaled_block(const struct matrix *x, const double *scale,
                                         struct arena *mem)
{
    const struct sparse *b = x->sparse;
    size_t from = b->start[0], to = b->start[x->n + x->gap];
    struct sparse *ret = ARENA_NEW(mem, struct sparse);
    double *value = ARENA_ARRAY(mem, double, to);
    for (size_t k = from; k < to; k++)
        value[k] = b->value[k] / scale[b->col[k]];
    *ret = (struct sparse){b->p, b->start, b->col, value};
    return ret;
}

static enum status apply(const void *state, const struct matrix *x, struct arena *mem,
                         struct matrix *ret, struct error *err)
{
    (void)err;
    const struct scale_state *s = state;
    *ret = s->p > 0 ? matrix_standardised(mem, x, s->mean, s->scale) : *x;
    if (s->n_sparse > 0)
        ret->sparse = scaled_block(ret, s->sparse, mem);
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct scale_state *s = state;
    json_t *saved = json_pack("{s:o, s:o}", "mean", json_reals(s->mean, s->p), "scale",
                              json_reals(s->scale, s->p));
    if (s->n_sparse > 0)
        json_object_set_new(saved, "sparse", json_reals(s->sparse, s->n_sparse));
    return saved;
}

static enum status check_scale(const double *scale, size_t n, const char *key,
                               const char *path, struct error *err)
{
    for (size_t c = 0; c < n; c++)
        if (!(scale[c] > 0))
            return error_refuse(err, path, key,
                                "expected numbers above 0, found %g at %zu", scale[c],
                                c + 1);
    return STATUS_OK;
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    struct scale_state *s = state_new(mem, in->p, in->sparse);
    TRY(json_get_reals(saved, "mean", path, s->p, s->mean, err));
    TRY(json_get_reals(saved, "scale", path, s->p, s->scale, err));
    TRY(check_scale(s->scale, s->p, "scale", path, err));
    if (s->n_sparse > 0)
        TRY(json_get_reals(saved, "sparse", path, s->n_sparse, s->sparse, err));
    TRY(check_scale(s->sparse, s->n_sparse, "sparse", path, err));
    *ret_state = s;
    *ret = *in;
    return STATUS_OK;
}

const struct step step_scale = {
    .name = "scale",
    .summary =
        "standardise: (x - mean) / standard deviation (ddof 0) of the training rows",
    .rows = scale_rows,
    .n_rows = COUNT_OF(scale_rows),
    .params_size = sizeof(struct scale_params),
    .defaults = &defaults,
    .takes = STEP_SPARSE,
    .width = width,
    .views = true,
    .fit = fit,
    .apply = apply,
    .save = save,
    .load = load,
};
