/* Answers and documents of logistic regressions. */
#include "linear/logistic_model.h"

#include <math.h>
#include <string.h>

#include "file/json.h"
#include "linear/logistic.h"

#define KIND_WORDS "softmax|ovr|labels" // as enum logistic_kind

enum { ANSWERS = 1 << 20 }; // a document may say, at most

static struct logistic_model model_of(const struct logistic_models *m)
{
    return (struct logistic_model){
        .n_iter = m->n_iter, .converged = m->converged, .separable = m->separable};
}

void logistic_model_of_classes(const struct logistic_models *m,
                               const struct logistic_targets *t, size_t classes, size_t p,
                               struct logistic_model *ret)
{
    *ret = model_of(m);
    ret->kind = t->n > 1 ? LOGISTIC_OVR : LOGISTIC_SOFTMAX;
    ret->answers = classes;
    ret->n_learnt = t->n_learnt;
    ret->learnt = t->learnt;
    ret->weights = (struct linear_weights){p, m->k, m->w};
}

void logistic_model_of_labels(const struct logistic_models *m,
                              const struct logistic_targets *t,
                              const double *const *label, size_t n, size_t labels,
                              size_t p, struct arena *mem, struct logistic_model *ret)
{
    double *w = ARENA_ARRAY(mem, double, (p + 1) * labels);
    double *all = ARENA_ARRAY(mem, double, labels);
    for (size_t q = 0; q < labels; q++) {
        all[q] = (double)q;
        w[p * labels + q] = logistic_share_intercept(label[q], n);
    }
    for (size_t c = 0; c <= p; c++)
        for (size_t q = 0; q < t->n_learnt; q++)
            w[c * labels + (size_t)t->learnt[q]] = m->w[c * m->k + q];
    *ret = model_of(m);
    ret->kind = LOGISTIC_LABELS;
    ret->answers = ret->n_learnt = labels;
    ret->learnt = all;
    ret->weights = (struct linear_weights){p, labels, w};
}

static size_t models_of(const struct logistic_model *m)
{
    return m->kind == LOGISTIC_SOFTMAX ? logistic_models(m->n_learnt) : m->n_learnt;
}

/* Scaled to the sum 1, as scikit-learn's OneVsRestClassifier does. */
static void scale(const struct logistic_model *m, size_t n, double **value)
{
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t q = 0; q < m->n_learnt; q++)
            sum += value[(size_t)m->learnt[q]][i];
        for (size_t q = 0; q < m->n_learnt; q++) {
            double *own = &value[(size_t)m->learnt[q]][i];
            *own = sum > 0 ? *own / sum : 1 / (double)m->n_learnt;
        }
    }
}

void logistic_answer(const struct logistic_model *m, const struct linear_rows *x,
                     double **value)
{
    struct arena scratch = {0};
    size_t n = x->n, k = m->weights.k;
    bool together = m->kind == LOGISTIC_SOFTMAX && k > 1;
    double *margin = ARENA_ARRAY(&scratch, double, k *n);
    linear_forward(x, m->weights.w, k, margin);
    logistic_probabilities(margin, together ? k : 1, together ? n : k * n);
    for (size_t q = 0; q < k; q++) { // of two classes the model is the second one's
        size_t column = (size_t)m->learnt[q + (m->n_learnt > k)];
        memcpy(value[column], margin + q * n, n * sizeof *margin);
    }
    for (size_t i = 0; i < n && m->n_learnt > k; i++)
        value[(size_t)m->learnt[0]][i] = 1 - margin[i];
    if (m->kind == LOGISTIC_OVR)
        scale(m, n, value);
    arena_release(&scratch);
}

json_t *logistic_model_save(const struct logistic_model *m)
{
    struct view kind = option_word(KIND_WORDS, m->kind);
    json_t *saved = json_pack(
        "{s:s%, s:I, s:I, s:o, s:I, s:b, s:b}", "kind", kind.p, kind.n, "answers",
        (json_int_t)m->answers, "models", (json_int_t)m->n_learnt, "learnt",
        json_reals(m->learnt, m->n_learnt), "n_iter", (json_int_t)m->n_iter, "converged",
        m->converged, "separable", m->separable);
    json_t *weights = linear_weights_save(&m->weights);
    json_object_update(saved, weights);
    json_decref(weights);
    return saved;
}

static enum status load_kind(const json_t *saved, const char *path, unsigned *ret,
                             struct error *err)
{
    const char *kind;
    TRY(json_get_text(saved, "kind", path, &kind, err));
    if (option_index(KIND_WORDS, view_of(kind), ret))
        return STATUS_OK;
    return error_refuse(err, path, "kind", "unknown kind %s", QUOTE(kind));
}

/* How many columns the answer has, and which of them models tell. */
static enum status load_learnt(const json_t *saved, const char *path, struct arena *mem,
                               struct logistic_model *m, struct error *err)
{
    size_t least = m->kind == LOGISTIC_LABELS ? 1 : m->kind == LOGISTIC_OVR ? 3 : 2;
    TRY(json_get_size(saved, "answers", path, &m->answers, err));
    TRY(json_get_size(saved, "models", path, &m->n_learnt, err));
    if (m->answers > ANSWERS || m->n_learnt > m->answers || m->n_learnt < least ||
        (m->kind == LOGISTIC_LABELS && m->n_learnt != m->answers))
        return error_refuse(err, path, "models", "%zu of %zu columns cannot be",
                            m->n_learnt, m->answers);
    double *learnt = ARENA_ARRAY(mem, double, m->n_learnt);
    TRY(json_get_reals(saved, "learnt", path, m->n_learnt, learnt, err));
    m->learnt = learnt;
    return linear_columns_check(learnt, m->n_learnt, m->answers, "learnt", path, err);
}

enum status logistic_model_load(const json_t *saved, const char *path, size_t p,
                                struct arena *mem, struct logistic_model *ret,
                                struct error *err)
{
    struct logistic_model m = {0};
    TRY(load_kind(saved, path, &m.kind, err));
    TRY(load_learnt(saved, path, mem, &m, err));
    TRY(json_get_size(saved, "n_iter", path, &m.n_iter, err));
    TRY(json_get_bool(saved, "converged", path, &m.converged, err));
    TRY(json_get_bool(saved, "separable", path, &m.separable, err));
    TRY(linear_weights_load(saved, path, p, models_of(&m), mem, &m.weights, err));
    *ret = m;
    return STATUS_OK;
}
