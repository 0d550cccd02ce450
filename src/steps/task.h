/* What is learnt and what is answered: tasks, targets, predictions.
 *
 *     task        target's columns                    a prediction's columns
 *     regression  one, a real                         one, a real
 *     classes     one, the number of a class from 0   the class's number, or a probability
 *                                                     for each class
 *     labels      one a label, 0 or 1                 the same, or the probability of a 1
 *
 * Classes are named in the order of their bytes, labels in that of the pipeline's file. */
#ifndef STEPS_TASK_H
#define STEPS_TASK_H

#include "base/error.h"
#include "config/pipeline.h"
#include "data/matrix.h"

/* Of what is for several tasks: the sum of their bits. */
enum {
    ON_REGRESSION = 1 << TASK_REGRESSION,
    ON_CLASSES = 1 << TASK_CLASSES,
    ON_LABELS = 1 << TASK_LABELS
};

/* What is learnt.  Without rows (y.n 0) it says what a model answers. */
struct target {
    enum task task;
    struct matrix y;               // [n][p], named; may be a view where x may be one
    size_t n_classes;              // of TASK_CLASSES, else 0
    const char *const *class_name; // [n_classes] ascending
};

/* The same of other rows. */
static inline struct target target_of(const struct target *t, struct matrix y)
{
    struct target other = *t;
    other.y = y;
    return other;
}

/* Its name, or those of the labels with commas between. */
const char *target_text(const struct target *t, struct arena *mem);

enum answer {
    ANSWER_VALUES,        // what the target's columns hold
    ANSWER_PROBABILITIES, // [0,1]; of a class or of a label
};

extern const char *const answer_name[]; // "values", "probabilities"

/* The columns of such an answer to the target. */
size_t answer_width(enum answer answer, const struct target *t);

struct prediction {
    enum answer answer;
    size_t n, p;
    const double *const *value; // [p][n]
    const char *const *name;    // [p] classes or target columns
};

/* A prediction of zeros in mem whose columns can be written through ret_value[p][n]. */
struct prediction prediction_new(struct arena *mem, enum answer answer, size_t n,
                                 size_t p, double ***ret_value);

/* The class that row i is taken for: of equal probabilities the first. */
size_t prediction_class(const struct prediction *p, size_t i);

/* Whether row i is taken to have label c. */
bool prediction_label(const struct prediction *p, size_t c, size_t i);

/* Fails unless the prediction has the columns that its answer to such a target needs, and
 * names them; who is the estimator's name. */
MUST_USE enum status prediction_check(struct prediction *p, const struct target *t,
                                      const char *who, struct error *err);

#endif
