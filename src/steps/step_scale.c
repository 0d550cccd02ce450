/* Standardising: every column less its mean, divided by its standard deviation.
 *
 * Mean and population standard deviation of the rows that are fitted, by scikit-learn's
 * StandardScaler: two passes with the correction term of Chan, Golub & LeVeque 1983 (The
 * American Statistician 37), sums as NumPy takes them.  A column whose variance is within
 * the error bound of that algorithm is constant and divided by 1. */
#include <float.h>
#include <math.h>

#include "data/spread.h"
#include "file/json.h"
#include "steps/linalg.h"
#include "steps/step.h"

struct scale_state {
    size_t p;
    double *mean;  // [p]
    double *scale; // [p], above 0
};

static struct scale_state *state_new(struct arena *mem, size_t p)
{
    struct scale_state *s = ARENA_NEW(mem, struct scale_state);
    *s =
        (struct scale_state){p, ARENA_ARRAY(mem, double, p), ARENA_ARRAY(mem, double, p)};
    return s;
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

static void fit_column(const struct matrix *x, size_t c, double *ret_mean,
                       double *ret_scale)
{
    int e = 0;
    struct scale_moments m = moments_of(x, c);
    if (!(m.variance >= 0x1p-512 && m.variance <= 0x1p512))
        m = moments_divided(x, c, &e);
    double rows = (double)x->n, error = rows * m.mean * DBL_EPSILON;
    bool constant = isfinite(m.variance) &&
                    m.variance <= rows * DBL_EPSILON * m.variance + error * error;
    *ret_mean = ldexp(m.mean, e);
    *ret_scale = constant ? 1 : ldexp(sqrt(m.variance), e);
}

static enum status fit(const void *params, const struct matrix *x, const struct target *y,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    (void)params, (void)y;
    struct scale_state *s = state_new(context->mem, x->p);
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
    *ret_state = s;
    return STATUS_OK;
}

static enum status apply(const void *state, const struct matrix *x, struct arena *mem,
                         struct matrix *ret, struct error *err)
{
    (void)err;
    const struct scale_state *s = state;
    *ret = matrix_standardised(mem, x, s->mean, s->scale);
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct scale_state *s = state;
    return json_pack("{s:o, s:o}", "mean", json_reals(s->mean, s->p), "scale",
                     json_reals(s->scale, s->p));
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    size_t p = in->p;
    struct scale_state *s = state_new(mem, p);
    TRY(json_get_reals(saved, "mean", path, p, s->mean, err));
    TRY(json_get_reals(saved, "scale", path, p, s->scale, err));
    for (size_t c = 0; c < p; c++) {
        if (s->scale[c] > 0)
            continue;
        return error_refuse(err, path, "scale",
                            "expected numbers above 0, found %g at %zu", s->scale[c],
                            c + 1);
    }
    *ret_state = s;
    *ret = *in;
    return STATUS_OK;
}

const struct step step_scale = {
    .name = "scale",
    .summary =
        "standardise: (x - mean) / standard deviation (ddof 0) of the training rows",
    .views = true,
    .fit = fit,
    .apply = apply,
    .save = save,
    .load = load,
};
