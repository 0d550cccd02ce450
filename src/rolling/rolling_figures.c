/* Rows are divided by what they have in common, and each part is measured. */
#include "rolling/rolling_figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/key.h"
#include "data/stats.h"
#include "learn/metric.h"
#include "rolling/rolling_part.h"

enum { MOST_SEASON = 100, YEAR_DIGITS = 4, YEARS = 10000 };
static const double shares[] = {0, 0.1, 0.25, 0.5, 0.75, 0.9, 1};

/* Rows that are divided into parts, of which each has a number. */
struct divided {
    const struct rolling_rows *rows;
    struct arena *mem, scratch;
    size_t *index; // [rows] by part, each in the order of the rows
};

/* The number of row i's part. */
typedef size_t part_of(const struct rolling_rows *rows, size_t i);

/* The name of part k. */
typedef const char *part_name(size_t k, struct arena *mem);

/* Measures the parts that have rows, of numbers below n_parts, in that order; returns how
 * many they are. */
static size_t divide(struct divided *d, part_of *part, part_name *name, size_t n_parts,
                     struct backtest_json_part **ret)
{
    struct arena_mark mark = arena_mark(&d->scratch);
    size_t n = d->rows->n, found = 0;
    size_t *from = ARENA_ARRAY(&d->scratch, size_t, n_parts + 2);
    size_t *own = ARENA_ARRAY(&d->scratch, size_t, n);
    for (size_t i = 0; i < n; i++) {
        own[i] = part(d->rows, i);
        from[own[i] + 2]++;
    }
    for (size_t k = 2; k < n_parts + 2; k++) {
        found += from[k] > 0 ? 1 : 0;
        from[k] += from[k - 1];
    }
    for (size_t i = 0; i < n; i++)
        d->index[from[own[i] + 1]++] = i;
    *ret = ARENA_ARRAY(d->mem, struct backtest_json_part, found);
    found = 0;
    for (size_t k = 0; k < n_parts; k++)
        if (from[k + 1] > from[k])
            rolling_part(d->rows, name(k, d->mem), d->index + from[k],
                         from[k + 1] - from[k], d->mem, &(*ret)[found++]);
    arena_rewind(&d->scratch, mark);
    return found;
}

static size_t horizon_of(const struct rolling_rows *rows, size_t i)
{
    return (size_t)rows->horizon[i] - 1;
}

static size_t place_of(const struct rolling_rows *rows, size_t i)
{
    return key_number(rows->pipeline, rows->key[i]) % rows->plan->season;
}

static const char *from_one(size_t k, struct arena *mem)
{
    return arena_format(mem, "%zu", k + 1);
}

/* A key's text begins with its year. */
static size_t year_of(const struct rolling_rows *rows, size_t i)
{
    char text[TIMESTEP_TEXT];
    size_t year = 0;
    key_text(rows->pipeline, rows->key[i], text);
    for (size_t c = 0; c < YEAR_DIGITS; c++)
        year = 10 * year + (size_t)(text[c] - '0');
    return year;
}

static const char *year_name(size_t k, struct arena *mem)
{
    return arena_format(mem, "%04zu", k);
}

static void take_spans(struct divided *d, struct backtest_json *ret)
{
    const struct rolling_plan *plan = d->rows->plan;
    ret->span = ARENA_ARRAY(d->mem, struct backtest_json_part, plan->n_spans);
    for (size_t s = 0; s < plan->n_spans; s++) {
        size_t n = 0;
        for (size_t i = 0; i < d->rows->n; i++)
            if (d->rows->key[i] >= plan->span[s].first &&
                d->rows->key[i] <= plan->span[s].last)
                d->index[n++] = i;
        rolling_part(d->rows, plan->span[s].name, d->index, n, d->mem,
                     &ret->span[ret->n_spans++]);
    }
}

/* A group that has rows: its number, and how bad its figure is. */
struct judged_group {
    size_t g;
    double loss;
};

static int worst_first(const void *a, const void *b)
{
    const struct judged_group *x = a, *y = b;
    int order = (x->loss < y->loss) - (x->loss > y->loss);
    return order ? order : (x->g > y->g) - (x->g < y->g);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The figures of each group, value[figure][group], and its name in files. */
struct group_figures {
    size_t n, p;
    const char **name; // [p]
    double **value;    // [p][n]
    struct judged_group *group;
};

static void part_of_group(const struct divided *d, size_t g,
                          struct backtest_json_part *ret)
{
    const struct rolling_rows *r = d->rows;
    size_t from = r->from[g], n = r->from[g + 1] - from;
    const char *name = group_string(r->points->groups, r->group[from], d->mem);
    for (size_t i = 0; i < n; i++)
        d->index[i] = from + i;
    rolling_part(r, name, d->index, n, d->mem, ret);
}

/* What makes a group bad: its scaled error, or what the task is judged by. */
static double loss_of(const struct backtest_json_part *part, enum task task)
{
    if (task == TASK_REGRESSION)
        return backtest_json_value(part, "mase");
    return -backtest_json_value(part, metric_judge(task)->name);
}

static void measure_groups(struct divided *d, struct group_figures *f)
{
    const struct rolling_rows *r = d->rows;
    struct arena *mem = d->mem, own = {0};
    f->p = rolling_part_figures(r);
    f->name = ARENA_ARRAY(mem, const char *, f->p);
    f->group = ARENA_ARRAY(&d->scratch, struct judged_group, r->n_series);
    (void)matrix_new(&d->scratch, r->n_series, f->p, NULL, &f->value);
    d->mem = &own;
    for (size_t g = 0; g < r->n_series; g++) {
        struct backtest_json_part part;
        if (r->from[g] == r->from[g + 1])
            continue;
        part_of_group(d, g, &part);
        for (size_t k = 0; k < f->p; k++) {
            f->name[k] = part.figure[k].name;
            f->value[k][f->n] = part.figure[k].value;
        }
        f->group[f->n++] = (struct judged_group){g, loss_of(&part, r->actual.task)};
        arena_rewind(&own, (struct arena_mark){0});
    }
    d->mem = mem;
    arena_release(&own);
}

static struct backtest_json_quantile *quantiles_of(const struct divided *d,
                                                   const struct group_figures *f)
{
    struct backtest_json_quantile *q =
        ARENA_ARRAY(d->mem, struct backtest_json_quantile, COUNT_OF(shares));
    for (size_t s = 0; s < COUNT_OF(shares); s++) {
        q[s] = (struct backtest_json_quantile){.share = shares[s], .n_figures = f->p};
        q[s].figure = ARENA_ARRAY(d->mem, struct backtest_json_figure, f->p);
    }
    for (size_t k = 0; k < f->p; k++) {
        size_t n = 0;
        for (size_t g = 0; g < f->n; g++)
            if (isfinite(f->value[k][g]))
                f->value[k][n++] = f->value[k][g];
        if (n > 0)
            qsort(f->value[k], n, sizeof(double), ascending);
        for (size_t s = 0; s < COUNT_OF(shares); s++)
            q[s].figure[k] = (struct backtest_json_figure){
                f->name[k], stats_quantile(f->value[k], n, shares[s])};
    }
    return q;
}

static struct backtest_json_groups *take_groups(struct divided *d)
{
    struct group_figures f = {0};
    struct backtest_json_groups *ret = ARENA_NEW(d->mem, struct backtest_json_groups);
    measure_groups(d, &f);
    if (f.n > 0)
        qsort(f.group, f.n, sizeof *f.group, worst_first);
    ret->n = f.n;
    ret->n_worst = f.n < BACKTEST_WORST ? f.n : BACKTEST_WORST;
    ret->worst = ARENA_ARRAY(d->mem, struct backtest_json_part, ret->n_worst);
    for (size_t k = 0; k < ret->n_worst; k++)
        part_of_group(d, f.group[k].g, &ret->worst[k]);
    ret->n_quantiles = f.n > 0 ? COUNT_OF(shares) : 0;
    ret->quantile = f.n > 0 ? quantiles_of(d, &f) : NULL;
    return ret;
}

static struct backtest_json_plan *take_plan(const struct rolling_rows *r,
                                            struct arena *mem)
{
    const struct rolling_plan *plan = r->plan;
    struct backtest_json_plan *ret = ARENA_NEW(mem, struct backtest_json_plan);
    *ret = (struct backtest_json_plan){
        .first = key_label(r->pipeline, plan->first, mem),
        .last = key_label(r->pipeline,
                          rolling_origin(plan, r->pipeline, plan->origins - 1), mem),
        .origins = plan->origins,
        .step = plan->step,
        .horizon = plan->horizon,
        .gap = plan->gap,
        .refit = plan->refit,
        .window = plan->window,
        .fits = r->fits,
        .answered = r->reach};
    return ret;
}

static void take_all(struct divided *d, struct backtest_json *ret)
{
    for (size_t i = 0; i < d->rows->n; i++)
        d->index[i] = i;
    ret->all = ARENA_NEW(d->mem, struct backtest_json_part);
    rolling_part(d->rows, "all", d->index, d->rows->n, d->mem, ret->all);
}

void rolling_figures(const struct rolling_rows *rows, struct arena *mem,
                     struct backtest_json *ret)
{
    const struct rolling_plan *plan = rows->plan;
    struct divided d = {.rows = rows, .mem = mem};
    const struct timestep *step = key_step(rows->pipeline);
    *ret = (struct backtest_json){.task = task_name[rows->actual.task],
                                  .target = target_text(&rows->actual, mem),
                                  .judge = metric_judge(rows->actual.task)->name,
                                  .step = step ? step->name : NULL,
                                  .season = plan->season,
                                  .why = plan->why,
                                  .rows = rows->n,
                                  .level = rows->lower ? plan->level : NAN,
                                  .log = rows->log};
    if (plan->origins == 0)
        return;
    d.index = ARENA_ARRAY(&d.scratch, size_t, rows->n);
    ret->plan = take_plan(rows, mem);
    take_all(&d, ret);
    take_spans(&d, ret);
    ret->n_horizons = divide(&d, horizon_of, from_one, plan->horizon, &ret->horizon);
    if (plan->season > 1 && plan->season <= MOST_SEASON)
        ret->n_seasons = divide(&d, place_of, from_one, plan->season, &ret->season_place);
    ret->n_years = divide(&d, year_of, year_name, YEARS, &ret->year);
    if (rows->group)
        ret->groups = take_groups(&d);
    arena_release(&d.scratch);
}
