/* Filling an empty cell with the mean of what the nearest rows have there, by scikit-learn's
 * KNNImputer (neighbours/donors.h).
 *
 * The rows that are learnt from are its state, and the donors of all rows to come.  A cell
 * whose row has no column in common with any donor takes the column's mean.  Of equal
 * distances the first row is taken, where scikit-learn leaves it open which; a column
 * without any value is refused, where scikit-learn drops it: how many columns there are
 * must not depend on the fold.
 *
 * Several choices of n_neighbors compare the training rows once.  What fills their own
 * cells is kept, so that fitting does all work in the context's threads. */
#include <math.h>
#include <string.h>

#include "file/json.h"
#include "neighbours/donors.h"
#include "steps/impute.h"

struct impute_knn_params {
    size_t n_neighbors;
    enum donor_weights weights;
};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION(struct impute_knn_params, n_neighbors, 1, 10000, "N",
           "rows whose mean fills an empty cell"),
    OPTION_ENUM(struct impute_knn_params, weights, DONOR_WEIGHTS_WORDS,
                  "each row counts alike, or by the inverse of its distance"),
};
/* clang-format on */

static const struct impute_knn_params defaults = {.n_neighbors = 5};

struct impute_knn_state {
    struct impute_knn_params params;
    struct neighbours rows; // that were learnt from
    const double *mean;     // [p] of what is there
    size_t n_filled;        // cells of these rows that are empty
    const double *filled;   // [n_filled] what fills them, row by row; NULL after a load
};

static const double *means(const struct matrix *x, struct arena *mem)
{
    double *mean = ARENA_ARRAY(mem, double, x->p);
    struct arena scratch = {0};
    double *present = ARENA_ARRAY(&scratch, double, x->n);
    for (size_t c = 0; c < x->p; c++)
        mean[c] = impute_mean(present, impute_present(x, c, present));
    arena_release(&scratch);
    return mean;
}

/* A state without what fills its own cells; x is borrowed. */
static struct impute_knn_state *state_new(const struct impute_knn_params *params,
                                          const struct matrix *x, struct arena *mem)
{
    struct impute_knn_state *s = ARENA_NEW(mem, struct impute_knn_state);
    *s = (struct impute_knn_state){.params = *params,
                                   .rows = neighbours_of(x->col, x->n, x->p, mem),
                                   .mean = means(x, mem)};
    return s;
}

static double *values_of(const struct impute_knn_state *s, const struct donors *d,
                         struct arena *mem)
{
    double *value = ARENA_ARRAY(mem, double, d->n);
    for (size_t h = 0; h < d->n; h++) {
        value[h] = donors_mean(d, &s->rows, h, s->params.n_neighbors, s->params.weights);
        if (isnan(value[h]))
            value[h] = s->mean[d->col[h]];
    }
    return value;
}

/* A state that needs neither x nor the donors any more. */
static struct impute_knn_state *state_of(const struct impute_knn_params *params,
                                         const struct matrix *x, const struct donors *d,
                                         struct arena *mem)
{
    double **col;
    struct matrix own = matrix_new(mem, x->n, x->p, NULL, &col);
    for (size_t c = 0; c < x->p; c++)
        memcpy(col[c], x->col[c], x->n * sizeof(double));
    struct impute_knn_state *s = state_new(params, &own, mem);
    s->n_filled = d->n;
    s->filled = values_of(s, d, mem);
    return s;
}

static enum status fit_path(const void *const *params, size_t n, const struct matrix *x,
                            const struct target *y, const struct fit_context *context,
                            const struct step_sink *sink, struct error *err)
{
    (void)y;
    size_t most = 0;
    struct arena scratch = {0};
    struct donors donors;
    TRY(impute_check(x, err));
    for (size_t i = 0; i < n; i++) {
        const struct impute_knn_params *q = params[i];
        most = q->n_neighbors > most ? q->n_neighbors : most;
    }
    struct neighbours among = neighbours_of(x->col, x->n, x->p, &scratch);
    enum status status =
        donors_find(&among, x->col, x->n, most, context->threads, &scratch, &donors, err);
    for (size_t i = 0; i < n && status == STATUS_OK; i++)
        status = sink->take(sink->context, i,
                            state_of(params[i], x, &donors, context->mem), err);
    arena_release(&scratch);
    return status;
}

/* Whether these are the rows that were learnt from: bit for bit, as NaN is what it is. */
static bool is_known(const struct impute_knn_state *s, const struct matrix *x)
{
    bool same = s->filled && x->n == s->rows.n;
    for (size_t c = 0; same && c < x->p; c++)
        same = memcmp(x->col[c], s->rows.col[c], x->n * sizeof(double)) == 0;
    return same;
}

static enum status apply(const void *state, const struct matrix *x, struct arena *mem,
                         struct matrix *ret, struct error *err)
{
    const struct impute_knn_state *s = state;
    struct arena scratch = {0};
    struct donors donors;
    const double *value = s->filled;
    if (!is_known(s, x)) {
        enum status status = donors_find(&s->rows, x->col, x->n, s->params.n_neighbors, 1,
                                         &scratch, &donors, err);
        if (status != STATUS_OK) {
            arena_release(&scratch);
            return status;
        }
        value = values_of(s, &donors, &scratch);
    }
    double **col;
    *ret = impute_copy(mem, x, &col);
    for (size_t i = 0, h = 0; i < x->n; i++)
        for (size_t c = 0; c < x->p; c++)
            if (isnan(x->col[c][i]))
                col[c][i] = value[h++];
    arena_release(&scratch);
    return STATUS_OK;
}

static json_t *save(const void *state)
{
    const struct impute_knn_state *s = state;
    struct matrix x = {.n = s->rows.n, .p = s->rows.p, .col = s->rows.col};
    struct view weights = option_word(DONOR_WEIGHTS_WORDS, s->params.weights);
    return json_pack("{s:I, s:s%, s:o}", "n_neighbors", (json_int_t)s->params.n_neighbors,
                     "weights", weights.p, weights.n, "rows", impute_rows_json(&x));
}

static enum status load_params(const json_t *saved, const char *path,
                               struct impute_knn_params *ret, struct error *err)
{
    unsigned weights;
    TRY(json_get_size(saved, "n_neighbors", path, &ret->n_neighbors, err));
    if (ret->n_neighbors < 1 || ret->n_neighbors > 10000)
        return error_refuse(err, path, "n_neighbors", "expected 1 to 10000, found %zu",
                            ret->n_neighbors);
    TRY(json_get_word(saved, "weights", DONOR_WEIGHTS_WORDS, path, &weights, err));
    ret->weights = (enum donor_weights)weights;
    return STATUS_OK;
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    struct impute_knn_params params;
    struct matrix x;
    json_t *learnt;
    TRY(load_params(saved, path, &params, err));
    TRY(json_get_object(saved, "rows", path, &learnt, err));
    TRY(impute_rows_load(learnt, path, in->p, mem, &x, err));
    *ret_state = state_new(&params, &x, mem);
    *ret = *in;
    return STATUS_OK;
}

const struct step step_impute_knn = {
    .name = "impute_knn",
    .summary = "fills empty cells with the mean of the nearest rows that have the column",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct impute_knn_params),
    .defaults = &defaults,
    .takes = STEP_MISSING | STEP_TEXT | STEP_SPARSE,
    .width = impute_width,
    .fit_path = fit_path,
    .apply = apply,
    .save = save,
    .load = load,
};
