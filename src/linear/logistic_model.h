/* A fitted logistic regression: the weights of its models, and how their margins become the
 * columns of an answer. */
#ifndef LINEAR_LOGISTIC_MODEL_H
#define LINEAR_LOGISTIC_MODEL_H

#include "linear/linear_weights.h"
#include "linear/logistic_targets.h"

/* Models answer together, each against the rest, or each for itself. */
enum logistic_kind { LOGISTIC_SOFTMAX, LOGISTIC_OVR, LOGISTIC_LABELS };

struct logistic_model {
    unsigned kind;
    size_t answers;  // columns of the answer: classes, with and without rows, or labels
    size_t n_learnt; // those that have a model: of two classes the second has it
    const double *learnt; // [n_learnt] their columns, ascending
    struct linear_weights weights;
    size_t n_iter;
    bool converged, separable;
};

/* What was learnt of p columns, of the targets of `classes` classes; borrows both. */
void logistic_model_of_classes(const struct logistic_models *models,
                               const struct logistic_targets *targets, size_t classes,
                               size_t p, struct logistic_model *ret);

/* The same of label[labels][n]; one without a model of its own has an intercept alone. */
void logistic_model_of_labels(const struct logistic_models *models,
                              const struct logistic_targets *targets,
                              const double *const *label, size_t n, size_t labels,
                              size_t p, struct arena *mem, struct logistic_model *ret);

/* Probabilities of rows into value[answers][n], which holds zeros. */
void logistic_answer(const struct logistic_model *model, const struct linear_rows *x,
                     double **value);

json_t *logistic_model_save(const struct logistic_model *model);

/* Of p columns, into mem.  Fails with STATUS_INPUT naming path and member. */
MUST_USE enum status logistic_model_load(const json_t *saved, const char *path, size_t p,
                                         struct arena *mem, struct logistic_model *ret,
                                         struct error *err);

#endif
