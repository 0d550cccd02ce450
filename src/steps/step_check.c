/* What every step would have to check, checked once before the first: numbers of rows and
 * columns, that every value is a finite number, and that steps take what reaches them. */
#include "steps/step_internal.h"

#include <math.h>

#include "base/vector.h"

/* Finite reals; missing: NaN may be among them, *missing becomes true where one is. */
MUST_USE static enum status check_column(const struct matrix *x, size_t c, bool *missing,
                                         struct error *err)
{
    double buffer[MATRIX_SPAN];
    for (size_t from = 0, to; from < x->n; from = to) {
        to = x->n - from < MATRIX_SPAN ? x->n : from + MATRIX_SPAN;
        const double *v = matrix_span(x, c, from, to, buffer);
        if (vector_finite(v, to - from))
            continue;
        for (size_t i = 0; i < to - from; i++) {
            if (isfinite(v[i]))
                continue;
            if (missing && isnan(v[i])) {
                *missing = true;
                continue;
            }
            error_set(err, STATUS_INPUT, "expected a number, found %s in row %zu",
                      isnan(v[i]) ? "a missing value" : "an infinite one",
                      x->first + from + i + 1);
            if (x->name)
                error_field(err, x->name[c]);
            return STATUS_INPUT;
        }
    }
    return STATUS_OK;
}

enum status step_check_values(const struct matrix *x, bool *missing, struct error *err)
{
    for (size_t c = 0; c < x->p; c++)
        TRY(check_column(x, c, missing, err));
    return STATUS_OK;
}

/* Names of the steps that take it, as a hint. */
static enum status hint_takers(unsigned takes, const char *what, struct error *err)
{
    char list[160] = "";
    for (size_t i = 0, used = 0; i < step_count && used < sizeof list; i++)
        if (step_all[i]->takes & takes)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
                                     used > 0 ? ", " : "", step_all[i]->name);
    if (list[0])
        error_hint(err, "what takes %s: %s", what, list);
    else
        error_hint(err, "nothing takes %s yet; `features` says what reaches the steps",
                   what);
    error_field(err, "train.steps");
    return STATUS_INPUT;
}

/* What reaches a step must be what it takes; texts are named where they are known. */
static enum status check_takes(const struct step *step, const struct shape *in,
                               const struct text_column *text, struct error *err)
{
    unsigned refused = (in->missing ? STEP_MISSING : 0) | (in->texts ? STEP_TEXT : 0) |
                       (in->sparse ? STEP_SPARSE : 0);
    refused &= ~step->takes;
    if (!refused)
        return STATUS_OK;
    if ((refused & STEP_TEXT) && text) {
        error_set(err, STATUS_INPUT, "step '%s' takes no text column %s", step->name,
                  QUOTE(text->name));
        return hint_takers(STEP_TEXT, "texts", err);
    }
    unsigned first = refused & STEP_MISSING ? STEP_MISSING
                     : refused & STEP_TEXT  ? STEP_TEXT
                                            : STEP_SPARSE;
    const char *what = first == STEP_MISSING ? "missing cells"
                       : first == STEP_TEXT  ? "text columns"
                                             : "sparse columns";
    error_set(err, STATUS_INPUT, "step '%s' takes no %s", step->name, what);
    return hint_takers(first, what, err);
}

struct shape step_shape(const struct matrix *x)
{
    return (struct shape){
        .p = x->p, .texts = x->n_texts, .sparse = x->sparse ? x->sparse->p : 0};
}

enum status step_check_same(const struct shape *learnt, const struct matrix *x,
                            struct error *err)
{
    struct shape in = step_shape(x);
    bool numbers = in.p == learnt->p, texts = in.texts == learnt->texts;
    if (numbers && texts && in.sparse == learnt->sparse)
        return STATUS_OK;
    return error_set(err, STATUS_INPUT, "expected %zu columns of %s, found %zu",
                     !numbers ? learnt->p
                     : !texts ? learnt->texts
                              : learnt->sparse,
                     !numbers ? "numbers"
                     : !texts ? "texts"
                              : "a sparse block",
                     !numbers ? in.p
                     : !texts ? in.texts
                              : in.sparse);
}

/* The columns that a recipe which begins with this step is given, and its values. */
enum status step_check_columns(const struct step *first, const struct matrix *x,
                               struct shape *ret, struct error *err)
{
    struct shape in = step_shape(x);
    TRY(check_takes(first, &in, x->text, err));
    bool takes = first->takes & STEP_MISSING, missing = false;
    struct error other;
    enum status status = step_check_values(x, takes ? &in.missing : NULL, err);
    if (status != STATUS_OK && !takes &&
        step_check_values(x, &missing, &other) == STATUS_OK)
        return hint_takers(STEP_MISSING, "missing cells", err);
    *ret = in;
    return status;
}

static enum status check_shape(const struct step *first, const struct matrix *x,
                               struct error *err)
{
    if (x->n == 0)
        return error_set(err, STATUS_INPUT, "there are no rows");
    if (x->p + x->n_texts + (x->sparse ? x->sparse->p : 0) == 0 &&
        !(first->takes & STEP_GROUP))
        return error_set(err, STATUS_INPUT, "there are no feature columns");
    return STATUS_OK;
}

enum status step_check_shape(const struct step *step, const struct shape *in,
                             struct error *err)
{
    return check_takes(step, in, NULL, err);
}

/* Classes are told apart: there must be two. */
static enum status check_classes(const struct target *y, struct error *err)
{
    const double *code = y->y.col[0];
    size_t i = 1;
    while (i < y->y.n && code[i] == code[0])
        i++;
    if (i < y->y.n)
        return STATUS_OK;
    return error_set(err, STATUS_INPUT,
                     "all %zu rows are of one class, %s: there is nothing to tell apart",
                     y->y.n, QUOTE(y->class_name[(size_t)code[0]]));
}

enum status steps_check(const struct step *first, const struct matrix *x,
                        const struct target *y, struct shape *ret, struct error *err)
{
    struct shape in;
    TRY(check_shape(first, x, err));
    if (y->y.p == 0)
        return error_set(err, STATUS_INPUT, "there is no target column");
    if (y->y.n != x->n)
        return error_set(err, STATUS_INPUT,
                         "there are %zu rows of features but %zu targets", x->n, y->y.n);
    TRY(step_check_columns(first, x, &in, err));
    TRY(step_check_values(&y->y, NULL, err));
    if (y->task == TASK_CLASSES)
        TRY(check_classes(y, err));
    *ret = in;
    return STATUS_OK;
}

enum status steps_width(const struct step_choice *choice, size_t n,
                        const struct shape *in, struct shape *ret, struct error *err)
{
    struct shape now = *in;
    for (size_t s = 0; s < n; s++) {
        struct shape next = now;
        TRY(check_takes(choice[s].step, &now, NULL, err));
        if (choice[s].step->width)
            TRY(choice[s].step->width(choice[s].params, &now, &next, err));
        now = next;
    }
    *ret = now;
    return STATUS_OK;
}

/* Names of the estimators for a task, as a hint. */
static void hint_estimators(enum task task, struct error *err)
{
    char list[160] = "";
    for (size_t i = 0, used = 0; i < step_count && used < sizeof list; i++)
        if (step_all[i]->predict && (step_all[i]->tasks & (1u << task)))
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
                                     used > 0 ? ", " : "", step_all[i]->name);
    if (list[0])
        error_hint(err, "for %s there is: %s", task_name[task], list);
    else
        error_hint(err, "there is no estimator for %s yet", task_name[task]);
}

enum status step_check_task(const struct step *step, enum task task, struct error *err)
{
    char list[80] = "";
    if (step->tasks == 0 || (step->tasks & (1u << task)))
        return STATUS_OK;
    for (size_t t = 0, used = 0; t < TASKS; t++)
        if (step->tasks & (1u << t))
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
                                     used > 0 ? ", " : "", task_name[t]);
    error_set(err, STATUS_INPUT, "'%s' is for %s, not for %s", step->name, list,
              task_name[task]);
    hint_estimators(task, err);
    return STATUS_INPUT;
}
