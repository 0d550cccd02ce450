/* What is learnt and what is answered: tasks, targets, predictions.
 *
 *     task        target's columns                    a prediction's columns
 *     regression  one, a real                         one, a real
 *     classes     one, the number of a class from 0   the class's number, or a probability
 *                                                     for each class
 *     labels      one a label, 0 or 1                 the same, or the probability of a 1
 *     anomaly     one, a real, which lies in a band   the band: lower, upper, and n, the
 *                 unless it is an anomaly             rows that it was learnt from
 *
 * A value on a band's edge lies inside.  Where an anomaly's target has a second column,
 * `planted`, some rows' values were altered on purpose: it holds what stands in their place,
 * NaN in the others, so that it is known which rows are anomalies.
 *
 * Classes are named in the order of their bytes, labels in that of the pipeline's file. */
#ifndef STEPS_TASK_H
#define STEPS_TASK_H

#include "bands/planting.h"
#include "base/error.h"
#include "config/pipeline.h"
#include "data/matrix.h"

/* Of what is for several tasks: the sum of their bits. */
enum {
    ON_REGRESSION = 1 << TASK_REGRESSION,
    ON_CLASSES = 1 << TASK_CLASSES,
    ON_LABELS = 1 << TASK_LABELS,
    ON_ANOMALY = 1 << TASK_ANOMALY
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

/* That of an anomaly with anomalies planted among the plain rows of x, in the order of its
 * first feature where there is one; lives in mem, borrows t.  ret_kind[n], or NULL: of enum
 * planting_kind (bands/planting.h). */
struct target target_planted(const struct target *t, const struct matrix *x,
                             const struct planting_rule *rule, uint64_t seed,
                             const char *use, struct arena *mem, uint8_t **ret_kind);

/* Its name, or those of the labels with commas between. */
const char *target_text(const struct target *t, struct arena *mem);

enum answer {
    ANSWER_VALUES,        // what the target's columns hold
    ANSWER_PROBABILITIES, // [0,1]; of a class or of a label
    ANSWER_BANDS,         // lower, upper, n (enum band_column)
};

extern const char *const answer_name[]; // "values", "probabilities", "bands"

/* The columns of ANSWER_BANDS; lower and upper are NaN where a row is refused. */
enum band_column { BAND_LOWER, BAND_UPPER, BAND_N, BAND_COLUMNS };

/* The columns of such an answer to the target. */
size_t answer_width(enum answer answer, const struct target *t);

struct prediction {
    enum answer answer;
    size_t n, p;
    const double *const *value; // [p][n]
    const char *const *name;    // [p] classes, target columns, or those of a band
    const char *const
        *refused; // [n] why a row has no answer, NULL: it has; NULL: all have
};

/* A prediction of zeros in mem whose columns can be written through ret_value[p][n]. */
struct prediction prediction_new(struct arena *mem, enum answer answer, size_t n,
                                 size_t p, double ***ret_value);

/* The class that row i is taken for: of equal probabilities the first. */
size_t prediction_class(const struct prediction *p, size_t i);

/* Whether the value lies outside the band of row i, which it does not where there is none. */
bool prediction_flags(const struct prediction *p, size_t i, double value);

/* Why row i has no band, as a place in band_refusal: "unknown_item", nothing was learnt of its
 * group; "few_prices", too little was; 0, an empty word: it has one. */
enum { BAND_REFUSALS = 3 };
extern const char *const band_refusal[BAND_REFUSALS];
size_t prediction_refusal(const struct prediction *p, size_t i);

/* Whether row i is taken to have label c. */
bool prediction_label(const struct prediction *p, size_t c, size_t i);

/* Fails unless the prediction has the columns that its answer to such a target needs, and
 * names them; who is the estimator's name. */
MUST_USE enum status prediction_check(struct prediction *p, const struct target *t,
                                      const char *who, struct error *err);

#endif
