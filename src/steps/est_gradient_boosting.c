/* Gradient-boosted trees: Friedman 2001 (Annals of Statistics 29), on histograms as
 * LightGBM (Ke et al. 2017) and scikit-learn's HistGradientBoosting; learnt by
 * trees/boosting_learn.h. */
#include <math.h>

#include "steps/step.h"
#include "trees/boosting_learn.h"

/* clang-format off */
static const struct option_row rows[] = {
    OPTION_ENUM(struct boosting_params, loss, BOOSTING_LOSSES,
                "auto: squared_error of a regression, log_loss of classes and labels"),
    OPTION(struct boosting_params, quantile, 0, 1, "REAL",
           "of loss quantile, which one, above 0 and below 1"),
    OPTION(struct boosting_params, learning_rate, 1e-6, 1, "REAL",
           "what each tree's answers are multiplied by"),
    OPTION(struct boosting_params, max_iter, 1, 100000, "N",
           "rounds: trees, of several classes or labels as many times that"),
    OPTION(struct boosting_params, max_leaf_nodes, 0, 1e6, "N",
           "leaves of a tree; 0: no limit"),
    OPTION(struct boosting_params, max_depth, 0, 1000, "N",
           "forks between the root and a leaf; 0: no limit"),
    OPTION(struct boosting_params, min_samples_leaf, 1, 1e9, "N", "rows of a leaf"),
    OPTION(struct boosting_params, min_hessian_to_split, 1e-100, 1e300, "REAL",
           "sum of the hessians of a leaf"),
    OPTION(struct boosting_params, l2_regularization, 0, 1e300, "REAL",
           "penalty on the squared answers of leaves"),
    OPTION(struct boosting_params, max_bins, 2, BINS_MOST, "N",
           "ranges that a column is cut into; missing cells have one more"),
    OPTION(struct boosting_params, subsample, 1e-6, 1, "REAL",
           "share of the rows, drawn anew, that a round learns from"),
    OPTION(struct boosting_params, max_features, 1e-6, 1, "REAL",
           "share of the columns, drawn anew, that a leaf may be split by"),
    OPTION(struct boosting_params, early_stopping, 0, 0, "BOOL",
           "ends when the loss of rows held back falls no more, and keeps the best round"),
    OPTION(struct boosting_params, validation_fraction, 0, 1, "REAL",
           "share of the rows held back for early_stopping, where there are no others"),
    OPTION(struct boosting_params, n_iter_no_change, 1, 100000, "N",
           "rounds without a better loss before early_stopping ends"),
    OPTION(struct boosting_params, tol, 0, 1e300, "REAL",
           "what a loss must be lower by to be better"),
};
/* clang-format on */

static const struct boosting_params defaults = {.learning_rate = 0.1,
                                                .max_iter = 100,
                                                .max_leaf_nodes = 31,
                                                .min_samples_leaf = 20,
                                                .min_hessian_to_split = 1e-3,
                                                .max_bins = 255,
                                                .subsample = 1,
                                                .max_features = 1,
                                                .validation_fraction = 0.1,
                                                .n_iter_no_change = 10,
                                                .tol = 1e-7};

static enum status refuse(const char *field, const char *message, struct error *err)
{
    error_set(err, STATUS_INPUT, "%s", message);
    error_field(err, field);
    return STATUS_INPUT;
}

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    const struct boosting_params *q = params;
    bool wanted = q->loss == BOOSTING_QUANTILE;
    if (wanted && !(q->quantile > 0 && q->quantile < 1))
        return refuse("gradient_boosting.quantile",
                      "the loss quantile needs a quantile above 0 and below 1", err);
    if (!wanted && q->quantile != 0)
        return refuse("gradient_boosting.quantile",
                      "a quantile is given but the loss is not quantile", err);
    if (q->max_leaf_nodes == 1)
        return refuse("gradient_boosting.max_leaf_nodes",
                      "a tree of one leaf learns nothing; 0 is no limit", err);
    *ret = *in;
    return STATUS_OK;
}

static double complexity(const void *params)
{
    const struct boosting_params *q = params;
    double leaves = q->max_leaf_nodes > 0 ? (double)q->max_leaf_nodes : 1e6;
    return (double)q->max_iter * leaves;
}

static enum boosting_link link_of(const struct target *y)
{
    return y->task == TASK_REGRESSION ? BOOSTING_VALUE
           : y->task == TASK_LABELS   ? BOOSTING_LABELS
           : y->n_classes > 2         ? BOOSTING_MANY_CLASSES
                                      : BOOSTING_TWO_CLASSES;
}

static enum status check_loss(const struct boosting_params *q, enum task task,
                              struct error *err)
{
    bool log_loss = q->loss == BOOSTING_LOG_LOSS;
    if (q->loss == BOOSTING_AUTO || log_loss == (task != TASK_REGRESSION))
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "the loss is for %s, the task is %s",
              log_loss ? "classes and labels" : "regression", task_name[task]);
    error_field(err, "gradient_boosting.loss");
    return STATUS_INPUT;
}

static bool all_alike(const struct matrix *y)
{
    double buffer[MATRIX_SPAN], first = *matrix_span(y, 0, 0, 1, buffer);
    for (size_t from = 0, to; from < y->n; from = to) {
        to = y->n - from < MATRIX_SPAN ? y->n : from + MATRIX_SPAN;
        const double *v = matrix_span(y, 0, from, to, buffer);
        for (size_t i = 0; i < to - from; i++)
            if (v[i] != first)
                return false;
    }
    return true;
}

/* Classes that cannot be told apart, since there is one. */
static enum status check_classes(const struct target *y, struct error *err)
{
    double buffer[1];
    if (y->task != TASK_CLASSES || !all_alike(&y->y))
        return STATUS_OK;
    size_t class = (size_t)*matrix_span(&y->y, 0, 0, 1, buffer);
    error_set(err, STATUS_INPUT, "all rows have the same class%s%s",
              y->class_name ? ", " : "",
              y->class_name ? QUOTE(y->class_name[class]) : "");
    error_hint(err, "there must be two kinds of rows to tell apart");
    if (y->y.name)
        error_field(err, y->y.name[0]);
    return STATUS_INPUT;
}

static void tell_round(void *context, size_t round, const struct boosting_round *r)
{
    const struct fit_context *c = context;
    struct epoch e = {round, r->train_loss, r->check_loss, NAN, NAN};
    c->epoch(c->epoch_sink, &e);
}

static enum status fit_path(const void *const *params, size_t n, const struct matrix *x,
                            const struct target *y, const struct fit_context *context,
                            const struct step_sink *sink, struct error *err)
{
    struct boosting_watch watch = {tell_round, (void *)(uintptr_t)context};
    struct boosting_table table = {x,
                                   &y->y,
                                   context->x_check,
                                   context->y_check ? &context->y_check->y : NULL,
                                   link_of(y),
                                   y->n_classes,
                                   context->seed,
                                   context->threads,
                                   context->epoch ? &watch : NULL};
    struct boosting_sink taker = {sink->take, sink->context};
    TRY(check_classes(y, err));
    for (size_t i = 0; i < n; i++)
        TRY(check_loss(params[i], y->task, err));
    return boosting_learn(&table, (const struct boosting_params *const *)params, n,
                          &taker, context->mem, err);
}

static enum status predict(const void *state, const struct matrix *x, struct arena *mem,
                           struct prediction *ret, struct error *err)
{
    (void)err;
    const struct boosting_model *m = state;
    double **value;
    enum answer answer = m->link == BOOSTING_VALUE ? ANSWER_VALUES : ANSWER_PROBABILITIES;
    *ret = prediction_new(mem, answer, x->n, boosting_model_width(m), &value);
    boosting_model_answer(m, x, mem, value);
    return STATUS_OK;
}

static bool importance(const void *state, double *ret)
{
    const struct boosting_model *m = state;
    double sum = 0;
    for (size_t j = 0; j < m->p; j++)
        sum += m->gain[j];
    for (size_t j = 0; j < m->p; j++)
        ret[j] = sum > 0 ? m->gain[j] / sum : 0;
    return sum > 0;
}

static void tell(const void *state,
                 void (*take)(void *sink, const char *name, double value), void *sink)
{
    const struct boosting_model *m = state;
    take(sink, "trees", (double)m->trees.n_trees);
    take(sink, "n_iter", (double)m->n_iter);
    take(sink, "best_iteration", (double)m->best_iteration);
    if (isfinite(m->check_loss))
        take(sink, "check_loss", m->check_loss);
}

static json_t *save(const void *state)
{
    return boosting_model_save(state);
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    struct boosting_model *m = ARENA_NEW(mem, struct boosting_model);
    TRY(boosting_model_load(saved, in->p, path, mem, m, err));
    *ret_state = m;
    *ret = (struct shape){.p = boosting_model_width(m)};
    return STATUS_OK;
}

const struct step est_gradient_boosting = {
    .name = "gradient_boosting",
    .summary = "trees one after another, each on the gradients of the loss so far",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct boosting_params),
    .defaults = &defaults,
    .takes = STEP_MISSING,
    .tasks = ON_REGRESSION | ON_CLASSES | ON_LABELS,
    .answer = ANSWER_PROBABILITIES,
    .width = width,
    .complexity = complexity,
    .views = true,
    .fit_path = fit_path,
    .predict = predict,
    .importance = importance,
    .tell = tell,
    .save = save,
    .load = load,
};
