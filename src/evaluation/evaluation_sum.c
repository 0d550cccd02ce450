/* Residuals summed up: points, extremes, and the comparison with the naive forecasts.
 *
 * One walk over the rows, and one for each naive forecast. */
#include <float.h>
#include <math.h>

#include "data/key.h"
#include "data/spread.h"
#include "judge/diebold_mariano.h"
#include "learn/division.h"
#include "evaluation/evaluation.h"

/* A row without a time is called by its id. */
static enum status label_of(struct evaluation *e, size_t i, const char **ret,
                            struct error *err)
{
    char label[FRAME_LABEL], number[ROW_ID_NUMBER];
    struct row_id id = {0};
    frame_label(&e->frame, i, label);
    if (e->ids.file && !e->frame.key)
        TRY(ids_at(&e->ids, i, &id, err));
    if (!id.there) {
        *ret = arena_string(e->mem, label);
        return STATUS_OK;
    }
    struct view text = row_id_text(&id, number);
    const char *group = strchr(label, ' '); // behind the row's number
    *ret = arena_format(e->mem, "%.*s%s", (int)text.n, text.p, group ? group : "");
    return STATUS_OK;
}

/* One row alone: its id stands beside its time. */
static enum status name_of(struct evaluation *e, size_t i, const char **ret,
                           struct error *err)
{
    char quoted[ROW_ID_QUOTED];
    struct row_id id = {0};
    TRY(label_of(e, i, ret, err));
    if (e->ids.file && e->frame.key)
        TRY(ids_at(&e->ids, i, &id, err));
    if (id.there)
        *ret = arena_format(e->mem, "%s, %s %s", *ret, e->pipeline->id,
                            row_id_quoted(&id, quoted));
    return STATUS_OK;
}

static double actual_of(const struct evaluation *e, size_t i)
{
    return e->frame.target.y.col[0][i];
}

static struct residuals_json_row row_of(const struct evaluation *e, size_t i)
{
    return (struct residuals_json_row){NULL, actual_of(e, i), e->prediction.value[0][i],
                                       division_part_name[e->part[i]]};
}

/* What the walk over all rows finds. */
struct residual_walk {
    double largest;
    size_t n[DIVISION_PARTS], worst[DIVISION_PARTS];
    size_t first[DIVISION_PARTS], last[DIVISION_PARTS]; // of the least and greatest key
    double most[DIVISION_PARTS];
};

static bool before(const struct frame *f, size_t a, size_t b)
{
    return f->key ? f->key[a] < f->key[b] : a < b;
}

static struct residual_walk walk_rows(const struct evaluation *e)
{
    struct residual_walk w = {0};
    bool numbers = e->frame.target.task == TASK_REGRESSION;
    for (size_t p = 0; p < DIVISION_PARTS; p++)
        w.most[p] = -1;
    for (size_t i = 0; i < e->frame.n; i++) {
        double actual = numbers ? fabs(actual_of(e, i)) : NAN;
        double miss = numbers ? fabs(actual_of(e, i) - e->prediction.value[0][i]) : NAN;
        uint8_t part = e->part[i];
        if (w.n[part] == 0 || before(&e->frame, i, w.first[part]))
            w.first[part] = i;
        if (w.n[part] == 0 || before(&e->frame, w.last[part], i))
            w.last[part] = i;
        w.n[part]++;
        if (isfinite(actual) && actual > w.largest)
            w.largest = actual;
        if (miss > w.most[part]) {
            w.most[part] = miss;
            w.worst[part] = i;
        }
    }
    return w;
}

static enum status take_parts(struct evaluation *e, const struct residual_walk *w,
                              struct residuals_json *ret, struct error *err)
{
    ret->part = ARENA_ARRAY(e->mem, struct residuals_json_part, DIVISION_PARTS);
    for (size_t p = 0; p < DIVISION_PARTS; p++) {
        if (w->n[p] == 0)
            continue;
        struct residuals_json_part *part = &ret->part[ret->n_parts++];
        *part = (struct residuals_json_part){.part = division_part_name[p], .n = w->n[p]};
        TRY(label_of(e, w->first[p], &part->first, err));
        TRY(label_of(e, w->last[p], &part->last, err));
        if (w->most[p] < 0)
            continue;
        part->worst = ARENA_NEW(e->mem, struct residuals_json_row);
        *part->worst = row_of(e, w->worst[p]);
        TRY(name_of(e, w->worst[p], &part->worst->key, err));
    }
    return STATUS_OK;
}

static enum status add_row(struct evaluation *e, size_t i, struct residuals_json_row *to,
                           size_t *n, struct error *err)
{
    to[*n] = row_of(e, i);
    return label_of(e, i, &to[(*n)++].key, err);
}

static enum status take_points(struct evaluation *e, struct residuals_json *ret,
                               struct error *err)
{
    size_t n = e->frame.n;
    ret->every = n / RESIDUALS_POINTS + 1;
    size_t last = ret->every > 1 ? RESIDUALS_LAST : 0; // else all are points
    ret->point = ARENA_ARRAY(e->mem, struct residuals_json_row, n / ret->every + 1);
    ret->last = ARENA_ARRAY(e->mem, struct residuals_json_row, last);
    for (size_t i = 0; i < n; i += ret->every)
        TRY(add_row(e, i, ret->point, &ret->n_points, err));
    for (size_t i = n - last; i < n; i++)
        TRY(add_row(e, i, ret->last, &ret->n_last, err));
    return STATUS_OK;
}

/* Errors of model and baseline on the rows that both have, into a and b. */
static size_t common_errors(const struct evaluation *e, size_t part,
                            const double *baseline, double *a, double *b)
{
    size_t n = 0;
    for (size_t i = 0; i < e->frame.n; i++) {
        double y = actual_of(e, i);
        if (e->part[i] != part || !isfinite(baseline[i]) ||
            !isfinite(y - e->prediction.value[0][i]))
            continue;
        a[n] = e->prediction.value[0][i] - y;
        b[n++] = baseline[i] - y;
    }
    return n;
}

static double root_mean_square(const double *e, size_t n)
{
    double sum = 0;
    int by = spread_exponent(e, n);
    for (size_t i = 0; i < n; i++) {
        double scaled = spread_scaled(e[i], by);
        sum += scaled * scaled;
    }
    return n > 0 ? ldexp(sqrt(sum / (double)n), by) : NAN;
}

static void compare_baselines(const struct evaluation *e, const size_t *n_part,
                              struct residuals_json *ret)
{
    struct arena scratch = {0};
    double *a = ARENA_ARRAY(&scratch, double, e->frame.n);
    double *b = ARENA_ARRAY(&scratch, double, e->frame.n);
    ret->baseline = ARENA_ARRAY(e->mem, struct residuals_json_baseline,
                                DIVISION_PARTS * e->n_baselines);
    for (size_t p = DIVISION_HOLDOUT; p < DIVISION_PARTS; p++)
        for (size_t k = 0; n_part[p] > 0 && k < e->n_baselines; k++) {
            if (!e->baseline[k].prediction.value)
                continue;
            size_t n = common_errors(e, p, e->baseline[k].prediction.value[0], a, b);
            double rmse = root_mean_square(a, n),
                   errors = diebold_mariano(a, b, n, DM_SQUARED, 1).clustered;
            ret->baseline[ret->n_baselines++] = (struct residuals_json_baseline){
                division_part_name[p], e->baseline[k].name, n, rmse,
                isinf(errors) ? copysign(DBL_MAX, errors) : errors};
        }
    arena_release(&scratch);
}

enum status evaluation_sum(struct evaluation *e, struct residuals_json *ret,
                           struct error *err)
{
    const char *key = key_name(e->pipeline);
    const char *by = key ? key : e->ids.file ? e->pipeline->id : "row";
    struct residual_walk w = walk_rows(e);
    bool any = false;
    *ret = (struct residuals_json){.by = by, .rows = e->frame.n, .largest = w.largest};
    TRY(take_parts(e, &w, ret, err));
    if (e->frame.target.task != TASK_REGRESSION)
        return STATUS_OK;
    TRY(take_points(e, ret, err));
    for (size_t k = 0; k < e->n_baselines; k++)
        any = any || e->baseline[k].prediction.value;
    if (any)
        compare_baselines(e, w.n, ret);
    return STATUS_OK;
}
