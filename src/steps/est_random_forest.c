/* Random forest: Breiman 2001, as scikit-learn's RandomForestRegressor and -Classifier;
 * grown by trees/forest.h. */
#include <math.h>
#include <string.h>

#include "steps/step.h"
#include "trees/forest_params.h"

/* clang-format off */
static const struct option_row rows[] = {
    OPTION(struct forest_params, n_estimators, 1, ENSEMBLE_TREES, "N", "trees"),
    OPTION_ENUM(struct forest_params, criterion, FOREST_CRITERIA,
           "what a fork makes better; auto: squared_error of numbers, gini of classes"),
    OPTION(struct forest_params, max_depth, 0, 1e6, "N",
           "forks above a leaf at most; 0: as many as come"),
    OPTION(struct forest_params, min_samples_split, 2, 1e9, "N",
           "rows that a fork needs"),
    OPTION(struct forest_params, min_samples_leaf, 1, 1e9, "N",
           "rows that a leaf needs"),
    OPTION_BARE(struct forest_params, max_features, "N|SHARE|WORD",
           "columns a fork looks at: 3, 0.5, sqrt, log2, all; auto: all, of classes sqrt"),
    OPTION(struct forest_params, bootstrap, 0, 0, "BOOL",
           "each tree learns from rows drawn with replacement, else from all"),
    OPTION(struct forest_params, max_samples, 1e-9, 1, "SHARE",
           "so many rows of them are drawn, if any are"),
};
/* clang-format on */

static const struct forest_params defaults = {
    .n_estimators = 100,
    .criterion = FOREST_AUTO,
    .min_samples_split = 2,
    .min_samples_leaf = 1,
    .max_features = "auto",
    .bootstrap = true,
    .max_samples = 1,
};

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    TRY(forest_check_features(params, in->p, err));
    *ret = *in;
    return STATUS_OK;
}

/* Deep trees with small leaves are the less simple ones; their number changes nothing. */
static double complexity(const void *params)
{
    const struct forest_params *q = params;
    return (q->max_depth > 0 ? (double)q->max_depth : 1e6) / (double)q->min_samples_leaf;
}

static size_t trees_of(const void *params)
{
    return ((const struct forest_params *)params)->n_estimators;
}

/* What is to be fitted, and what all of it shares. */
struct forest_path {
    const void *const *params; // [n]
    size_t n;
    bool *done; // [n]
    const struct matrix *x;
    struct forest_target y;
    const struct fit_context *context;
    const struct forest_rows *rows;
    const struct step_sink *sink;
};

/* Of those that are not done and make the same trees as choice i the one with the fewest. */
static size_t next_of(const struct forest_path *f, size_t i)
{
    size_t next = SIZE_MAX;
    for (size_t k = 0; k < f->n; k++)
        if (!f->done[k] && forest_same_trees(f->params[i], f->params[k]) &&
            (next == SIZE_MAX || trees_of(f->params[k]) < trees_of(f->params[next])))
            next = k;
    return next;
}

/* All choices that are beginnings of the same forest; one alone needs no copy of it. */
static enum status fit_forest(const struct forest_path *f, size_t first,
                              struct arena *mem, struct error *err)
{
    bool classes = f->y.n_classes > 0, copied = f->n > 1;
    struct forest_options options =
        forest_options_of(f->params[first], f->x->n, f->x->p, classes);
    options.seed = f->context->seed;
    options.threads = f->context->threads;
    TRY(forest_check_params(f->params[first], f->x->p, classes, err));
    struct forest_growth *g = forest_begin(f->rows, &options, mem);
    for (size_t i; (i = next_of(f, first)) != SIZE_MAX;) {
        TRY(forest_extend(g, trees_of(f->params[i]), err));
        struct forest *grown = ARENA_NEW(f->context->mem, struct forest);
        *grown = forest_so_far(g, copied, f->context->mem);
        f->done[i] = true;
        TRY(f->sink->take(f->sink->context, i, grown, err));
    }
    return STATUS_OK;
}

static enum status fit_forests(struct forest_path *f, struct arena *scratch,
                               struct error *err)
{
    struct forest_rows *learnt;
    TRY(forest_learn(f->x, &f->y, f->context->threads, scratch, &learnt, err));
    f->rows = learnt;
    f->done = ARENA_ARRAY(scratch, bool, f->n);
    for (size_t i = 0; i < f->n; i++) {
        struct arena_mark mark = arena_mark(scratch);
        if (!f->done[i])
            TRY(fit_forest(f, i, f->n == 1 ? f->context->mem : scratch, err));
        arena_rewind(scratch, mark);
    }
    return STATUS_OK;
}

/* Classes must differ, numbers must leave room for their sums. */
static enum status check_target(const struct target *y, struct error *err)
{
    const double *value = y->y.col[0];
    bool classes = y->task == TASK_CLASSES, differ = false;
    for (size_t i = 0; i < y->y.n; i++) {
        differ |= value[i] != value[0];
        if (!classes && fabs(value[i]) > FOREST_MOST)
            return error_set(err, STATUS_INPUT, "the target's values are too large");
    }
    if (classes && !differ)
        return error_set(err, STATUS_INPUT, "all rows are of class %s",
                         QUOTE(y->class_name[(size_t)value[0]]));
    return STATUS_OK;
}

static enum status fit_path(const void *const *params, size_t n, const struct matrix *x,
                            const struct target *y, const struct fit_context *context,
                            const struct step_sink *sink, struct error *err)
{
    TRY(check_target(y, err));
    struct arena scratch = {0};
    struct forest_path f = {.params = params,
                            .n = n,
                            .x = x,
                            .y = {y->y.col[0], y->n_classes},
                            .context = context,
                            .sink = sink};
    enum status status = fit_forests(&f, &scratch, err);
    arena_release(&scratch);
    return status;
}

static enum status predict(const void *state, const struct matrix *x, struct arena *mem,
                           struct prediction *ret, struct error *err)
{
    (void)err;
    const struct forest *f = state;
    const struct ensemble *e = &f->trees;
    double **col;
    *ret = prediction_new(mem, f->n_classes > 0 ? ANSWER_PROBABILITIES : ANSWER_VALUES,
                          x->n, e->width, &col);
    ensemble_add(e, 0, e->n_trees, x->col, x->n, col);
    for (size_t k = 0; k < e->width; k++)
        for (size_t i = 0; i < x->n; i++)
            col[k][i] /= (double)e->n_trees;
    return STATUS_OK;
}

static bool importance(const void *state, double *ret)
{
    const struct forest *f = state;
    memcpy(ret, f->importance, f->trees.p * sizeof *ret);
    return f->nodes > f->trees.n_trees;
}

static void tell(const void *state,
                 void (*take)(void *sink, const char *name, double value), void *sink)
{
    const struct forest *f = state;
    take(sink, "trees", (double)f->trees.n_trees);
    take(sink, "nodes", (double)f->nodes);
    if (f->oob_rows == 0)
        return;
    take(sink, "oob_rows", (double)f->oob_rows);
    take(sink, "oob_score", f->oob_score);
    take(sink, "oob_error", f->oob_error);
}

static json_t *save(const void *state)
{
    return forest_save(state);
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    struct forest *f = ARENA_NEW(mem, struct forest);
    TRY(forest_load(saved, path, in->p, mem, f, err));
    *ret_state = f;
    *ret = (struct shape){.p = f->trees.width};
    return STATUS_OK;
}

const struct step est_random_forest = {
    .name = "random_forest",
    .summary =
        "the mean of trees on draws of the rows, each fork on a draw of the columns",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct forest_params),
    .defaults = &defaults,
    .tasks = ON_REGRESSION | ON_CLASSES,
    .answer = ANSWER_PROBABILITIES,
    .width = width,
    .complexity = complexity,
    .fit_path = fit_path,
    .predict = predict,
    .importance = importance,
    .tell = tell,
    .save = save,
    .load = load,
};
