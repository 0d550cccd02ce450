/* What a model has to beat: the series' own past; where there is none the mean, or the most
 * frequent value. */
#include <math.h>

#include "data/key.h"
#include "learn/division.h"
#include "evaluation/evaluation.h"
#include "series/baseline.h"

enum status evaluation_forecast(struct evaluation *e, const struct histories *histories,
                                size_t threads, struct error *err)
{
    const struct frame *f = &e->frame;
    const struct one_step_rows rows = {f->n, f->key, f->group, f->groups, ONE_STEP_HALF};
    struct arena *mem = e->mem;
    bool known = (f->group ? histories->n : histories->of[0].n) > 0;
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
    return known ? baseline_forecasts(histories, key_season(e->pipeline), &rows, threads,
                                      value, err)
                 : STATUS_OK;
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

void evaluation_mean(struct evaluation *e)
{
    double **value, sum = 0;
    size_t known = 0;
    const double *y = e->frame.target.y.col[0];
    for (size_t i = 0; i < e->frame.n; i++)
        if (e->part[i] == DIVISION_TRAIN && !isnan(y[i])) {
            sum += y[i];
            known++;
        }
    e->n_baselines = 1;
    e->baseline = ARENA_NEW(e->mem, struct naive);
    *e->baseline = (struct naive){
        "mean", prediction_new(e->mem, ANSWER_VALUES, e->frame.n, 1, &value)};
    for (size_t i = 0; i < e->frame.n; i++)
        value[0][i] = known > 0 ? sum / (double)known : NAN;
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
