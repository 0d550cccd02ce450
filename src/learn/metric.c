/* Metrics: one function a row of metrics.def.
 *
 * Sums are compensated for nothing: they run in row order, as the header promises, so
 * that a figure can be recomputed with a pocket calculator from residuals.csv.  Numbers
 * whose squares would not fit are scaled by a power of two first, which rounds nothing. */
#include "learn/metric.h"

#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "data/spread.h"
#include "data/stats.h"

/* The power of two by which y and p are divided before anything is squared. */
static int exponent(const double *y, const double *p, size_t n)
{
    int a = spread_exponent(y, n), b = spread_exponent(p, n);
    return a > b ? a : b;
}

static double error(const double *y, const double *p, size_t i, int e)
{
    return spread_scaled(y[i], e) - spread_scaled(p[i], e);
}

static double squared_error(const double *y, const double *p, size_t n, int e)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double d = error(y, p, i, e);
        sum += d * d;
    }
    return sum;
}

double metric_value_rmse(const struct target *t, const struct prediction *q)
{
    const double *y = t->y.col[0], *p = q->value[0];
    size_t n = t->y.n;
    int e = exponent(y, p, n);
    return n ? ldexp(sqrt(squared_error(y, p, n, e) / (double)n), e) : NAN;
}

double metric_value_mae(const struct target *t, const struct prediction *q)
{
    const double *y = t->y.col[0], *p = q->value[0];
    size_t n = t->y.n;
    double sum = 0;
    int e = exponent(y, p, n);
    for (size_t i = 0; i < n; i++)
        sum += fabs(error(y, p, i, e));
    return n ? ldexp(sum / (double)n, e) : NAN;
}

double metric_value_r2(const struct target *t, const struct prediction *q)
{
    const double *y = t->y.col[0], *p = q->value[0];
    size_t n = t->y.n;
    double sum = 0, around = 0, left = 0; // left is 0 but for rounding of the mean
    int e = exponent(y, p, n), own = spread_exponent(y, n);
    if (spread_none(y, n))
        return NAN;
    for (size_t i = 0; i < n; i++)
        sum += spread_scaled(y[i], own);
    for (size_t i = 0; i < n; i++) {
        double d = spread_scaled(y[i], own) - sum / (double)n;
        around += d * d;
        left += d;
    }
    around -= left * left / (double)n;
    return 1 - ldexp(squared_error(y, p, n, e) / around, 2 * (e - own));
}

double metric_value_bias(const struct target *t, const struct prediction *q)
{
    const double *y = t->y.col[0], *p = q->value[0];
    size_t n = t->y.n;
    double sum = 0;
    int e = exponent(y, p, n);
    for (size_t i = 0; i < n; i++)
        sum += error(p, y, i, e);
    return n ? ldexp(sum / (double)n, e) : NAN;
}

/* The terms are quotients of the same magnitude: scaled or not they are the same. */
double metric_value_smape(const struct target *t, const struct prediction *q)
{
    const double *y = t->y.col[0], *p = q->value[0];
    size_t n = t->y.n;
    double sum = 0;
    int e = exponent(y, p, n);
    for (size_t i = 0; i < n; i++) {
        double d = fabs(error(y, p, i, e));
        double size = spread_scaled(fabs(y[i]), e) + spread_scaled(fabs(p[i]), e);
        sum += d == 0 ? 0 : 2 * d / size;
    }
    return n ? sum / (double)n : NAN;
}

double metric_value_median_absolute_error(const struct target *t,
                                          const struct prediction *q)
{
    const double *y = t->y.col[0], *p = q->value[0];
    size_t n = t->y.n;
    struct arena scratch = {0};
    double *size = ARENA_ARRAY(&scratch, double, n);
    int e = exponent(y, p, n);
    for (size_t i = 0; i < n; i++)
        size[i] = fabs(error(y, p, i, e));
    stats_sort(size, n);
    double median = ldexp(stats_quantile(size, n, 0.5), e);
    arena_release(&scratch);
    return median;
}

/* Against a target of 0 every error would be infinitely large. */
double metric_value_mape(const struct target *t, const struct prediction *q)
{
    const double *y = t->y.col[0], *p = q->value[0];
    size_t n = t->y.n;
    double sum = 0;
    int e = exponent(y, p, n);
    for (size_t i = 0; i < n; i++) {
        if (y[i] == 0)
            return NAN;
        sum += fabs(error(y, p, i, e)) / spread_scaled(fabs(y[i]), e);
    }
    return n ? sum / (double)n : NAN;
}

#define METRIC(id, title, tasks, better, least, most, text)                              \
    {#id, title, text, tasks, better, metric_value_##id},
const struct metric metric_all[] = {
#include "learn/metrics.def"
};
#undef METRIC

const size_t metric_count = COUNT_OF(metric_all);

const struct metric *metric_find(const char *name)
{
    for (size_t i = 0; i < metric_count; i++)
        if (strcmp(metric_all[i].name, name) == 0)
            return &metric_all[i];
    return NULL;
}

bool metric_is_for(const struct metric *m, enum task task)
{
    return m->tasks & (1u << task);
}

static bool is_score(const struct metric *m, enum task task)
{
    return m->better != BETTER_TOLD && metric_is_for(m, task);
}

static void hint_scores(enum task task, struct error *err)
{
    char list[200] = "";
    for (size_t i = 0, used = 0; i < metric_count && used < sizeof list; i++)
        if (is_score(&metric_all[i], task))
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
                                     used > 0 ? ", " : "", metric_all[i].name);
    error_hint(err, "for %s there is: %s", task_name[task], list);
}

enum status metric_score(const char *name, enum task task, const struct metric **ret,
                         struct error *err)
{
    static const char *const usual[TASKS] = {"r2", "accuracy", "f1_macro", "f1"};
    const struct metric *m = NULL;
    if (name || usual[task])
        m = metric_find(name ? name : usual[task]);
    if (m && is_score(m, task)) {
        *ret = m;
        return STATUS_OK;
    }
    if (!m)
        error_set(err, STATUS_INPUT, "there is no score %s", QUOTE(name ? name : ""));
    else if (metric_is_for(m, task))
        error_set(err, STATUS_INPUT, "'%s' is only told: a search cannot judge by it",
                  m->name);
    else
        error_set(err, STATUS_INPUT, "'%s' is not defined for %s", m->name,
                  task_name[task]);
    error_field(err, "train.score");
    hint_scores(task, err);
    return STATUS_INPUT;
}

const struct metric *metric_judge(enum task task)
{
    static const char *const judges[TASKS + 1] = {"rmse", "accuracy", "f1_macro", "f1"};
    return judges[task] ? metric_find(judges[task]) : NULL;
}

double metric_of(const struct metric *m, const double *y, const double *p, size_t n)
{
    struct target t = {.y = {.n = n, .p = 1, .col = &y}};
    struct prediction q = {.n = n, .p = 1, .value = &p};
    return m->value(&t, &q);
}

/* The right answer as probabilities, which every metric of classes and labels takes. */
static struct prediction certain(const struct target *y, struct arena *mem)
{
    bool classes = y->task == TASK_CLASSES;
    double **value;
    struct prediction p = prediction_new(mem, ANSWER_PROBABILITIES, y->y.n,
                                         classes ? y->n_classes : y->y.p, &value);
    for (size_t c = 0; c < p.p; c++)
        for (size_t i = 0; i < p.n; i++)
            value[c][i] = classes ? y->y.col[0][i] == (double)c : y->y.col[c][i];
    return p;
}

double metric_perfect(const struct metric *m, const struct target *y)
{
    struct arena scratch = {0};
    struct prediction p = {.n = y->y.n, .p = y->y.p, .value = y->y.col};
    if (y->task == TASK_ANOMALY) // its answers are bands, and judged by what is planted
        return y->y.n > 0 ? 1 : NAN;
    if (y->task != TASK_REGRESSION)
        p = certain(y, &scratch);
    double score = m->value(y, &p);
    arena_release(&scratch);
    return score;
}
