#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "help/example.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(logistic, .fini = release);

enum { N = 8 };

static const double hours[N] = {0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4};
static const double passed[N] = {0, 0, 1, 0, 1, 0, 1, 1};
static const double all_passed[N] = {1, 1, 1, 1, 1, 1, 1, 1};
static const double third[N] = {0, 0, 2, 0, 2, 0, 2, 2}; // of three classes two have rows
static const double apart[N] = {0, 0, 0, 0, 1, 1, 1, 1};
static const char *const names[] = {"fail", "odd", "pass"};

static struct matrix columns(const double *const *col, size_t p)
{
    return (struct matrix){.n = N, .p = p, .col = col};
}

static struct target classes(const double *const *y, size_t n)
{
    return (struct target){TASK_CLASSES, columns(y, 1), n, names};
}

/* The parameters with settings "name=value …". */
static void *settings(const char *text)
{
    const struct step *s = step_find("logistic_regression");
    void *params = arena_alloc(&mem, s->params_size);
    memcpy(params, s->defaults, s->params_size);
    struct texts words = option_words(text, &mem);
    for (size_t i = 0; i < words.n; i++) {
        struct error err = {0};
        const char *equals = strchr(words.v[i], '=');
        struct view name = {words.v[i], (size_t)(equals - words.v[i])};
        const struct option_row *row = option_find(s->rows, s->n_rows, name);
        cr_assert_not_null(row, "%s", words.v[i]);
        cr_assert_eq(option_parse(row, equals + 1, params, &mem, &err), STATUS_OK, "%s",
                     err.message);
    }
    return params;
}

static enum status try_fit(const char *text, const struct matrix *x,
                           const struct target *y, void **ret, struct error *err)
{
    struct fit_context context = example_context(&mem, 2);
    return step_fit(step_find("logistic_regression"), settings(text), x, y, &context, ret,
                    err);
}

static struct prediction answer(const char *text, const struct matrix *x,
                                const struct target *y)
{
    struct prediction p;
    struct error err = {0};
    void *state;
    cr_assert_eq(try_fit(text, x, y, &state, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(step_find("logistic_regression")->predict(state, x, &mem, &p, &err),
                 STATUS_OK);
    return p;
}

struct told {
    double n_iter, converged, separable;
};

static void take(void *sink, const char *name, double value)
{
    struct told *t = sink;
    if (strcmp(name, "n_iter") == 0)
        t->n_iter = value;
    if (strcmp(name, "converged") == 0)
        t->converged = value;
    if (strcmp(name, "separable") == 0)
        t->separable = value;
}

static struct told told_of(const char *text, const struct target *y)
{
    const double *col[] = {hours};
    struct matrix x = columns(col, 1);
    struct error err = {0};
    struct told told = {-1, -1, -1};
    void *state;
    cr_assert_eq(try_fit(text, &x, y, &state, &err), STATUS_OK, "%s", err.message);
    step_find("logistic_regression")->tell(state, take, &told);
    return told;
}

/* The residuals of a fit with a free intercept sum to 0 whatever the penalty, and without a
 * penalty they are orthogonal to the columns: the likelihood's equations. */
Test(logistic, the_equations_of_the_likelihood_hold)
{
    const double *col[] = {hours}, *target[] = {passed};
    static const char *const how[] = {"penalty=none tol=1e-12", "tol=1e-12",
                                      "penalty=l1 tol=1e-12"};
    struct matrix x = columns(col, 1);
    struct target y = classes(target, 2);
    for (size_t s = 0; s < 3; s++) {
        struct prediction p = answer(how[s], &x, &y);
        double sum = 0, moment = 0;
        for (size_t i = 0; i < N; i++) {
            cr_assert_float_eq(p.value[0][i] + p.value[1][i], 1, 1e-15);
            sum += p.value[1][i] - passed[i];
            moment += hours[i] * (p.value[1][i] - passed[i]);
        }
        cr_assert_float_eq(sum, 0, 1e-11, "%s", how[s]);
        cr_assert_eq(fabs(moment) < 1e-10, s == 0, "%s", how[s]);
    }
}

/* As many of either class, and columns that say nothing: the gradient at zero is rounding. */
Test(logistic, nothing_to_learn_is_learnt_at_once)
{
    enum { ROWS = 30 }; // no power of two
    static const char *const how[] = {"", "penalty=none", "penalty=l1",
                                      "multi_class=ovr"};
    double same[ROWS], half[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        same[i] = 0;
        half[i] = i * i % 30 < 13;
    }
    const double *col[] = {same}, *target[] = {half};
    struct matrix x = {.n = ROWS, .p = 1, .col = col};
    struct target y = {TASK_CLASSES, {.n = ROWS, .p = 1, .col = target}, 2, names};
    for (size_t s = 0; s < sizeof how / sizeof *how; s++) {
        struct error err = {0};
        struct told told = {-1, -1, -1};
        void *state;
        cr_assert_eq(try_fit(how[s], &x, &y, &state, &err), STATUS_OK, "%s", err.message);
        step_find("logistic_regression")->tell(state, take, &told);
        cr_assert_eq(told.converged, 1, "'%s'", how[s]);
        cr_assert_eq(told.n_iter, 0, "'%s'", how[s]);
    }
}

/* A strong l1 penalty leaves the intercept alone. */
Test(logistic, a_strong_l1_penalty_answers_with_the_share)
{
    const double *col[] = {hours}, *target[] = {passed};
    struct matrix x = columns(col, 1);
    struct target y = classes(target, 2);
    struct prediction p = answer("penalty=l1 C=0.01", &x, &y);
    for (size_t i = 0; i < N; i++)
        cr_assert_float_eq(p.value[1][i], 0.5, 1e-9);
}

Test(logistic, a_class_without_rows_has_no_probability)
{
    const double *col[] = {hours}, *target[] = {third}, *two[] = {passed};
    struct matrix x = columns(col, 1);
    struct target y = classes(target, 3), y2 = classes(two, 2);
    struct prediction p = answer("", &x, &y), q = answer("", &x, &y2);
    for (size_t i = 0; i < N; i++) {
        cr_assert_eq(p.value[1][i], 0);
        cr_assert_eq(p.value[0][i], q.value[0][i]);
        cr_assert_eq(p.value[2][i], q.value[1][i]);
    }
}

Test(logistic, one_class_is_refused_by_name)
{
    const double *col[] = {hours}, *target[] = {all_passed};
    struct matrix x = columns(col, 1);
    struct target y = classes(target, 3);
    struct error err = {0};
    void *state;
    cr_assert_eq(try_fit("", &x, &y, &state, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "all rows have the same class, 'odd'");
    y.task = TASK_LABELS;
    cr_assert_eq(try_fit("", &x, &y, &state, &err), STATUS_INPUT);
}

/* log((8 + 1/2) / (0 + 1/2)) */
Test(logistic, a_label_that_all_rows_have_is_answered_by_its_share)
{
    const double *col[] = {hours}, *target[] = {passed, all_passed};
    struct matrix x = columns(col, 1);
    struct target y = {TASK_LABELS, columns(target, 2), 0, NULL};
    struct target alone = classes(target, 2);
    struct prediction p = answer("", &x, &y), q = answer("", &x, &alone);
    for (size_t i = 0; i < N; i++) {
        cr_assert_eq(p.value[0][i], q.value[1][i], "as it is learnt alone");
        cr_assert_float_eq(p.value[1][i], 8.5 / 9, 1e-15);
    }
}

Test(logistic, what_did_not_converge_and_what_never_can_is_told)
{
    const double *target[] = {passed}, *certain[] = {apart};
    struct target y = classes(target, 2), y2 = classes(certain, 2);
    struct told told = told_of("tol=1e-10", &y);
    cr_assert_eq(told.converged, 1);
    cr_assert_eq(told.separable, 0);
    cr_assert_gt(told.n_iter, 1);
    told = told_of("tol=1e-10 max_iter=1", &y);
    cr_assert_eq(told.converged, 0);
    cr_assert_eq(told.n_iter, 1);
    cr_assert_eq(told_of("penalty=none", &y2).separable, 1);
    cr_assert_eq(told_of("penalty=l2", &y2).separable, 0);
}

Test(logistic, a_share_of_l1_needs_the_elastic_net)
{
    struct error err = {0};
    struct shape in = {.p = 3}, out;
    const struct step *s = step_find("logistic_regression");
    cr_assert_eq(s->width(settings("l1_ratio=0.5"), &in, &out, &err), STATUS_INPUT);
    cr_assert_str_eq(err.loc.field, "logistic_regression.l1_ratio");
    cr_assert_eq(s->width(settings("penalty=elasticnet l1_ratio=0.5"), &in, &out, &err),
                 STATUS_OK);
}

/* The same numbers as columns of reals and as a sparse block. */
Test(logistic, dense_and_sparse_columns_are_alike)
{
    const double *col[] = {hours}, *target[] = {passed};
    size_t start[N + 1] = {0};
    uint32_t number[N] = {0};
    for (size_t i = 0; i < N; i++)
        start[i + 1] = i + 1;
    struct sparse block = {1, start, number, hours};
    struct matrix x = columns(col, 1), s = {.n = N, .sparse = &block};
    struct target y = classes(target, 2);
    struct prediction p = answer("tol=1e-12", &x, &y), q = answer("tol=1e-12", &s, &y);
    for (size_t i = 0; i < N; i++)
        cr_assert_float_eq(p.value[1][i], q.value[1][i], 1e-12);
}

/* At the minimum of |w|^2 / 2 + C sum log(1 + exp(-y w x)), of the column of ones as well,
 * w = C sum (is - p) x.  Five labels are two groups of lanes; each is what it is alone. */
Test(logistic, liblinear_solves_the_equations_of_its_own_penalty)
{
    enum { LABELS = 5 };
    const double *col[] = {hours}, *target[LABELS];
    double label[LABELS][N], w[2];
    struct matrix x = columns(col, 1);
    for (size_t c = 0; c < LABELS; c++) {
        target[c] = label[c];
        for (size_t i = 0; i < N; i++)
            label[c][i] = (i * (c + 3) + c) % 11 > 4;
    }
    const char *how = "solver=liblinear C=3 tol=1e-10 max_iter=100000";
    struct target y = {TASK_LABELS, columns(target, LABELS), 0, NULL};
    struct prediction p = answer(how, &x, &y);
    for (size_t c = 0; c < LABELS; c++) {
        const double *one[] = {label[c]};
        struct target alone = classes(one, 2);
        struct prediction q = answer(how, &x, &alone);
        memset(w, 0, sizeof w);
        for (size_t i = 0; i < N; i++) {
            cr_assert_eq(p.value[c][i], q.value[1][i], "label %zu row %zu", c, i);
            w[0] += 3 * (label[c][i] - p.value[c][i]) * hours[i];
            w[1] += 3 * (label[c][i] - p.value[c][i]);
        }
        for (size_t i = 0; i < N; i++)
            cr_assert_float_eq(log(p.value[c][i] / (1 - p.value[c][i])),
                               w[0] * hours[i] + w[1], 1e-7);
    }
}

Test(logistic, liblinear_refuses_what_it_does_not_know)
{
    const double *col[] = {hours}, *target[] = {third},
                 mixed[N] = {0, 1, 2, 0, 1, 2, 0, 1};
    const double *three[] = {mixed};
    const struct step *s = step_find("logistic_regression");
    struct matrix x = columns(col, 1);
    struct target y = classes(target, 3), y3 = classes(three, 3);
    struct error err = {0};
    struct shape in = {.p = 1}, out;
    void *state;
    cr_assert_eq(s->width(settings("solver=liblinear penalty=l1"), &in, &out, &err),
                 STATUS_INPUT);
    cr_assert_str_eq(err.loc.field, "logistic_regression.penalty");
    cr_assert_eq(try_fit("solver=liblinear", &x, &y, &state, &err), STATUS_OK);
    cr_assert_eq(try_fit("solver=liblinear", &x, &y3, &state, &err), STATUS_INPUT);
    cr_assert_str_eq(err.loc.field, "logistic_regression.multi_class");
    cr_assert_str_eq(err.hint, "`multi_class: ovr` learns each class against the rest");
    cr_assert_eq(try_fit("solver=liblinear multi_class=ovr", &x, &y3, &state, &err),
                 STATUS_OK);
}

/* A word that no row has says nothing, and changes nothing. */
Test(logistic, columns_without_a_value_have_no_coefficient)
{
    const double *target[] = {passed};
    size_t start[N + 1] = {0};
    uint32_t first[N] = {0}, sixth[N] = {5, 5, 5, 5, 5, 5, 5, 5};
    for (size_t i = 0; i < N; i++)
        start[i + 1] = i + 1;
    struct sparse few = {1, start, first, hours}, many = {9, start, sixth, hours};
    struct matrix x = {.n = N, .sparse = &few}, wide = {.n = N, .sparse = &many};
    struct target y = classes(target, 2);
    struct prediction p = answer("", &x, &y), q = answer("", &wide, &y);
    for (size_t i = 0; i < N; i++)
        cr_assert_eq(p.value[1][i], q.value[1][i]);
}

/* Numbers of models and columns that no state has, and columns that are none. */
static const char *const bad[] = {
    "{\"answers\": 1}",         "{\"answers\": 9007199254740993}",
    "{\"models\": 3}",          "{\"learnt\": [1.0, 0.0]}",
    "{\"learnt\": [0.0, 2.0]}", "{\"used\": 2}",
    "{\"columns\": [1.0]}",     "{\"columns\": [-1.0]}",
    "{\"columns\": [0.5]}",     "{\"kind\": \"labels\", \"models\": 1}"};

Test(logistic, a_document_without_sense_is_refused)
{
    const double *col[] = {hours}, *target[] = {passed};
    const struct step *s = step_find("logistic_regression");
    struct matrix x = columns(col, 1);
    struct target y = classes(target, 2);
    struct error err = {0};
    struct shape in = {.p = 1}, out;
    void *state;
    cr_assert_eq(try_fit("", &x, &y, &state, &err), STATUS_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        json_t *saved = s->save(state), *change = json_loads(bad[i], 0, NULL);
        void *loaded;
        cr_assert_eq(s->load(saved, &in, "m", &mem, &loaded, &out, &err), STATUS_OK);
        json_object_update(saved, change);
        cr_assert_eq(s->load(saved, &in, "m", &mem, &loaded, &out, &err), STATUS_INPUT,
                     "%s", bad[i]);
        json_decref(change);
        json_decref(saved);
    }
}
