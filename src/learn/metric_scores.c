/* Metrics of probabilities as scores: how well they put rows in order, and how far they
 * are from what is.
 *
 * What is judged is one column of probabilities after the other, each against the rows of
 * its class or label; of two classes the second column says all. */
#include <math.h>

#include "judge/curve.h"
#include "learn/metric.h"

/* The columns to judge: from the one to the other, 0 columns without probabilities. */
static size_t columns(const struct target *t, const struct prediction *p,
                      size_t *ret_first)
{
    bool two = t->task == TASK_CLASSES && t->n_classes == 2;
    *ret_first = two;
    if (p->answer != ANSWER_PROBABILITIES || t->y.n == 0)
        return 0;
    return t->task == TASK_CLASSES ? t->n_classes : t->y.p;
}

static bool has(const struct target *t, size_t c, size_t i)
{
    return t->task == TASK_CLASSES ? t->y.col[0][i] == (double)c : t->y.col[c][i] == 1;
}

/* The mean of an area over the columns that rows of both kinds have. */
static double mean_area(const struct target *t, const struct prediction *p,
                        double (*area)(const struct curve *))
{
    struct arena scratch = {0};
    size_t first, end = columns(t, p, &first), seen = 0;
    uint8_t *positive = ARENA_ARRAY(&scratch, uint8_t, t->y.n);
    double *none = ARENA_ARRAY(&scratch, double, t->y.n), sum = 0;
    for (size_t c = first; c < end; c++) {
        size_t own = 0;
        for (size_t i = 0; i < t->y.n; i++)
            own += positive[i] = has(t, c, i);
        if (own == 0 || own == t->y.n)
            continue;
        struct curve curve; // a class that the model never saw has no probability
        curve_trace(positive, c < p->p ? p->value[c] : none, t->y.n, &scratch, &curve);
        sum += area(&curve);
        seen++;
    }
    arena_release(&scratch);
    return seen ? sum / (double)seen : NAN;
}

static double area_of_roc(const struct curve *curve)
{
    return curve->auc;
}

static double area_of_precision(const struct curve *curve)
{
    return curve->average_precision;
}

double metric_value_roc_auc(const struct target *t, const struct prediction *p)
{
    return mean_area(t, p, area_of_roc);
}

double metric_value_average_precision(const struct target *t, const struct prediction *p)
{
    return mean_area(t, p, area_of_precision);
}

double metric_value_brier_score(const struct target *t, const struct prediction *p)
{
    size_t first, end = columns(t, p, &first);
    double sum = 0;
    for (size_t c = first; c < end; c++)
        for (size_t i = 0; i < t->y.n; i++) {
            double off = (c < p->p ? p->value[c][i] : 0) - has(t, c, i);
            sum += off * off;
        }
    if (end <= first)
        return NAN;
    size_t parts = t->task == TASK_LABELS ? end : 1;
    return sum / (double)(t->y.n * parts);
}
