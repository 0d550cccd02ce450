/* What a model has to beat: the series' own past, or the most frequent value. */
#include <math.h>

#include "data/key.h"
#include "learn/division.h"
#include "learn/evaluation.h"
#include "series/baseline.h"

/* The forecasts for rows [i, end), which are of one series. */
static enum status forecast_series(const struct evaluation *e,
                                   const struct histories *histories, size_t i,
                                   size_t end, double *const *value, struct error *err)
{
    const struct frame *f = &e->frame;
    struct arena *scratch = e->scratch;
    struct arena_mark mark = arena_mark(scratch);
    const struct group_name *name = &f->groups->name[f->group[i]];
    const struct history *h = histories_find(histories, name);
    double **ret = ARENA_ARRAY(scratch, double *, series_baselines);
    for (size_t b = 0; b < series_baselines; b++) {
        ret[b] = value[b] + i;
        for (size_t k = 0; !h && k < end - i; k++)
            ret[b][k] = NAN;
    }
    enum status status = STATUS_OK;
    if (h)
        status = baseline_forecasts(h, key_season(e->pipeline), f->key + i, end - i,
                                    scratch, ret, err);
    arena_rewind(scratch, mark);
    return status;
}

static enum status forecast_all(const struct evaluation *e,
                                const struct histories *histories, double *const *value,
                                struct error *err)
{
    const struct frame *f = &e->frame;
    for (size_t i = 0, end; i < f->n; i = end) {
        for (end = i + 1; end < f->n && f->group[end] == f->group[i];)
            end++;
        TRY(forecast_series(e, histories, i, end, value, err));
    }
    return STATUS_OK;
}

enum status evaluation_forecast(struct evaluation *e, const struct history *history,
                                const struct histories *histories, struct error *err)
{
    const struct frame *f = &e->frame;
    struct arena *mem = e->mem;
    bool known = f->key && (f->group ? histories->n : history->n) > 0;
    double **value = ARENA_ARRAY(mem, double *, series_baselines);
    e->n_baselines = series_baselines;
    e->baseline = ARENA_ARRAY(mem, struct naive, series_baselines);
    for (size_t b = 0; b < series_baselines; b++) {
        e->baseline[b].name = series_baseline[b]->name;
        if (known)
            value[b] = ARENA_ARRAY(mem, double, f->n);
        if (known)
            e->baseline[b].prediction = (struct prediction){
                .n = f->n, .p = 1, .value = (const double *const *)&value[b]};
    }
    if (!known)
        return STATUS_OK;
    if (f->group)
        return forecast_all(e, histories, value, err);
    return baseline_forecasts(history, key_season(e->pipeline), f->key, f->n, e->scratch,
                              value, err);
}

/* The most frequent value of a target's column on the training rows; of equally frequent
 * ones the lowest, as scikit-learn's DummyClassifier takes it. */
static double most_frequent(const struct evaluation *e, size_t c, size_t values)
{
    struct arena_mark before = arena_mark(e->scratch);
    size_t *count = ARENA_ARRAY(e->scratch, size_t, values), best = 0;
    const double *y = e->frame.target.y.col[c];
    for (size_t i = 0; i < e->frame.n; i++)
        if (e->part[i] == DIVISION_TRAIN && !isnan(y[i]))
            count[(size_t)y[i]]++;
    for (size_t v = 1; v < values; v++)
        best = count[v] > count[best] ? v : best;
    arena_rewind(e->scratch, before);
    return (double)best;
}

void evaluation_majority(struct evaluation *e)
{
    double **value;
    struct arena *mem = e->mem;
    const struct target *t = &e->frame.target;
    size_t values = t->task == TASK_CLASSES ? t->n_classes : 2;
    e->n_baselines = 1;
    e->baseline = ARENA_NEW(mem, struct naive);
    *e->baseline = (struct naive){
        "majority", prediction_new(mem, ANSWER_VALUES, e->frame.n, t->y.p, &value)};
    for (size_t c = 0; c < t->y.p; c++) {
        double most = most_frequent(e, c, values);
        for (size_t i = 0; i < e->frame.n; i++)
            value[c][i] = most;
    }
}
