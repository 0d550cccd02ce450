/* Figures that say how good a prediction is.  One function and one row in metrics.def
 * each; the row says for which tasks a figure is defined and what is better.
 *
 * Regression: rmse sqrt(mean((y - p)^2)), mae mean(|y - p|), r2 1 - sum((y - p)^2)/sum((y
 * - mean y)^2), bias mean(p - y), smape mean(2 |y - p| / (|y| + |p|)) (Makridakis 1993,
 * International Journal of Forecasting 9).  Sums run in row order.  r2 is undefined where all y
 * are equal, whatever their rounded mean is.  Squares of very large and very small
 * numbers neither overflow nor vanish: scaling y and p by the same factor scales rmse,
 * mae and bias and leaves r2 and smape as they are, as long as the figure itself can be represented.
 * median_absolute_error as in scikit-learn; mape as there where no y is 0, else undefined.
 *
 * Classes and labels: accuracy, the macro means of precision, recall and F1 (over the
 * classes that occur in y or p, or over the labels) and hamming_loss as in scikit-learn's
 * metrics, of the most probable class and of labels more probable than 1/2; log_loss of
 * probabilities alone, of labels the mean over them.
 *
 * roc_auc, average_precision and brier_score judge probabilities alone, as in scikit-learn:
 * of two classes the second one's, of more the mean over classes against the rest (macro,
 * ovr; brier_score their sum), of labels the mean over them.  A class or label that all
 * rows or none have has no area: the mean is over the others, undefined without any.
 * balanced_accuracy is the mean recall over the classes that occur in y, matthews_corrcoef
 * the R_K of Gorodkin 2004 (Computational Biology and Chemistry 28).
 *
 * Anomalies: flagged is of the values as they are; precision, recall and f1 of what
 * is planted (steps/task.h), a row that was left alone being none; NaN where nothing is. */
#ifndef LEARN_METRIC_H
#define LEARN_METRIC_H

#include <stdbool.h>
#include <stddef.h>

#include "judge/hits.h"
#include "steps/task.h"

enum better { BETTER_LOW, BETTER_HIGH, BETTER_TOLD };

struct metric {
    const char *name, *title, *summary;
    unsigned tasks; // of ON_REGRESSION, …
    enum better better;
    /* NaN when undefined.  Plain y and p of one of the tasks, with as many rows. */
    double (*value)(const struct target *y, const struct prediction *p);
};

extern const struct metric metric_all[];
extern const size_t metric_count;

/* The functions of the rows: metric_value_<name>, in metric.c or a file of their own. */
#define METRIC(id, title, tasks, better, least, most, text)                              \
    double metric_value_##id(const struct target *y, const struct prediction *p);
#include "learn/metrics.def"
#undef METRIC

/* The names of all metrics as words with '|' between, behind a '|' that is none. */
#define METRIC(id, title, tasks, better, least, most, text) "|" #id
static const char metric_words[] =
#include "learn/metrics.def"
    ;
#undef METRIC

const struct metric *metric_find(const char *name); // or NULL
bool metric_is_for(const struct metric *m, enum task task);

/* What a search judges by: the metric of that name, or the task's usual one where name is
 * NULL.  STATUS_INPUT, field 'train.score', for an unknown name, one that is only told
 * and one that is not defined for the task, with those that are as hint. */
MUST_USE enum status metric_score(const char *name, enum task task,
                                  const struct metric **ret, struct error *err);

/* What tells which of two answers to the task's target is better: rmse, accuracy, f1_macro, f1;
 * NULL for a task without a metric. */
const struct metric *metric_judge(enum task task);

/* Whether the prediction is right on row i, of labels in all. */
bool metric_right(const struct target *y, const struct prediction *p, size_t i);

/* Counts of each class, or of each label, into ret, which holds zeros. */
void metric_hits(const struct target *y, const struct prediction *p, struct hits *ret);

/* A figure of a regression of n rows. */
double metric_of(const struct metric *m, const double *y, const double *p, size_t n);

/* The figure of a prediction that is the target itself: NaN where that of every
 * prediction is. */
double metric_perfect(const struct metric *m, const struct target *y);

#endif
