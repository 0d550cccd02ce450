/* Logistic regression, as scikit-learn's LogisticRegression: Cox 1958 (Journal of the Royal
 * Statistical Society B 20); of several classes by one softmax or each against the rest, of
 * labels a model each; learnt by linear/logistic.h.
 *
 * Classes without a row have the probability 0.  A label that all rows or none have is
 * answered by its share of them, drawn half a row towards the other side. */
#include <math.h>

#include "linear/logistic_model.h"
#include "steps/step.h"

enum { PENALTY_NONE, PENALTY_L2, PENALTY_L1, PENALTY_ELASTICNET };
enum { AGAINST_ALL, AGAINST_REST };
enum { SOLVER_NEWTON_CG, SOLVER_LIBLINEAR };

struct logistic_params {
    unsigned penalty;
    double C, l1_ratio;
    unsigned class_weight, multi_class, solver;
    double tol;
    size_t max_iter;
};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION_ENUM(struct logistic_params, penalty, "none|l2|l1|elasticnet",
                "on the coefficients, not on intercepts"),
    OPTION(struct logistic_params, C, 1e-300, 1e300, "REAL",
           "the inverse of the penalty's strength: sum of the losses + penalty / C"),
    OPTION(struct logistic_params, l1_ratio, 0, 1, "REAL",
           "of elasticnet, the share of the l1 penalty"),
    OPTION_ENUM(struct logistic_params, class_weight, "none|balanced",
                "balanced: classes weigh alike, whatever their number of rows"),
    OPTION_ENUM(struct logistic_params, multi_class, "multinomial|ovr",
                "more than two classes: by one softmax, or each against the rest"),
    OPTION_ENUM(struct logistic_params, solver, "newton_cg|liblinear",
                "liblinear: by passes over the rows, for large sparse tables; the penalty "
                "l2, of the intercept as well"),
    OPTION(struct logistic_params, tol, 0, 1, "REAL",
           "of newton_cg, ends when no slope exceeds so much of the steepest at the "
           "start; of liblinear, when no probability is further from its row's equation"),
    OPTION(struct logistic_params, max_iter, 1, 1e9, "N", "steps or passes at most"),
};
/* clang-format on */

static const struct logistic_params defaults = {
    .penalty = PENALTY_L2, .C = 1, .tol = 1e-4, .max_iter = 100};

static enum status refuse(const char *field, const char *why, struct error *err)
{
    error_set(err, STATUS_INPUT, "%s", why);
    error_field(err, field);
    return STATUS_INPUT;
}

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    const struct logistic_params *q = params;
    if (q->penalty != PENALTY_ELASTICNET && q->l1_ratio > 0)
        return refuse("logistic_regression.l1_ratio",
                      "l1_ratio is for the penalty elasticnet", err);
    if (q->solver == SOLVER_LIBLINEAR && q->penalty != PENALTY_L2)
        return refuse("logistic_regression.penalty",
                      "the solver liblinear knows the penalty l2 alone", err);
    *ret = *in;
    return STATUS_OK;
}

static double complexity(const void *params)
{
    const struct logistic_params *q = params;
    return q->penalty == PENALTY_NONE ? INFINITY : q->C;
}

static struct logistic_settings settings_of(const struct logistic_params *q,
                                            uint64_t seed)
{
    return (struct logistic_settings){
        .C = q->penalty == PENALTY_NONE ? INFINITY : q->C,
        .l1_ratio = q->penalty == PENALTY_L1           ? 1
                    : q->penalty == PENALTY_ELASTICNET ? q->l1_ratio
                                                       : 0,
        .balanced = q->class_weight == 1,
        .tol = q->tol,
        .max_iter = q->max_iter,
        .dual = q->solver == SOLVER_LIBLINEAR,
        .seed = seed,
    };
}

static enum status refuse_alike(const struct target *y, const struct logistic_targets *t,
                                struct error *err)
{
    if (y->task == TASK_LABELS)
        error_set(err, STATUS_INPUT, "no label is there in some rows and not in others");
    else
        error_set(err, STATUS_INPUT, "all rows have the same class%s%s",
                  y->class_name ? ", " : "",
                  y->class_name ? QUOTE(y->class_name[(size_t)t->learnt[0]]) : "");
    error_hint(err, "there must be two kinds of rows to tell apart");
    if (y->y.name)
        error_field(err, y->y.name[0]);
    return STATUS_INPUT;
}

static enum status fit(const void *params, const struct matrix *x, const struct target *y,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    const struct logistic_params *q = params;
    bool labels = y->task == TASK_LABELS, rest = q->multi_class == AGAINST_REST;
    struct arena *mem = context->mem;
    struct logistic_settings settings = settings_of(q, context->seed);
    struct linear_rows own = linear_rows_of(x);
    struct logistic_targets t =
        labels ? logistic_targets_of_labels(y->y.col, x->n, y->y.p, mem)
               : logistic_targets_of_classes(y->y.col[0], x->n, y->n_classes, rest, mem);
    struct logistic_models m;
    if (t.n == 0)
        return refuse_alike(y, &t, err);
    if (settings.dual && t.target[0].classes > 2) {
        refuse("logistic_regression.multi_class",
               "the solver liblinear tells two classes apart", err);
        error_hint(err, "`multi_class: ovr` learns each class against the rest");
        return STATUS_INPUT;
    }
    TRY(logistic_learn(&own, t.target, t.n, &settings, context->threads, mem, &m, err));
    struct logistic_model *s = ARENA_NEW(mem, struct logistic_model);
    if (labels)
        logistic_model_of_labels(&m, &t, y->y.col, x->n, y->y.p, own.p, mem, s);
    else
        logistic_model_of_classes(&m, &t, y->n_classes, own.p, s);
    *ret_state = s;
    return STATUS_OK;
}

static enum status predict(const void *state, const struct matrix *x, struct arena *mem,
                           struct prediction *ret, struct error *err)
{
    (void)err;
    const struct logistic_model *s = state;
    struct linear_rows own = linear_rows_of(x);
    double **value;
    *ret = prediction_new(mem, ANSWER_PROBABILITIES, x->n, s->answers, &value);
    logistic_answer(s, &own, value);
    return STATUS_OK;
}

static bool importance(const void *state, double *ret)
{
    return linear_weights_share(&((const struct logistic_model *)state)->weights, ret);
}

static void tell(const void *state,
                 void (*take)(void *sink, const char *name, double value), void *sink)
{
    const struct logistic_model *s = state;
    take(sink, "n_iter", (double)s->n_iter);
    take(sink, "converged", s->converged);
    take(sink, "separable", s->separable);
}

static json_t *save(const void *state)
{
    return logistic_model_save(state);
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    struct logistic_model *s = ARENA_NEW(mem, struct logistic_model);
    TRY(logistic_model_load(saved, path, in->p + in->sparse, mem, s, err));
    *ret_state = s;
    *ret = (struct shape){.p = s->answers};
    return STATUS_OK;
}

const struct step est_logistic_regression = {
    .name = "logistic_regression",
    .summary =
        "linear log-odds of classes or labels: log loss + penalty / C becomes least",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct logistic_params),
    .defaults = &defaults,
    .takes = STEP_SPARSE,
    .tasks = ON_CLASSES | ON_LABELS,
    .answer = ANSWER_PROBABILITIES,
    .width = width,
    .complexity = complexity,
    .fit = fit,
    .predict = predict,
    .importance = importance,
    .tell = tell,
    .save = save,
    .load = load,
};
