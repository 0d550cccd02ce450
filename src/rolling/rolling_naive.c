/* Naive forecasts of each series, a series a piece of work. */
#include "rolling/rolling_naive.h"

#include <math.h>

#include "rolling/rolling_internal.h"
#include "series/batches.h"

static const char *const naive_names[] = {"naive",          "seasonal_naive", "drift",
                                          "seasonal_drift", "window_average", "mean"};

struct naive_job {
    struct rolling_rows *rows;
    const struct histories *histories;
    double ***value; // [baselines] columns
};

/* Sums of the naive errors of a past that grows. */
struct naive_errors {
    size_t lag, t, n; // steps taken in, errors among them
    double sum, squares;
};

static void take_steps(struct naive_errors *e, const struct history *h, size_t known)
{
    for (; e->t < known && e->t < h->n; e->t++) {
        double d = e->t >= e->lag ? h->y[e->t] - h->y[e->t - e->lag] : NAN;
        if (!isfinite(d))
            continue;
        e->sum += fabs(d);
        e->squares += d * d;
        e->n++;
    }
}

/* The scales of one series' rows. */
static void scale_series(const struct naive_job *job, const struct history *h,
                         size_t from, size_t to)
{
    struct rolling_rows *r = job->rows;
    size_t season = r->plan->season;
    struct naive_errors one = {.lag = 1}, whole = {.lag = season > 1 ? season : 1};
    for (size_t i = from; i < to; i++) {
        size_t known = rolling_known(r, h, i);
        take_steps(&one, h, known);
        take_steps(&whole, h, known);
        const struct naive_errors *e = whole.n > 0 ? &whole : &one;
        r->scale[i] = e->n > 0 ? e->sum / (double)e->n : NAN;
        r->square_scale[i] = e->n > 0 ? e->squares / (double)e->n : NAN;
    }
}

static enum status forecast_series(void *context, size_t g, struct arena *scratch,
                                   struct error *err)
{
    struct arena states = {0};
    enum status status = STATUS_OK;
    const struct naive_job *job = context;
    struct rolling_rows *r = job->rows;
    size_t from = r->from[g], to = r->from[g + 1];
    const struct history *h = from < to ? rolling_history(r, job->histories, from) : NULL;
    const struct fit_context fit = {.mem = &states, .threads = 1};
    struct backtest_plan plan = rolling_one_by_one(r->plan);
    if (!h)
        return STATUS_OK;
    scale_series(job, h, from, to);
    for (size_t b = 0; status == STATUS_OK && b < r->n_baselines; b++) {
        const struct series_model *model = series_find(naive_names[b]);
        const struct series_choice choice = {.model = model, .params = model->defaults};
        const struct rolling_choice one = {.one = &choice};
        status = rolling_forecast(r, h, g, &plan, &one, &fit, scratch, job->value[b][0],
                                  NULL, err);
    }
    arena_release(&states);
    return status;
}

static void make_room(struct naive_job *job, struct arena *mem)
{
    struct rolling_rows *r = job->rows;
    r->n_baselines = COUNT_OF(naive_names);
    r->baseline = ARENA_ARRAY(mem, struct naive, r->n_baselines);
    r->scale = ARENA_ARRAY(mem, double, r->n);
    r->square_scale = ARENA_ARRAY(mem, double, r->n);
    job->value = ARENA_ARRAY(mem, double **, r->n_baselines);
    for (size_t b = 0; b < r->n_baselines; b++) {
        r->baseline[b].name = naive_names[b];
        r->baseline[b].prediction =
            prediction_new(mem, ANSWER_VALUES, r->n, 1, &job->value[b]);
        for (size_t i = 0; i < r->n; i++)
            job->value[b][0][i] = NAN;
    }
    for (size_t i = 0; i < r->n; i++)
        r->scale[i] = r->square_scale[i] = NAN;
}

enum status rolling_naive(struct rolling_rows *rows, const struct histories *h,
                          size_t threads, struct arena *mem, struct error *err)
{
    struct naive_job job = {.rows = rows, .histories = h};
    make_room(&job, mem);
    return batches_run(threads, rows->n_series, forecast_series, &job, NULL, "", err);
}

/* Points in the order of their keys, and how often each value has come so far. */
struct majority {
    size_t n, *point; // [n] by key
    size_t values, *count;
    size_t taken;
};

static double most_frequent(struct majority *m, const struct rolling_points *points,
                            const double *y, int32_t origin)
{
    size_t best = 0;
    for (; m->taken < m->n && points->key[m->point[m->taken]] <= origin; m->taken++) {
        double value = y[m->point[m->taken]];
        if (!isnan(value))
            m->count[(size_t)value]++;
    }
    for (size_t v = 1; v < m->values; v++)
        best = m->count[v] > m->count[best] ? v : best;
    return (double)best;
}

void rolling_majority(struct rolling_rows *rows, struct arena *mem)
{
    const struct rolling_points *points = rows->points;
    const struct target *t = &points->y;
    double **value, *most = ARENA_ARRAY(mem, double, rows->plan->origins);
    size_t *order = rolling_by_key(points, mem);
    rows->n_baselines = 1;
    rows->baseline = ARENA_NEW(mem, struct naive);
    *rows->baseline = (struct naive){
        "majority", prediction_new(mem, ANSWER_VALUES, rows->n, t->y.p, &value)};
    for (size_t c = 0; c < t->y.p; c++) {
        struct majority m = {points->n, order, t->task == TASK_CLASSES ? t->n_classes : 2,
                             NULL, 0};
        m.count = ARENA_ARRAY(mem, size_t, m.values);
        for (size_t turn = 0; turn < rows->plan->origins; turn++)
            most[turn] = most_frequent(&m, points, t->y.col[c],
                                       rolling_origin(rows->plan, rows->pipeline, turn));
        for (size_t i = 0; i < rows->n; i++)
            value[c][i] = most[rows->turn[i]];
    }
}
