/* Of anomalies: what is planted, and one band for all rows. */
#include <math.h>

#include "bands/grouped.h"
#include "evaluation/evaluation.h"
#include "learn/division.h"

static const double quantiles[] = {0.01, 0.99};

/* The values of the training rows. */
static size_t training_values(const struct evaluation *e, double *ret)
{
    size_t n = 0;
    const double *y = e->frame.target.y.col[0];
    for (size_t i = 0; i < e->frame.n; i++)
        if (e->part[i] == DIVISION_TRAIN && !isnan(y[i]))
            ret[n++] = y[i];
    return n;
}

enum status evaluation_bands(struct evaluation *e, struct error *err)
{
    struct arena scratch = {0};
    double **value, lower, upper;
    double *known = ARENA_ARRAY(&scratch, double, e->frame.n);
    const struct grouped_rows rows = {
        .n = training_values(e, known), .value = known, .groups = 1};
    size_t count = rows.n;
    enum status status = grouped_quantiles(&rows, &count, quantiles[0], quantiles[1], 1,
                                           &lower, &upper, err);
    arena_release(&scratch);
    TRY(status);
    e->n_baselines = 1;
    e->baseline = ARENA_NEW(e->mem, struct naive);
    *e->baseline =
        (struct naive){"one_band", prediction_new(e->mem, ANSWER_BANDS, e->frame.n,
                                                  BAND_COLUMNS, &value)};
    for (size_t i = 0; i < e->frame.n; i++) {
        bool none =
            isnan(e->prediction.value[BAND_LOWER][i]); // compared on the same rows
        value[BAND_LOWER][i] = none ? NAN : lower;
        value[BAND_UPPER][i] = none ? NAN : upper;
        value[BAND_N][i] = (double)count;
    }
    return STATUS_OK;
}

void evaluation_plant(struct evaluation *e, const struct planting_rule *rule)
{
    static const char *const names[] = {"value", "planted"};
    struct arena scratch = {0};
    struct frame *f = &e->frame;
    size_t *row = ARENA_ARRAY(&scratch, size_t, f->n), n = 0;
    double *planted = ARENA_ARRAY(e->mem, double, f->n);
    const double **col = ARENA_ARRAY(e->mem, const double *, 2);
    e->planted = ARENA_ARRAY(e->mem, uint8_t, f->n);
    for (size_t i = 0; i < f->n; i++) {
        planted[i] = NAN;
        if (e->part[i] == DIVISION_HOLDOUT && !isnan(f->target.y.col[0][i]))
            row[n++] = i;
    }
    struct matrix x = matrix_rows(&scratch, &f->x, row, n);
    struct target y = target_of(&f->target, matrix_rows(&scratch, &f->target.y, row, n));
    uint8_t *kind;
    struct target both = target_planted(&y, &x, rule, e->pipeline->seed,
                                        "planted in held-out rows", &scratch, &kind);
    for (size_t k = 0; k < n; k++) {
        planted[row[k]] = both.y.col[1][k];
        e->planted[row[k]] = kind[k];
    }
    col[0] = f->target.y.col[0];
    col[1] = planted;
    f->target.y.p = 2;
    f->target.y.col = col;
    f->target.y.name = names;
    arena_release(&scratch);
}
