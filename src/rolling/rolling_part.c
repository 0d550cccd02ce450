/* Rows are gathered once for each forecast, then every figure looks at them. */
#include "rolling/rolling_part.h"

#include <math.h>
#include <string.h>

#include "data/key.h"
#include "judge/diebold_mariano.h"
#include "judge/interval_score.h"
#include "learn/metric.h"

/* Rows that are looked at, and room for them. */
struct part_rows {
    const struct rolling_rows *rows;
    struct arena *mem, scratch; // of what is returned; of the rest
    const size_t *index;        // [n]
    size_t n;
    double **y, **value; // [columns][n]
};

static bool is_number(const struct rolling_rows *r)
{
    return r->actual.task == TASK_REGRESSION;
}

size_t rolling_part_figures(const struct rolling_rows *rows)
{
    size_t n = is_number(rows) ? 2 : 0;
    for (size_t m = 0; m < metric_count; m++)
        n += metric_is_for(&metric_all[m], rows->actual.task) ? 1 : 0;
    return n;
}

/* Those of the rows that all of the forecasts answer, into ret[n]; how many they are. */
static size_t common_rows(const struct part_rows *p, const struct prediction *other,
                          size_t *ret)
{
    size_t n = 0;
    for (size_t k = 0; k < p->n; k++) {
        size_t i = p->index[k];
        if (rolling_rows_answered(p->rows, i) && (!other || !isnan(other->value[0][i])))
            ret[n++] = i;
    }
    return n;
}

static double scaled_error(const struct rolling_rows *r, const struct prediction *of,
                           const size_t *index, size_t n, bool squared)
{
    double sum = 0;
    size_t known = 0;
    for (size_t k = 0; k < n; k++) {
        size_t i = index[k];
        double e = of->value[0][i] - r->actual.y.col[0][i];
        double by = squared ? r->square_scale[i] : r->scale[i];
        if (!(by > 0))
            continue;
        sum += squared ? e * e / by : fabs(e) / by;
        known++;
    }
    double mean = known > 0 ? sum / (double)known : NAN;
    return squared ? sqrt(mean) : mean;
}

/* The figures of one forecast on n rows. */
static struct backtest_json_figure *measure(struct part_rows *p,
                                            const struct prediction *of,
                                            const size_t *index, size_t n)
{
    const struct rolling_rows *r = p->rows;
    struct backtest_json_figure *figure =
        ARENA_ARRAY(p->mem, struct backtest_json_figure, rolling_part_figures(r));
    for (size_t k = 0; k < n; k++) {
        for (size_t c = 0; c < r->actual.y.p; c++)
            p->y[c][k] = r->actual.y.col[c][index[k]];
        for (size_t c = 0; c < of->p; c++)
            p->value[c][k] = of->value[c][index[k]];
    }
    struct target y = r->actual;
    y.y.n = n;
    y.y.col = (const double *const *)p->y;
    struct prediction said = {.answer = of->answer,
                              .n = n,
                              .p = of->p,
                              .value = (const double *const *)p->value,
                              .name = of->name};
    size_t at = 0;
    for (size_t m = 0; m < metric_count; m++)
        if (metric_is_for(&metric_all[m], y.task))
            figure[at++] = (struct backtest_json_figure){
                metric_all[m].name, n > 0 ? metric_all[m].value(&y, &said) : NAN};
    if (!is_number(r))
        return figure;
    figure[at++] =
        (struct backtest_json_figure){"mase", scaled_error(r, of, index, n, false)};
    figure[at] =
        (struct backtest_json_figure){"rmsse", scaled_error(r, of, index, n, true)};
    return figure;
}

static double figure_of(const struct backtest_json_figure *figure, size_t n,
                        const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(figure[i].name, name) == 0)
            return figure[i].value;
    return NAN;
}

/* The loss of a forecast in row i. */
static double loss_of(const struct rolling_rows *r, const struct prediction *of, size_t i)
{
    double e = of->value[0][i] - r->actual.y.col[0][i], wrong = 0;
    if (is_number(r))
        return e * e;
    if (r->actual.task == TASK_CLASSES)
        return (double)prediction_class(of, i) != r->actual.y.col[0][i];
    for (size_t c = 0; c < r->actual.y.p; c++)
        wrong += prediction_label(of, c, i) != (r->actual.y.col[c][i] > 0);
    return wrong / (double)r->actual.y.p;
}

/* The roots of each origin's mean losses, whose squares are compared; how many origins. */
static size_t losses_by_origin(struct part_rows *p, const struct prediction *other,
                               const size_t *index, size_t n, double *a, double *b)
{
    const struct rolling_rows *r = p->rows;
    size_t origins = r->plan->origins, found = 0;
    size_t *rows = ARENA_ARRAY(&p->scratch, size_t, origins);
    for (size_t t = 0; t < origins; t++)
        a[t] = b[t] = 0;
    for (size_t k = 0; k < n; k++) {
        size_t turn = r->turn[index[k]];
        a[turn] += loss_of(r, &r->answer, index[k]);
        b[turn] += loss_of(r, other, index[k]);
        rows[turn]++;
    }
    for (size_t t = 0; t < origins; t++) {
        if (rows[t] == 0)
            continue;
        a[found] = sqrt(a[t] / (double)rows[t]);
        b[found++] = sqrt(b[t] / (double)rows[t]);
    }
    return found;
}

/* Origins that a forecast looks over: how many of them have errors in common. */
static size_t origins_ahead(const struct rolling_rows *r, const size_t *index, size_t n)
{
    size_t most = 1, step = r->plan->step;
    for (size_t k = 0; k < n; k++) {
        size_t ahead = (size_t)r->horizon[index[k]] + r->plan->gap;
        most = ahead > most ? ahead : most;
    }
    return (most - 1) / step + 1;
}

static void test_difference(struct part_rows *p, const struct prediction *other,
                            const size_t *index, size_t n,
                            struct backtest_json_versus *ret)
{
    struct arena_mark mark = arena_mark(&p->scratch);
    double *a = ARENA_ARRAY(&p->scratch, double, p->rows->plan->origins);
    double *b = ARENA_ARRAY(&p->scratch, double, p->rows->plan->origins);
    size_t origins = losses_by_origin(p, other, index, n, a, b);
    struct diebold_mariano test =
        diebold_mariano(a, b, origins, DM_SQUARED, origins_ahead(p->rows, index, n));
    ret->statistic = test.statistic;
    ret->p = test.p;
    ret->clustered = test.clustered;
    ret->p_clustered = test.p_clustered;
    arena_rewind(&p->scratch, mark);
}

static void compare(struct part_rows *p, const struct naive *naive, size_t *index,
                    struct backtest_json_baseline *ret)
{
    const struct metric *judge = metric_judge(p->rows->actual.task);
    const struct prediction *other = &naive->prediction;
    struct backtest_json_versus v = {.n = common_rows(p, other, index)};
    v.n_figures = rolling_part_figures(p->rows);
    v.figure = measure(p, other, index, v.n);
    struct backtest_json_figure *own = measure(p, &p->rows->answer, index, v.n);
    v.model = figure_of(own, v.n_figures, judge->name);
    double theirs = figure_of(v.figure, v.n_figures, judge->name);
    v.skill = judge->better == BETTER_LOW ? 1 - v.model / theirs : v.model - theirs;
    test_difference(p, other, index, v.n, &v);
    *ret = (struct backtest_json_baseline){naive->name, v};
}

/* What bands of these rows there are. */
static struct backtest_json_bands *bands_of(struct part_rows *p)
{
    const struct rolling_rows *r = p->rows;
    if (!r->lower)
        return NULL;
    double *lower = ARENA_ARRAY(&p->scratch, double, p->n);
    double *upper = ARENA_ARRAY(&p->scratch, double, p->n);
    for (size_t k = 0; k < p->n; k++) {
        lower[k] = r->lower[p->index[k]];
        upper[k] = r->upper[p->index[k]];
        p->y[0][k] = r->actual.y.col[0][p->index[k]];
    }
    struct interval_summary s =
        interval_summary(lower, upper, p->y[0], p->n, r->plan->level);
    if (s.n == 0)
        return NULL;
    struct backtest_json_bands *bands = ARENA_NEW(p->mem, struct backtest_json_bands);
    *bands = (struct backtest_json_bands){s.n, s.coverage, s.width, s.score};
    return bands;
}

static void take_bounds(const struct part_rows *p, const size_t *index, size_t n,
                        struct backtest_json_part *ret)
{
    const int32_t *key = p->rows->key;
    int32_t first = INT32_MAX, last = INT32_MIN;
    for (size_t k = 0; k < n; k++) {
        first = key[index[k]] < first ? key[index[k]] : first;
        last = key[index[k]] > last ? key[index[k]] : last;
    }
    if (n == 0)
        return;
    ret->first = key_label(p->rows->pipeline, first, p->mem);
    ret->last = key_label(p->rows->pipeline, last, p->mem);
}

void rolling_part(const struct rolling_rows *rows, const char *name, const size_t *index,
                  size_t n, struct arena *mem, struct backtest_json_part *ret)
{
    struct part_rows p = {.rows = rows, .mem = mem, .index = index, .n = n};
    size_t width = rows->answer.p > rows->actual.y.p ? rows->answer.p : rows->actual.y.p;
    size_t *chosen = ARENA_ARRAY(&p.scratch, size_t, n);
    (void)matrix_new(&p.scratch, n, width, NULL, &p.y);
    (void)matrix_new(&p.scratch, n, width, NULL, &p.value);
    struct backtest_json_part part = {.name = name, .n = common_rows(&p, NULL, chosen)};
    take_bounds(&p, chosen, part.n, &part);
    part.n_figures = rolling_part_figures(rows);
    part.figure = measure(&p, &rows->answer, chosen, part.n);
    part.bands = bands_of(&p);
    part.baseline = ARENA_ARRAY(mem, struct backtest_json_baseline, rows->n_baselines);
    for (size_t b = 0; b < rows->n_baselines; b++)
        compare(&p, &rows->baseline[b], chosen, &part.baseline[part.n_baselines++]);
    *ret = part;
    arena_release(&p.scratch);
}
