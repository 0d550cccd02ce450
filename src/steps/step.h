/* Steps and estimators: what a model is made of.
 *
 * A model is a list of fitted steps (standardise, select, polynomial, …) that ends in one
 * estimator.  Both are one `const struct step` that its file exports, with a row in
 * steps.def: STEP(scale) there is `step_scale` in src/steps/step_scale.c,
 * ESTIMATOR(ridge) is `est_ridge` in est_ridge.c.  That file and that row are all; the
 * pipeline's file can then name it, --explain and the reference page show it, the search
 * expands lists of its parameters, and the contract test in tests/unit/test_step.c runs
 * on it.
 *
 * A transform has `apply`, an estimator has `predict`.  State lives in the arena handed
 * in and is read only after fit.  A step sees no missing cells, texts or sparse columns
 * unless it `takes` them: chains are checked before any work. */
#ifndef STEPS_STEP_H
#define STEPS_STEP_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/option.h"
#include "steps/task.h"

/* One pass over the rows, one tree, one iteration: what an estimator that learns in rounds
 * says of each of them.  NaN for what it does not know; losses and scores are its own, of
 * the rows that it learns from and of those that it checks itself by. */
struct epoch {
    size_t epoch; // from 1, one more each time
    double train_loss, check_loss, train_score, check_score;
};

/* Whoever fills one in by name leaves the rest at zero, which is: nobody to tell, no rows to
 * check by.
 *
 * x_check and y_check are rows for early stopping and for the check figures of epochs, and
 * for nothing else: nothing may be learnt from them.  They have the columns and the target
 * of x and y, at least one row, may be views where those may, and have gone through the
 * fitted steps before.  An estimator that has its own early stopping takes
 * validation_fraction of x where they are NULL.  In the cells of a search they are always
 * NULL: rows that judge a cell must not tell it when to stop.  Steps that are no estimators
 * never see them.
 *
 * epoch, where it is not NULL, is told of every round in turn by the thread that called
 * fit, before fit returns; it must not be called by a fit_path of several choices. */
struct fit_context {
    struct arena *mem; // results
    uint64_t seed;     // of the pipeline; derive streams from it by name
    size_t threads;
    struct series_memo *memo; // of series models (series/memo.h); NULL: none
    const struct matrix *x_check;
    const struct target *y_check;
    void (*epoch)(void *sink, const struct epoch *e);
    void *epoch_sink;
};

/* Takes the i-th of several fitted states.  It lives in the context's mem and may be gone
 * when take returns: whoever takes may rewind mem to where it stood before all of them. */
struct step_sink {
    enum status (*take)(void *context, size_t i, void *state, struct error *err);
    void *context;
};

/* What a step finds in its columns. */
struct shape {
    size_t p, texts, sparse; // columns of reals, of texts, of the sparse block
    bool missing;            // some cell of the reals may be NaN
    bool open; // only learning tells how many: these are the least that there will be
};

/* What a step may find beside finite reals, for struct step.takes. */
enum {
    STEP_MISSING = 1,
    STEP_TEXT = 2,
    STEP_SPARSE = 4,
    STEP_GROUP = 8, // learns of each group by itself, and so from no column at all, too
};

struct step {
    const char *name, *summary;    // "ridge"; one line with the formula
    const struct option_row *rows; // hyper-parameters, fields of params; scalars only
    size_t n_rows;
    size_t params_size;
    const void *defaults; // one params struct

    unsigned takes;     // of STEP_MISSING, STEP_TEXT, STEP_SPARSE, STEP_GROUP
    unsigned tasks;     // of ON_REGRESSION, …; 0: the step does not look at the target
    enum answer answer; // of an estimator; of a regression probabilities are values

    /* The shape that goes out when this one comes in.  Checks the parameters against it,
     * so that a slip shows before any work: STATUS_INPUT with the parameter as the field.
     * NULL: the same goes out. */
    enum status (*width)(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err);

    /* Of two choices that see equally many columns the one with the lower figure is the
     * simpler model.  NULL: all are alike. */
    double (*complexity)(const void *params);

    /* Learns nothing: the state follows from the parameters and the columns, not from rows,
     * and each row is transformed by itself.  A search applies it once to the rows of all
     * folds.  Of transforms without fit_path. */
    bool stateless;

    /* Reads x and y by matrix_span, so that they may be views; others get plain matrices.
     * What apply returns may be a view in any case, and borrow the state.  Not for steps
     * that take texts; rows of a sparse block stand at matrix_row. */
    bool views;

    /* Learns from x (n >= 1 rows, a column or more, finite but for what the step takes,
     * and a task that it is for: checked by the caller, steps_fit) and y.  Columns may have
     * no names: a search hands over none.  STATUS_INPUT, naming the parameter as the field,
     * when x cannot be fitted. */
    enum status (*fit)(const void *params, const struct matrix *x, const struct target *y,
                       const struct fit_context *context, void **ret_state,
                       struct error *err);

    /* Fits several choices of the parameters that have work in common and hands over each
     * state as it is there; they are those of single fits, bit for bit.  Keeps nothing of
     * its own in context->mem.  Instead of fit, where there is anything in common. */
    enum status (*fit_path)(const void *const *params, size_t n, const struct matrix *x,
                            const struct target *y, const struct fit_context *context,
                            const struct step_sink *sink, struct error *err);

    /* Transforms rows; the result may share columns with x, and has names where x has.
     * NULL for an estimator. */
    enum status (*apply)(const void *state, const struct matrix *x, struct arena *mem,
                         struct matrix *ret, struct error *err);

    /* Predicts rows: the columns that the answer to its target needs (prediction_check),
     * without names.  NULL for a transform. */
    enum status (*predict)(const void *state, const struct matrix *x, struct arena *mem,
                           struct prediction *ret, struct error *err);

    /* What share of what was learnt each column that came in has: the fall of impurity or
     * loss that its splits brought, |coefficient| times scale, ….  ret has an element a
     * column (shape_columns), none below 0, sum 1.  False, with ret undefined, where the
     * state knows none, as of a tree without a split.  NULL: never known. */
    bool (*importance)(const void *state, double *ret);

    /* What a fitted state says of itself, a figure at a time and in a fixed order: trees,
     * oob_error, n_iter, converged, ….  Names in snake case live as long as the program,
     * values are finite.  NULL: nothing. */
    void (*tell)(const void *state,
                 void (*take)(void *sink, const char *name, double value), void *sink);

    /* State to JSON and back. load trusts nothing: sizes, ranges and finiteness are
     * checked against the shape that comes in; *ret is that which goes out, of an
     * estimator the columns of its prediction. path is for messages. */
    json_t *(*save)(const void *state);
    enum status (*load)(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err);
};

/* All steps and estimators, in the order of steps.def. */
extern const struct step *const step_all[];
extern const size_t step_count;

/* The step of that name, or NULL. */
const struct step *step_find(const char *name);
const char *const *step_names(void); // [step_count]

/* One place of a recipe: a step with its parameters. */
struct step_choice {
    const struct step *step;
    const void *params;
};

/* One fitted place. */
struct step_fitted {
    const struct step *step;
    void *state;
    struct shape in; // of the columns that it was fitted to
};

/* The answer of an estimator to a task. */
enum answer step_answer(const struct step *step, enum task task);

/* Applies a fitted transform for the step that comes next (NULL: for something that takes
 * no views); the rows stay in their groups. */
MUST_USE enum status step_apply(const struct step *step, const void *state,
                                const struct step *next, const struct matrix *x,
                                struct arena *mem, struct matrix *ret, struct error *err);

/* True when every step reads views: then nobody has to copy rows for the recipe. */
bool steps_view(const struct step *const *step, size_t n);

/* Fits one choice of a step; x and y have been checked. */
MUST_USE enum status step_fit(const struct step *step, const void *params,
                              const struct matrix *x, const struct target *y,
                              const struct fit_context *context, void **ret_state,
                              struct error *err);

/* Fits choices of one step, with what they have in common done once, and hands each over
 * in turn. */
MUST_USE enum status step_fit_path(const struct step *step, const void *const *params,
                                   size_t n, const struct matrix *x,
                                   const struct target *y,
                                   const struct fit_context *context,
                                   const struct step_sink *sink, struct error *err);

/* The same for few or small states: all of them, in ret_states[n]. */
MUST_USE enum status step_fit_many(const struct step *step, const void *const *params,
                                   size_t n, const struct matrix *x,
                                   const struct target *y,
                                   const struct fit_context *context, void **ret_states,
                                   struct error *err);

/* Refuses what a recipe that begins with this step cannot learn from: no rows, no
 * columns unless it learns by groups, different numbers of rows, any infinity, and NaN and texts unless the step
 * takes them, naming column and row (from 1).  *ret is the shape of x. */
MUST_USE enum status steps_check(const struct step *first, const struct matrix *x,
                                 const struct target *y, struct shape *ret,
                                 struct error *err);

/* The shape that the last of n steps sees when `in` comes in; fails as `width` does, and
 * where a step does not take what reaches it. */
MUST_USE enum status steps_width(const struct step_choice *choice, size_t n,
                                 const struct shape *in, struct shape *ret,
                                 struct error *err);

/* The columns of all kinds. */
static inline size_t shape_columns(const struct shape *s)
{
    return s->p + s->texts + s->sparse;
}

/* Refuses a step that does not take what reaches it. */
MUST_USE enum status step_check_shape(const struct step *step, const struct shape *in,
                                      struct error *err);

/* Refuses a step that is not for the task, with those estimators that are as hint. */
MUST_USE enum status step_check_task(const struct step *step, enum task task,
                                     struct error *err);

/* Fits steps [0, n) one after another on plain x and y; the last one must be an
 * estimator.  Rows to check by, plain ones too, go through the fitted steps as rows that are
 * predicted do, and reach the estimator alone.  Refuses what steps_check, steps_width and
 * step_check_task refuse. */
MUST_USE enum status steps_fit(const struct step_choice *choice, size_t n,
                               const struct matrix *x, const struct target *y,
                               const struct fit_context *context, struct step_fitted *ret,
                               struct error *err);

/* Runs fitted steps over the rows of a plain matrix, to the prediction of a target like
 * the one that was learnt; its columns are named.  Refuses NaN, infinities and texts as
 * steps_fit does, and other numbers of columns than were learnt. */
MUST_USE enum status steps_predict(const struct step_fitted *fitted, size_t n,
                                   const struct matrix *x, const struct target *like,
                                   struct arena *mem, struct prediction *ret,
                                   struct error *err);

#endif
