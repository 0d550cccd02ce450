/* Residuals summed up: points, extremes, and the comparison with the naive forecasts. */
#include "learn/residuals.h"

#include <float.h>
#include <math.h>

#include "data/key.h"
#include "data/spread.h"
#include "learn/compare.h"
#include "learn/division.h"

enum { PARTS = DIVISION_ARRIVED + 1 };
const char *const residuals_part[PARTS] = {"train", "holdout", "arrived"};

static bool has_ids(const struct residuals *r)
{
    return r->ids && r->ids->file;
}

/* A row without a time is called by its id. */
static enum status label_of(const struct residuals *r, size_t i, struct arena *mem,
                            const char **ret, struct error *err)
{
    char label[FRAME_LABEL], number[ROW_ID_NUMBER];
    struct row_id id = {0};
    frame_label(r->frame, i, label);
    if (has_ids(r) && !r->frame->key)
        TRY(ids_at(r->ids, i, &id, err));
    if (!id.there) {
        *ret = arena_string(mem, label);
        return STATUS_OK;
    }
    struct view text = row_id_text(&id, number);
    const char *group = strchr(label, ' '); // behind the row's number
    *ret = arena_format(mem, "%.*s%s", (int)text.n, text.p, group ? group : "");
    return STATUS_OK;
}

/* One row alone: its id stands beside its time. */
static enum status name_of(const struct residuals *r, size_t i, struct arena *mem,
                           const char **ret, struct error *err)
{
    char quoted[ROW_ID_QUOTED];
    struct row_id id = {0};
    TRY(label_of(r, i, mem, ret, err));
    if (has_ids(r) && r->frame->key)
        TRY(ids_at(r->ids, i, &id, err));
    if (id.there)
        *ret = arena_format(mem, "%s, %s %s", *ret, r->frame->pipeline->id,
                            row_id_quoted(&id, quoted));
    return STATUS_OK;
}

static double actual_of(const struct residuals *r, size_t i)
{
    return r->frame->target.y.col[0][i];
}

static struct residuals_json_row row_of(const struct residuals *r, size_t i)
{
    return (struct residuals_json_row){NULL, actual_of(r, i), r->prediction[i],
                                       residuals_part[r->part[i]]};
}

/* What the walk over all rows finds. */
struct residual_walk {
    double largest;
    size_t n[PARTS], worst[PARTS];
    size_t first[PARTS], last[PARTS]; // rows of the least and the greatest key
    double most[PARTS];
};

static bool before(const struct frame *f, size_t a, size_t b)
{
    return f->key ? f->key[a] < f->key[b] : a < b;
}

static struct residual_walk walk_rows(const struct residuals *r)
{
    struct residual_walk w = {0};
    bool numbers = r->frame->target.task == TASK_REGRESSION;
    for (size_t p = 0; p < PARTS; p++)
        w.most[p] = -1;
    for (size_t i = 0; i < r->frame->n; i++) {
        double actual = numbers ? fabs(actual_of(r, i)) : NAN;
        double miss = numbers ? fabs(actual_of(r, i) - r->prediction[i]) : NAN;
        uint8_t part = r->part[i];
        if (w.n[part] == 0 || before(r->frame, i, w.first[part]))
            w.first[part] = i;
        if (w.n[part] == 0 || before(r->frame, w.last[part], i))
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

static enum status take_parts(const struct residuals *r, const struct residual_walk *w,
                              struct arena *mem, struct residuals_json *ret,
                              struct error *err)
{
    ret->part = ARENA_ARRAY(mem, struct residuals_json_part, PARTS);
    for (size_t p = 0; p < PARTS; p++) {
        if (w->n[p] == 0)
            continue;
        struct residuals_json_part *part = &ret->part[ret->n_parts++];
        *part = (struct residuals_json_part){.part = residuals_part[p], .n = w->n[p]};
        TRY(label_of(r, w->first[p], mem, &part->first, err));
        TRY(label_of(r, w->last[p], mem, &part->last, err));
        if (w->most[p] < 0)
            continue;
        part->worst = ARENA_NEW(mem, struct residuals_json_row);
        *part->worst = row_of(r, w->worst[p]);
        TRY(name_of(r, w->worst[p], mem, &part->worst->key, err));
    }
    return STATUS_OK;
}

static enum status add_row(const struct residuals *r, size_t i, struct arena *mem,
                           struct residuals_json_row *to, size_t *n, struct error *err)
{
    to[*n] = row_of(r, i);
    return label_of(r, i, mem, &to[(*n)++].key, err);
}

static enum status take_points(const struct residuals *r, struct arena *mem,
                               struct residuals_json *ret, struct error *err)
{
    size_t n = r->frame->n;
    ret->every = n / RESIDUALS_POINTS + 1;
    size_t last = ret->every > 1 ? RESIDUALS_LAST : 0; // else all are points
    ret->point = ARENA_ARRAY(mem, struct residuals_json_row, n / ret->every + 1);
    ret->last = ARENA_ARRAY(mem, struct residuals_json_row, last);
    for (size_t i = 0; i < n; i += ret->every)
        TRY(add_row(r, i, mem, ret->point, &ret->n_points, err));
    for (size_t i = n - last; i < n; i++)
        TRY(add_row(r, i, mem, ret->last, &ret->n_last, err));
    return STATUS_OK;
}

/* Errors of model and baseline on the rows that both have, into a and b. */
static size_t common_errors(const struct residuals *r, size_t part,
                            const double *baseline, double *a, double *b)
{
    size_t n = 0;
    for (size_t i = 0; i < r->frame->n; i++) {
        double y = actual_of(r, i);
        if (r->part[i] != part || !isfinite(baseline[i]) ||
            !isfinite(y - r->prediction[i]))
            continue;
        a[n] = r->prediction[i] - y;
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

static void compare_baselines(const struct residuals *r, const size_t *n_part,
                              struct arena *mem, struct residuals_json *ret)
{
    struct arena scratch = {0};
    double *a = ARENA_ARRAY(&scratch, double, r->frame->n);
    double *b = ARENA_ARRAY(&scratch, double, r->frame->n);
    ret->baseline =
        ARENA_ARRAY(mem, struct residuals_json_baseline, PARTS * r->n_baselines);
    for (size_t p = DIVISION_HOLDOUT; p < PARTS; p++)
        for (size_t k = 0; n_part[p] > 0 && k < r->n_baselines; k++) {
            if (!r->baseline[k])
                continue;
            size_t n = common_errors(r, p, r->baseline[k], a, b);
            double rmse = root_mean_square(a, n),
                   errors = compare_squared_errors(a, b, n);
            ret->baseline[ret->n_baselines++] = (struct residuals_json_baseline){
                residuals_part[p], r->baseline_name[k], n, rmse,
                isinf(errors) ? copysign(DBL_MAX, errors) : errors};
        }
    arena_release(&scratch);
}

enum status residuals_sum(const struct residuals *r, struct arena *mem,
                          struct residuals_json *ret, struct error *err)
{
    const char *key = key_name(r->frame->pipeline);
    const char *by = key ? key : has_ids(r) ? r->frame->pipeline->id : "row";
    struct residual_walk w = walk_rows(r);
    bool any = false;
    *ret = (struct residuals_json){.by = by, .rows = r->frame->n, .largest = w.largest};
    TRY(take_parts(r, &w, mem, ret, err));
    if (r->frame->target.task != TASK_REGRESSION)
        return STATUS_OK;
    TRY(take_points(r, mem, ret, err));
    for (size_t k = 0; k < r->n_baselines; k++)
        any = any || r->baseline[k];
    if (any)
        compare_baselines(r, w.n, mem, ret);
    return STATUS_OK;
}
