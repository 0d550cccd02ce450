/* Metrics of classes and labels, from counts of right and wrong rows, and of what
 * probabilities say. */
#include <float.h>
#include <math.h>

#include "base/transcend.h"
#include "judge/hits.h"
#include "learn/metric.h"

/* Right rows; of labels those that are right in all. */
double metric_value_accuracy(const struct target *t, const struct prediction *p)
{
    size_t right = 0;
    for (size_t i = 0; i < t->y.n; i++)
        right += metric_right(t, p, i);
    return t->y.n ? (double)right / (double)t->y.n : NAN;
}

bool metric_right(const struct target *t, const struct prediction *p, size_t i)
{
    if (t->task == TASK_CLASSES)
        return prediction_class(p, i) == (size_t)t->y.col[0][i];
    for (size_t c = 0; c < t->y.p; c++)
        if (prediction_label(p, c, i) != (t->y.col[c][i] == 1))
            return false;
    return true;
}

void metric_hits(const struct target *t, const struct prediction *p, struct hits *ret)
{
    for (size_t i = 0; i < t->y.n; i++) {
        if (t->task == TASK_CLASSES) {
            size_t is = (size_t)t->y.col[0][i], foretold = prediction_class(p, i);
            hits_count(&ret[is], true, is == foretold);
            if (is != foretold)
                hits_count(&ret[foretold], false, true);
        }
        for (size_t c = 0; t->task == TASK_LABELS && c < t->y.p; c++)
            hits_count(&ret[c], t->y.col[c][i] == 1, prediction_label(p, c, i));
    }
}

/* The mean of a rate over the labels, or over the classes that occur in y or p. */
static double macro(const struct target *t, const struct prediction *p,
                    double (*rate)(const struct hits *))
{
    struct arena scratch = {0};
    bool labels = t->task == TASK_LABELS;
    size_t n = labels ? t->y.p : t->n_classes, seen = 0;
    struct hits *hits = ARENA_ARRAY(&scratch, struct hits, n);
    double sum = 0;
    metric_hits(t, p, hits);
    for (size_t c = 0; c < n; c++) {
        seen += labels || hits[c].right + hits[c].false_alarms + hits[c].missed > 0;
        sum += rate(&hits[c]);
    }
    arena_release(&scratch);
    return t->y.n && seen ? sum / (double)seen : NAN;
}

double metric_value_precision_macro(const struct target *t, const struct prediction *p)
{
    return macro(t, p, hits_precision);
}

double metric_value_recall_macro(const struct target *t, const struct prediction *p)
{
    return macro(t, p, hits_recall);
}

double metric_value_f1_macro(const struct target *t, const struct prediction *p)
{
    return macro(t, p, hits_f1);
}

/* Without the classes that only p has, unlike recall_macro. */
double metric_value_balanced_accuracy(const struct target *t, const struct prediction *p)
{
    struct arena scratch = {0};
    struct hits *hits = ARENA_ARRAY(&scratch, struct hits, t->n_classes);
    double sum = 0;
    size_t seen = 0;
    metric_hits(t, p, hits);
    for (size_t c = 0; c < t->n_classes; c++) {
        seen += hits[c].right + hits[c].missed > 0;
        sum += hits_recall(&hits[c]);
    }
    arena_release(&scratch);
    return seen ? sum / (double)seen : NAN;
}

/* Covariances of the indicators of the classes, times n^2. */
double metric_value_matthews_corrcoef(const struct target *t, const struct prediction *p)
{
    struct arena scratch = {0};
    struct hits *hits = ARENA_ARRAY(&scratch, struct hits, t->n_classes);
    double n = (double)t->y.n, both = 0, own = n * n, foretold = n * n;
    metric_hits(t, p, hits);
    for (size_t c = 0; c < t->n_classes; c++) {
        double is = (double)(hits[c].right + hits[c].missed);
        double said = (double)(hits[c].right + hits[c].false_alarms);
        both += n * (double)hits[c].right - is * said;
        own -= is * is;
        foretold -= said * said;
    }
    arena_release(&scratch);
    if (own == 0 || foretold == 0)
        return t->y.n ? 0 : NAN;
    return both / sqrt(own * foretold);
}

double metric_value_hamming_loss(const struct target *t, const struct prediction *p)
{
    size_t wrong = 0;
    for (size_t c = 0; c < t->y.p; c++)
        for (size_t i = 0; i < t->y.n; i++)
            wrong += prediction_label(p, c, i) != (t->y.col[c][i] == 1);
    return t->y.n ? (double)wrong / (double)(t->y.n * t->y.p) : NAN;
}

/* As scikit-learn bounds probabilities: by the distance from 1 to the next number. */
static double surprise(double p)
{
    return -transcend_log(fmin(fmax(p, DBL_EPSILON), 1 - DBL_EPSILON));
}

/* A class that the model never saw has no probability. */
double metric_value_log_loss(const struct target *t, const struct prediction *p)
{
    double sum = 0;
    if (p->answer != ANSWER_PROBABILITIES || t->y.n == 0)
        return NAN;
    for (size_t i = 0; t->task == TASK_CLASSES && i < t->y.n; i++) {
        size_t is = (size_t)t->y.col[0][i];
        sum += surprise(is < p->p ? p->value[is][i] : 0);
    }
    for (size_t c = 0; t->task == TASK_LABELS && c < t->y.p; c++)
        for (size_t i = 0; i < t->y.n; i++)
            sum += surprise(t->y.col[c][i] == 1 ? p->value[c][i] : 1 - p->value[c][i]);
    return sum / (double)(t->y.n * t->y.p);
}
