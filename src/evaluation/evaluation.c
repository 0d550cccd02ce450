/* Figures of a part of the rows: gathered, measured, set beside the baselines'. */
#include "evaluation/evaluation_internal.h"

#include <math.h>

#include "learn/division.h"
#include "learn/metric.h"

enum { ALL_SEEN = DIVISION_PARTS }; // a part: all rows but those that arrived

size_t evaluation_gather(const struct evaluation *e, int part,
                         const struct prediction *values,
                         const struct prediction *defined)
{
    size_t n = 0;
    const struct matrix *y = &e->frame.target.y;
    for (size_t i = 0; defined->value && i < e->frame.n; i++) {
        bool wanted =
            part == ALL_SEEN ? e->part[i] != DIVISION_ARRIVED : (int)e->part[i] == part;
        if (!wanted || isnan(defined->value[0][i]) || isnan(y->col[0][i]))
            continue;
        for (size_t c = 0; c < y->p; c++)
            e->part_y[c][n] = y->col[c][i];
        for (size_t c = 0; c < values->p; c++)
            e->part_value[c][n] = values->value[c][i];
        n++;
    }
    return n;
}

struct target evaluation_target(const struct evaluation *e, size_t n)
{
    struct target t = e->frame.target;
    t.y.n = n;
    t.y.col = (const double *const *)e->part_y;
    return t;
}

struct prediction evaluation_said(const struct evaluation *e,
                                  const struct prediction *values, size_t n)
{
    return (struct prediction){.answer = values->answer,
                               .n = n,
                               .p = values->p,
                               .value = (const double *const *)e->part_value,
                               .name = values->name};
}

/* The figures of a prediction on the rows of a part for which `defined` has a value. */
static struct metrics_json_score measure(const struct evaluation *e, int part,
                                         const struct prediction *values,
                                         const struct prediction *defined)
{
    struct metrics_json_score s = {.n = evaluation_gather(e, part, values, defined)};
    struct target y = evaluation_target(e, s.n);
    struct prediction said = evaluation_said(e, values, s.n);
    s.figure = ARENA_ARRAY(e->mem, struct metrics_json_figure, metric_count);
    for (size_t m = 0; m < metric_count; m++)
        if (metric_is_for(&metric_all[m], e->frame.target.task))
            s.figure[s.n_figures++] = (struct metrics_json_figure){
                metric_all[m].name, s.n > 0 ? metric_all[m].value(&y, &said) : NAN};
    return s;
}

static struct metrics_json_score measure_model(const struct evaluation *e, int part)
{
    return measure(e, part, &e->prediction, &e->prediction);
}

static struct metrics_json_baseline *measure_baselines(const struct evaluation *e,
                                                       int part)
{
    struct metrics_json_baseline *all =
        ARENA_ARRAY(e->mem, struct metrics_json_baseline, e->n_baselines);
    for (size_t b = 0; b < e->n_baselines; b++) {
        const struct naive *naive = &e->baseline[b];
        all[b].name = naive->name;
        all[b].score = measure(e, part, &naive->prediction, &naive->prediction);
    }
    return all;
}

/* Whether the model's error is less than a baseline's, on the rows that both have. */
static void compare_baselines(const struct evaluation *e, struct metrics_json *m)
{
    const struct metric *judge = metric_judge(e->frame.target.task);
    m->beats = ARENA_ARRAY(e->mem, struct metrics_json_beats, m->n_baselines);
    for (size_t b = 0; b < m->n_baselines; b++) {
        const struct metrics_json_baseline *naive = &m->baseline[b];
        struct metrics_json_score same =
            measure(e, DIVISION_HOLDOUT, &e->prediction, &e->baseline[b].prediction);
        double own = metrics_json_value(&same, judge->name);
        double other = metrics_json_value(&naive->score, judge->name);
        bool better = judge->better == BETTER_LOW ? own < other : own > other;
        if (naive->score.n > 0)
            m->beats[m->n_beats++] = (struct metrics_json_beats){naive->name, better};
    }
}

static const char *label_of(const struct evaluation *e, size_t row)
{
    char label[FRAME_LABEL];
    return arena_string(e->mem, frame_label(&e->frame, row, label));
}

/* The figures of rows that arrived; NULL where there are none. */
static struct metrics_json_arrived *measure_arrived(const struct evaluation *e)
{
    size_t n = e->frame.n, first = n, last = 0;
    for (size_t i = 0; i < n; i++)
        if (e->part[i] == DIVISION_ARRIVED) {
            first = first == n ? i : first;
            last = i;
        }
    if (first == n)
        return NULL;
    struct metrics_json_arrived *a = ARENA_NEW(e->mem, struct metrics_json_arrived);
    *a = (struct metrics_json_arrived){measure_model(e, DIVISION_ARRIVED),
                                       label_of(e, first), label_of(e, last)};
    return a;
}

/* The figures of rows that were looked at while learning; NULL where there are none. */
static struct metrics_json_score *measure_validation(const struct evaluation *e)
{
    size_t i = 0;
    while (i < e->frame.n && e->part[i] != DIVISION_VALIDATION)
        i++;
    if (i == e->frame.n)
        return NULL;
    struct metrics_json_score *s = ARENA_NEW(e->mem, struct metrics_json_score);
    *s = measure_model(e, DIVISION_VALIDATION);
    return s;
}

void evaluation_measure(const struct evaluation *e, struct metrics_json *ret)
{
    ret->holdout = measure_model(e, DIVISION_HOLDOUT);
    ret->training = measure_model(e, DIVISION_TRAIN);
    ret->validation = measure_validation(e);
    ret->all = measure_model(e, ALL_SEEN);
    ret->arrived = measure_arrived(e);
    ret->n_baselines = e->n_baselines;
    ret->baseline = measure_baselines(e, DIVISION_HOLDOUT);
    if (ret->arrived) {
        ret->n_arrived_baselines = e->n_baselines;
        ret->arrived_baseline = measure_baselines(e, DIVISION_ARRIVED);
    }
    compare_baselines(e, ret);
}
