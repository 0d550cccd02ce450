/* The contract that every row of steps.def keeps, and what each step computes.
 *
 * A failing allocation ends the process (base/arena.h), so that point of the contract is
 * tested on whole executables, not here. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "file/json.h"
#include "help/example.h"
#include "learn/metric.h"
#include "steps/select.h"

enum { ROWS = 40, COLUMNS = 12 }; // more columns than the defaults ask for

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(step, .fini = release);

/* A parameterised test has one worker a case: a row of steps.def and a task that it is
 * for; steps that do not look at the target are tried before that of a regression. */
static const struct step *step_at(const size_t *at)
{
    return step_all[*at / TASKS];
}

static enum task task_at(const size_t *at)
{
    return (enum task)(*at % TASKS);
}

static size_t cases(bool all, size_t *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < step_count; i++)
        for (size_t t = 0; t < TASKS; t++) {
            unsigned tasks = step_all[i]->tasks ? step_all[i]->tasks : ON_REGRESSION;
            if ((tasks & (1u << t)) && (all || step_all[i]->predict))
                ret[n++] = i * TASKS + t;
        }
    return n;
}

#define CASES(test, all)                                                                 \
    ParameterizedTestParameters(step, test)                                              \
    {                                                                                    \
        static size_t index[64 * TASKS];                                                 \
        size_t n = cases(all, index);                                                    \
        return cr_make_param_array(size_t, index, n);                                    \
    }                                                                                    \
    ParameterizedTest(size_t *at, step, test, .fini = release)

#define EVERY_STEP(test) CASES(test, true)
#define EVERY_ESTIMATOR(test) CASES(test, false)

/* Stands behind a transform for an estimator, and answers with a sum of all that it finds,
 * so that a difference anywhere is one in the answer. */
static double sum_of(const struct matrix *x, size_t i)
{
    double sum = 0;
    for (size_t c = 0; c < x->p; c++)
        sum += isnan(x->col[c][i]) ? (double)c : x->col[c][i] / (double)(c + 1);
    for (size_t t = 0; t < x->n_texts; t++)
        sum += (double)x->text[t].cell[i].n;
    for (size_t k = x->sparse ? x->sparse->start[i] : 0;
         x->sparse && k < x->sparse->start[i + 1]; k++)
        sum += x->sparse->value[k] * (x->sparse->col[k] + 1);
    return sum;
}

static enum status sum_fit(const void *params UNUSED, const struct matrix *x UNUSED,
                           const struct target *y, const struct fit_context *context,
                           void **ret_state, struct error *err UNUSED)
{
    size_t *p = ARENA_NEW(context->mem, size_t);
    *p = y->y.p;
    *ret_state = p;
    return STATUS_OK;
}

static enum status sum_predict(const void *state, const struct matrix *x,
                               struct arena *in, struct prediction *ret,
                               struct error *err UNUSED)
{
    double **value;
    *ret = prediction_new(in, ANSWER_VALUES, x->n, *(const size_t *)state, &value);
    for (size_t c = 0; c < ret->p; c++)
        for (size_t i = 0; i < x->n; i++)
            value[c][i] = sum_of(x, i);
    return STATUS_OK;
}

static json_t *sum_save(const void *state)
{
    return json_integer((json_int_t) * (const size_t *)state);
}

static enum status sum_load(const json_t *json, const struct shape *in UNUSED,
                            const char *path UNUSED, struct arena *to, void **ret_state,
                            struct shape *ret, struct error *err UNUSED)
{
    size_t *p = ARENA_NEW(to, size_t);
    *p = (size_t)json_integer_value(json);
    *ret_state = p;
    *ret = (struct shape){.p = *p};
    return STATUS_OK;
}

static const struct step sums = {.name = "sums",
                                 .takes = STEP_MISSING | STEP_TEXT | STEP_SPARSE,
                                 .tasks = ON_REGRESSION | ON_CLASSES | ON_LABELS,
                                 .fit = sum_fit,
                                 .predict = sum_predict,
                                 .save = sum_save,
                                 .load = sum_load};

/* The step alone, or before an estimator. */
static size_t chain(const struct step *step, struct step_choice *ret)
{
    ret[0] = (struct step_choice){step, step->defaults};
    ret[1] = (struct step_choice){&sums, NULL};
    return step->predict ? 1 : 2;
}

static void fit_chain(const struct step *step, const struct example *e, size_t threads,
                      struct step_fitted *ret)
{
    struct step_choice choice[2];
    struct error err = {0};
    struct fit_context context = example_context(&mem, threads);
    size_t n = chain(step, choice);
    cr_assert_eq(steps_fit(choice, n, &e->x, &e->y, &context, ret, &err), STATUS_OK,
                 "%s: %s", step->name, err.message);
}

static struct example example_at(const size_t *at, size_t n, size_t p)
{
    return example_for(&mem, step_at(at)->takes, task_at(at), n, p);
}

/* The example of ROWS x COLUMNS, and the chain fitted to it in one thread. */
static struct example fit_example(const size_t *at, struct step_fitted *ret)
{
    struct example e = example_at(at, ROWS, COLUMNS);
    fit_chain(step_at(at), &e, 1, ret);
    return e;
}

static struct shape shape_of(const struct matrix *x)
{
    struct shape s = {
        .p = x->p, .texts = x->n_texts, .sparse = x->sparse ? x->sparse->p : 0};
    for (size_t c = 0; c < x->p; c++)
        for (size_t i = 0; i < x->n; i++)
            s.missing |= isnan(x->col[c][i]);
    return s;
}

/* The prediction's columns as a matrix. */
static struct matrix columns_of(const struct prediction *p)
{
    return (struct matrix){
        .n = p->n, .p = p->p, .col = (const double *const *)p->value, .name = p->name};
}

static struct prediction predicted(const struct step_fitted *fitted, size_t n,
                                   const struct matrix *x, const struct target *learnt)
{
    struct target like =
        target_of(learnt, (struct matrix){.p = learnt->y.p, .name = learnt->y.name});
    struct prediction p;
    struct error err = {0};
    cr_assert_eq(steps_predict(fitted, n, x, &like, &mem, &p, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_eq(p.p, answer_width(p.answer, &like));
    cr_assert_str_eq(p.name[0], p.answer == ANSWER_BANDS    ? "lower"
                                : p.name == like.class_name ? "high"
                                                            : like.y.name[0]);
    return p;
}

/* What the fitted step makes of rows. */
static struct matrix used(const struct step_fitted *f, const struct matrix *x)
{
    struct matrix out;
    struct prediction p;
    struct error err = {0};
    if (f->step->apply) {
        cr_assert_eq(f->step->apply(f->state, x, &mem, &out, &err), STATUS_OK);
        return out;
    }
    cr_assert_eq(f->step->predict(f->state, x, &mem, &p, &err), STATUS_OK);
    return columns_of(&p);
}

static void expect_same_bits(const struct matrix *a, const struct matrix *b,
                             const char *what)
{
    cr_assert_eq(a->n, b->n);
    cr_assert_eq(a->p, b->p);
    for (size_t c = 0; c < a->p; c++)
        cr_assert_arr_eq(a->col[c], b->col[c], a->n * sizeof(double), "%s", what);
}

static const char *saved(const struct step_fitted *f)
{
    json_t *json = f->step->save(f->state);
    cr_assert_not_null(json);
    char *dumped = json_dumps(json, JSON_REAL_PRECISION(17) | JSON_ENCODE_ANY);
    cr_assert_not_null(dumped);
    const char *text = arena_string(&mem, dumped);
    free(dumped);
    json_decref(json);
    return text;
}

static enum status reload(const struct step *step, const char *text,
                          const struct shape *in, struct step_fitted *ret,
                          struct shape *ret_shape, struct error *err)
{
    struct shape out = *in;
    json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
    cr_assert_not_null(json, "%s", text);
    *ret = (struct step_fitted){.step = step, .in = *in};
    enum status status = step->load(json, in, "model.json", &mem, &ret->state, &out, err);
    if (status == STATUS_OK)
        *ret_shape = out;
    json_decref(json);
    return status;
}

EVERY_STEP(the_descriptor_is_complete)
{
    const struct step *s = step_at(at);
    cr_assert_eq(step_find(s->name), s);
    cr_assert_str_eq(step_names()[*at / TASKS], s->name);
    cr_assert_gt(strlen(s->summary), 10);
    cr_assert_null(strchr(s->summary, '\n'));
    cr_assert_eq(s->apply == NULL, s->predict != NULL, "either apply or predict");
    cr_assert_eq(s->fit == NULL, s->fit_path != NULL, "either fit or fit_path");
    cr_assert(s->save && s->load);
    cr_assert(!s->predict || s->tasks, "for some task");
    cr_assert(!s->views || !(s->takes & STEP_TEXT), "views are of numbers");
    cr_assert_eq(s->n_rows > 0, s->params_size > 0);
}

EVERY_STEP(defaults_are_within_their_rows)
{
    const struct step *s = step_at(at);
    cr_assert(s->name[0] && s->summary[0]);
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct option_row *row = &s->rows[i];
        struct text value = {.mem = &mem};
        struct error err = {0};
        cr_assert_lt(row->kind, OPTION_REALS, "%s: a scalar kind", row->name);
        cr_assert_lt(row->offset, s->params_size);
        void *copy = arena_alloc(&mem, s->params_size);
        memcpy(copy, s->defaults, s->params_size);
        option_value(row, s->defaults, &value);
        cr_assert_eq(option_parse(row, value.p, copy, &mem, &err), STATUS_OK, "%s: %s",
                     row->name, err.message);
    }
}

EVERY_STEP(a_saved_step_loads_to_the_same_bits)
{
    const struct step *s = step_at(at);
    struct step_fitted fitted[2], loaded[2];
    size_t n = s->predict ? 1 : 2;
    struct example e = fit_example(at, fitted);
    struct shape shape = shape_of(&e.x);
    for (size_t i = 0; i < n; i++) {
        struct error err = {0};
        const char *text = saved(&fitted[i]);
        cr_assert_eq(reload(fitted[i].step, text, &shape, &loaded[i], &shape, &err),
                     STATUS_OK, "%s", err.message);
        cr_assert_str_eq(saved(&loaded[i]), text);
    }
    struct prediction p = predicted(fitted, n, &e.x, &e.y),
                      q = predicted(loaded, n, &e.x, &e.y);
    cr_assert_eq(shape.p, p.p, "an estimator hands on the columns of its answer");
    struct matrix a = columns_of(&p), b = columns_of(&q);
    expect_same_bits(&a, &b, "loaded");
}

EVERY_STEP(the_number_of_columns_is_the_one_promised)
{
    const struct step *s = step_at(at);
    struct step_fitted fitted[2];
    struct error err = {0};
    struct example e = fit_example(at, fitted);
    struct shape in = shape_of(&e.x), shape = in;
    struct matrix out = used(&fitted[0], &e.x);
    cr_assert_eq(out.n, ROWS);
    if (s->predict) {
        cr_assert_eq(out.p, answer_width(s->answer, &e.y));
        return;
    }
    if (s->width)
        cr_assert_eq(s->width(s->defaults, &in, &shape, &err), STATUS_OK);
    size_t sparse = out.sparse ? out.sparse->p : 0;
    cr_assert(out.p == shape.p || (shape.open && out.p > shape.p));
    cr_assert(sparse == shape.sparse || (shape.open && sparse > shape.sparse));
    cr_assert_eq(out.n_texts, shape.texts);
    cr_assert(shape.missing || !shape_of(&out).missing, "no cell goes missing");
    cr_assert_not_null(out.name, "named columns stay named");
    for (size_t c = 0; c < out.p; c++)
        cr_assert_gt(strlen(out.name[c]), 0);
}

EVERY_STEP(columns_may_have_no_names_as_in_a_search)
{
    struct step_fitted named[2], bare[2];
    struct example e = fit_example(at, named), other = e;
    other.x.name = NULL;
    fit_chain(step_at(at), &other, 1, bare);
    struct matrix a = used(&named[0], &e.x), b = used(&bare[0], &other.x);
    expect_same_bits(&a, &b, "without names");
}

EVERY_STEP(the_same_seed_and_any_number_of_threads_give_the_same_bytes)
{
    const struct step *s = step_at(at);
    struct step_fitted a[2], b[2];
    struct example e = fit_example(at, a);
    static const size_t threads[] = {1, 2, 3, 8};
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        fit_chain(s, &e, threads[i], b);
        cr_assert_str_eq(saved(&a[0]), saved(&b[0]));
    }
}

EVERY_STEP(a_view_is_read_as_the_matrix_that_it_shows)
{
    static const double mean[] = {1, 2, 3, 4, 5, 6, 7, 8},
                        scale[] = {8, 7, 6, 5, 4, 3, 2, 1};
    const struct step *s = step_at(at);
    if (!s->views) { // whoever has a view hands it a copy: test_search
        cr_assert_not(s->views);
        return;
    }
    struct fit_context context = example_context(&mem, 1);
    struct error err = {0};
    struct example e = example_at(at, 9000, 8);
    struct matrix rest = matrix_without(&e.x, 1000, 4000),
                  rest_y = matrix_without(&e.y.y, 1000, 4000);
    struct matrix x = matrix_standardised(&mem, &rest, mean, scale);
    struct matrix plain_x = matrix_dense(&mem, &x);
    struct target y = target_of(&e.y, rest_y),
                  plain_y = target_of(&e.y, matrix_dense(&mem, &rest_y));
    struct step_fitted view = {.step = s}, plain = {.step = s};
    cr_assert_eq(step_fit(s, s->defaults, &x, &y, &context, &view.state, &err),
                 STATUS_OK);
    cr_assert_eq(
        step_fit(s, s->defaults, &plain_x, &plain_y, &context, &plain.state, &err),
        STATUS_OK);
    cr_assert_str_eq(saved(&view), saved(&plain));
    struct matrix a = used(&view, &x), b = used(&plain, &plain_x);
    a = matrix_dense(&mem, &a);
    b = matrix_dense(&mem, &b);
    expect_same_bits(&a, &b, s->name);
}

EVERY_STEP(a_batch_of_one_equals_a_row_of_a_batch)
{
    const struct step *s = step_at(at);
    struct step_fitted fitted[2];
    size_t n = s->predict ? 1 : 2;
    struct example e = fit_example(at, fitted);
    struct prediction all = predicted(fitted, n, &e.x, &e.y);
    for (size_t i = 0; i < ROWS; i++) {
        struct matrix row = matrix_rows(&mem, &e.x, &i, 1);
        struct prediction one = predicted(fitted, n, &row, &e.y);
        for (size_t c = 0; c < all.p; c++)
            cr_assert_eq(one.value[c][0], all.value[c][i], "row %zu", i);
    }
}

EVERY_STEP(several_choices_fitted_at_once_are_those_fitted_alone)
{
    const struct step *s = step_at(at);
    struct example e = example_at(at, ROWS, COLUMNS);
    struct fit_context context = example_context(&mem, 1);
    struct error err = {0};
    enum { N = 3 };
    void *params[N], *together[N], *alone;
    for (size_t i = 0; i < N; i++) { // every number that may takes the value i + 1
        params[i] = arena_alloc(&mem, s->params_size);
        if (s->params_size > 0)
            memcpy(params[i], s->defaults, s->params_size);
        for (size_t k = 0; k < s->n_rows; k++) {
            char text[] = {(char)('1' + i), '\0'};
            if (s->rows[k].kind != OPTION_ENUM && s->rows[k].kind != OPTION_BOOL &&
                s->rows[k].kind != OPTION_TEXT &&
                option_in_range(&s->rows[k], (double)(i + 1)))
                cr_assert_eq(option_parse(&s->rows[k], text, params[i], &mem, &err),
                             STATUS_OK);
        }
    }
    cr_assert_eq(step_fit_many(s, (const void *const *)params, N, &e.x, &e.y, &context,
                               together, &err),
                 STATUS_OK, "%s", err.message);
    for (size_t i = 0; i < N; i++) {
        cr_assert_eq(step_fit(s, params[i], &e.x, &e.y, &context, &alone, &err),
                     STATUS_OK);
        const char *a = saved(&(struct step_fitted){.step = s, .state = together[i]});
        const char *b = saved(&(struct step_fitted){.step = s, .state = alone});
        cr_assert_str_eq(a, b);
    }
}

static const struct {
    double value;
    const char *message;
} not_numbers[] = {
    {NAN, "expected a number, found a missing value in row 6"},
    {INFINITY, "expected a number, found an infinite one in row 6"},
    {-INFINITY, "expected a number, found an infinite one in row 6"},
};

EVERY_STEP(what_is_no_finite_number_is_refused_with_column_and_row)
{
    const struct step *s = step_at(at);
    struct step_choice choice[2];
    struct step_fitted fitted[2];
    struct fit_context context = example_context(&mem, 1);
    struct example good = fit_example(at, fitted);
    size_t n = chain(s, choice);
    for (size_t k = s->takes & STEP_MISSING ? 1 : 0; k < COUNT_OF(not_numbers); k++) {
        struct example e = good;
        example_set(&mem, 5, 1, not_numbers[k].value, &e.x);
        struct prediction out;
        struct error err = {0};
        cr_assert_eq(steps_fit(choice, n, &e.x, &e.y, &context, fitted, &err),
                     STATUS_INPUT);
        cr_assert_str_eq(err.message, not_numbers[k].message);
        cr_assert_str_eq(err.loc.field, "b");
        cr_assert_eq(err.hint[0] != '\0', k == 0, "who takes missing cells");
        err = (struct error){0};
        cr_assert_eq(steps_predict(fitted, n, &e.x, &e.y, &mem, &out, &err),
                     STATUS_INPUT);
        cr_assert_str_eq(err.message, not_numbers[k].message);
        err = (struct error){0};
        struct target bad = good.y;
        example_set(&mem, 5, 0, not_numbers[k].value, &bad.y);
        cr_assert_eq(steps_fit(choice, n, &good.x, &bad, &context, fitted, &err),
                     STATUS_INPUT);
        cr_assert_str_eq(err.loc.field, bad.y.name[0]);
    }
}

EVERY_STEP(tables_without_rows_or_columns_are_refused)
{
    const struct step *s = step_at(at);
    struct step_choice choice[2];
    struct step_fitted fitted[2];
    struct fit_context context = example_context(&mem, 1);
    struct example e = example_at(at, ROWS, COLUMNS);
    size_t n = chain(s, choice);
    struct matrix no_rows = e.x, no_columns = e.x;
    struct target no_targets = e.y, few = e.y, none = e.y;
    no_rows.n = no_targets.y.n = no_columns.p = no_columns.n_texts = none.y.p = 0;
    no_columns.sparse = NULL;
    few.y.n = 3;
    const struct {
        const struct matrix *x;
        const struct target *y;
        const char *message;
    } cases[] = {
        {&no_rows, &no_targets, "there are no rows"},
        {&no_columns, &e.y, "there are no feature columns"},
        {&e.x, &none, "there is no target column"},
        {&e.x, &few, "there are 40 rows of features but 3 targets"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = {0};
        if (cases[i].x == &no_columns && (s->takes & STEP_GROUP))
            continue; // groups are enough
        cr_assert_eq(steps_fit(choice, n, cases[i].x, cases[i].y, &context, fitted, &err),
                     STATUS_INPUT);
        cr_assert_str_eq(err.message, cases[i].message);
    }
}

EVERY_STEP(other_numbers_of_columns_than_were_learnt_are_refused)
{
    struct step_fitted fitted[2];
    (void)fit_example(at, fitted);
    for (size_t p = COLUMNS - 1; p <= COLUMNS + 1; p += 2) {
        struct example other = example_at(at, ROWS, p);
        struct prediction out;
        struct error err = {0};
        const char *wanted =
            arena_format(&mem, "expected %d columns of numbers, found %zu", COLUMNS, p);
        cr_assert_eq(steps_predict(fitted, 2, &other.x, &other.y, &mem, &out, &err),
                     STATUS_INPUT);
        cr_assert_str_eq(err.message, wanted);
    }
}

/* A column of equal targets: of classes there is nothing to learn; else it is foretold. */
EVERY_ESTIMATOR(targets_that_are_all_alike_are_refused_or_foretold)
{
    const struct step *s = step_at(at);
    struct step_choice choice = {s, s->defaults};
    struct step_fitted fitted;
    struct fit_context context = example_context(&mem, 1);
    struct example e = example_at(at, ROWS, COLUMNS);
    struct error err = {0};
    for (size_t i = 0; i < ROWS; i++)
        example_set(&mem, i, 0, 1, &e.y.y);
    enum status status = steps_fit(&choice, 1, &e.x, &e.y, &context, &fitted, &err);
    if (status != STATUS_OK || task_at(at) == TASK_CLASSES) {
        cr_assert_eq(status, STATUS_INPUT);
        cr_assert_gt(strlen(err.message), 0);
        return;
    }
    struct prediction p = predicted(&fitted, 1, &e.x, &e.y);
    for (size_t i = 0; i < ROWS; i++)
        cr_assert_lt(fabs(p.value[0][i] - 1), 0.5, "%zu: %g", i, p.value[0][i]);
}

/* Without the texts, the missing cells, the sparse block that it takes a step refuses what
 * is there, or does its work. */
EVERY_STEP(what_a_step_takes_it_need_not_find)
{
    const struct step *s = step_at(at);
    struct step_choice choice[2];
    struct step_fitted fitted[2], loaded[2];
    struct fit_context context = example_context(&mem, 1);
    struct error err = {0};
    struct example e = example_for(&mem, 0, task_at(at), ROWS, COLUMNS);
    size_t n = chain(s, choice);
    if (steps_fit(choice, n, &e.x, &e.y, &context, fitted, &err) != STATUS_OK) {
        cr_assert_eq(err.status, STATUS_INPUT);
        cr_assert_gt(strlen(err.message), 0);
        return;
    }
    struct shape shape = shape_of(&e.x);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(
            reload(fitted[i].step, saved(&fitted[i]), &shape, &loaded[i], &shape, &err),
            STATUS_OK, "%s", err.message);
    struct prediction p = predicted(fitted, n, &e.x, &e.y),
                      q = predicted(loaded, n, &e.x, &e.y);
    struct matrix a = columns_of(&p), b = columns_of(&q);
    expect_same_bits(&a, &b, "loaded");
}

/* What answers every row alike: the mean, or the class or label that most rows have. */
static struct prediction constant_answer(const struct target *y)
{
    double **value;
    struct prediction p = prediction_new(&mem, ANSWER_VALUES, y->y.n, y->y.p, &value);
    for (size_t c = 0; c < y->y.p; c++) {
        double sum = 0, count[8] = {0}, best = 0;
        for (size_t i = 0; i < y->y.n; i++) {
            sum += y->y.col[c][i];
            if (y->task != TASK_REGRESSION)
                count[(size_t)y->y.col[c][i]]++;
        }
        for (size_t k = 0; k < COUNT_OF(count); k++)
            best = count[k] > count[(size_t)best] ? (double)k : best;
        for (size_t i = 0; i < y->y.n; i++)
            value[c][i] = y->task == TASK_REGRESSION ? sum / (double)y->y.n : best;
    }
    return p;
}

/* Every ninth value is that of another group: bands of groups find them, one for all rows
 * does not. */
static void expect_planted_found(const struct step_fitted *fitted,
                                 const struct example *e)
{
    double **y;
    struct target t = target_of(&e->y, matrix_new(&mem, ROWS, 2, NULL, &y));
    struct prediction p = predicted(fitted, 1, &e->x, &e->y);
    for (size_t i = 0; i < ROWS; i++) {
        y[0][i] = e->y.y.col[0][i];
        y[1][i] = i % 9 == 4 ? e->y.y.col[0][(i + 1) % ROWS] : NAN;
    }
    cr_assert_eq(metric_find("recall")->value(&t, &p), 1);
    cr_assert_gt(metric_find("precision")->value(&t, &p), 0.3);
}

EVERY_ESTIMATOR(no_estimator_is_worse_than_a_constant_on_the_example)
{
    static const char *const figure[] = {"rmse", "accuracy", "hamming_loss", "f1"};
    const struct metric *m = metric_find(figure[task_at(at)]);
    struct step_fitted fitted[1];
    struct example e = fit_example(at, fitted);
    if (task_at(at) == TASK_ANOMALY) {
        expect_planted_found(fitted, &e);
        return;
    }
    struct prediction p = predicted(fitted, 1, &e.x, &e.y), q = constant_answer(&e.y);
    double own = m->value(&e.y, &p), simple = m->value(&e.y, &q);
    if (m->better == BETTER_HIGH)
        cr_assert_geq(own, simple);
    else
        cr_assert_leq(own, simple * (1 + 1e-12));
}

/* Each member away, of another type, and too short an array. */
EVERY_STEP(a_damaged_state_is_refused_with_a_place)
{
    const struct step *s = step_at(at);
    struct step_fitted fitted[2], loaded;
    struct example e = fit_example(at, fitted);
    const char *text = saved(&fitted[0]);
    json_t *whole = json_loads(text, 0, NULL);
    const char *key;
    json_t *value;
    struct shape in = shape_of(&e.x), out;
    json_object_foreach(whole, key, value) {
        for (int damage = 0; damage < 3; damage++) {
            json_t *copy = json_deep_copy(whole);
            struct error err = {0};
            if (damage == 0)
                json_object_del(copy, key);
            else if (damage == 1)
                json_object_set_new(copy, key, json_object());
            else if (!json_is_array(value) ||
                     json_array_remove(json_object_get(copy, key), 0))
                json_object_set_new(copy, key, json_null());
            else
                json_array_append_new(json_object_get(copy, key), json_string("x"));
            cr_assert_eq(
                s->load(copy, &in, "model.json", &mem, &loaded.state, &out, &err),
                STATUS_INPUT, "%s %s damage %d", s->name, key, damage);
            cr_assert_str_eq(err.loc.path, "model.json");
            cr_assert_gt(strlen(err.message), 0);
            json_decref(copy);
        }
    }
    json_decref(whole);
}

/* The values of a document, itself the first. */
static size_t places(const json_t *node)
{
    size_t n = 1, i;
    const char *key;
    json_t *child;
    json_array_foreach(node, i, child) {
        n += places(child);
    }
    json_object_foreach(json_unconst(node), key, child) {
        n += places(child);
    }
    return n;
}

enum { CHANGES = 9 };

/* A number elsewhere, with a fraction, far away, none; a list too short, too long. */
static json_t *changed(const json_t *node, size_t how)
{
    double v = json_number_value(node);
    switch (how) {
    case 0: return json_is_integer(node) ? json_integer((int)v + 1) : json_real(v + 1);
    case 1: return json_is_integer(node) ? json_integer(-1 - (int)v) : json_real(-1 - v);
    case 2: return json_real(v + 0.5);
    case 3: return json_integer(INT64_C(1) << 40);
    case 4: return json_string("x");
    case 5: return json_null();
    case 6: return json_array();
    }
    json_t *copy = json_deep_copy(node);
    if (how == 7)
        json_array_remove(copy, 0);
    else
        json_array_append(copy, json_array_get(copy, 0));
    return copy;
}

/* The document with its value number *at changed. */
static json_t *altered(const json_t *node, size_t *at, size_t how)
{
    size_t i;
    const char *key;
    json_t *child;
    if ((*at)-- == 0)
        return changed(node, how);
    json_t *copy = json_is_array(node)    ? json_array()
                   : json_is_object(node) ? json_object()
                                          : json_deep_copy(node);
    json_array_foreach(node, i, child) {
        json_array_append_new(copy, altered(child, at, how));
    }
    json_object_foreach(json_unconst(node), key, child) {
        json_object_set_new(copy, key, altered(child, at, how));
    }
    return copy;
}

/* The answers of a loaded state are numbers, and chances where it answers with chances. */
static void expect_sound(const struct step_fitted *f, const struct example *e,
                         const char *what)
{
    struct step_fitted fitted[2] = {*f, {.step = &sums}};
    struct target like =
        target_of(&e->y, (struct matrix){.p = e->y.y.p, .name = e->y.y.name});
    struct prediction p;
    struct error err = {0};
    fitted[1].state = &like.y.p;
    if (steps_predict(fitted, f->step->predict ? 1 : 2, &e->x, &like, &mem, &p, &err) !=
        STATUS_OK) {
        cr_assert_gt(strlen(err.message), 0);
        return;
    }
    for (size_t c = 0; c < p.p; c++)
        for (size_t i = 0; i < p.n; i++) {
            if (p.answer == ANSWER_BANDS && isnan(p.value[c][i]))
                continue; // a row without a band
            cr_assert(isfinite(p.value[c][i]), "%s", what);
            if (p.answer == ANSWER_PROBABILITIES)
                cr_assert(p.value[c][i] >= 0 && p.value[c][i] <= 1, "%s", what);
        }
}

/* Every value of a saved state, one after the other (of many some dozens), is changed in
 * several ways: the state is refused with a place, or is one like any other. */
EVERY_STEP(an_altered_state_is_refused_or_as_sound_as_any)
{
    const struct step *s = step_at(at);
    struct step_fitted fitted[2], loaded;
    struct example e = fit_example(at, fitted);
    json_t *whole = json_loads(saved(&fitted[0]), 0, NULL);
    struct shape in = shape_of(&e.x);
    size_t n = places(whole), step = n / 40 + 1;
    struct arena_mark mark = arena_mark(&mem);
    for (size_t k = 0; k < n * CHANGES; k += k / CHANGES % step ? CHANGES : 1) {
        size_t place = k / CHANGES;
        struct shape out = in;
        struct error err = {0};
        json_t *copy = altered(whole, &place, k % CHANGES);
        loaded = (struct step_fitted){.step = s, .in = in};
        if (s->load(copy, &in, "model.json", &mem, &loaded.state, &out, &err) !=
            STATUS_OK) {
            cr_assert_eq(err.status, STATUS_INPUT);
            cr_assert_str_eq(err.loc.path, "model.json", "%s: %s", s->name, err.message);
            cr_assert_gt(strlen(err.message), 0);
        } else {
            expect_sound(&loaded, &e,
                         arena_format(&mem, "%s, value %zu, change %zu", s->name,
                                      k / CHANGES, k % CHANGES));
        }
        json_decref(copy);
        arena_rewind(&mem, mark);
    }
    json_decref(whole);
}

/* A state that depends on the columns must be refused; one that does not must work. */
EVERY_STEP(a_state_for_other_columns_is_refused_or_works)
{
    const struct step *s = step_at(at);
    struct step_fitted fitted[2], loaded;
    (void)fit_example(at, fitted);
    const char *text = saved(&fitted[0]);
    for (size_t p = COLUMNS - 1; p <= COLUMNS + 1; p += 2) {
        struct example other = example_at(at, 5, p);
        struct error err = {0};
        struct shape shape = shape_of(&other.x);
        if (reload(s, text, &shape, &loaded, &shape, &err) != STATUS_OK) {
            cr_assert_eq(err.status, STATUS_INPUT);
            cr_assert_str_eq(err.loc.path, "model.json");
            continue;
        }
        struct matrix out = used(&loaded, &other.x);
        cr_assert_eq(out.p, shape.p);
        cr_assert_eq(out.n, 5);
    }
}

Test(step, states_of_other_widths_are_refused)
{
    static const char *const names[] = {"scale", "select", "polynomial", "ridge"};
    struct example e = example_table(&mem, ROWS, COLUMNS);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct step_fitted fitted[2], loaded;
        struct error err = {0};
        struct shape more = {.p = COLUMNS + 1}, less = {.p = COLUMNS - 1}, out;
        fit_chain(step_find(names[i]), &e, 1, fitted);
        const char *text = saved(&fitted[0]);
        cr_assert_eq(reload(fitted[0].step, text, &more, &loaded, &out, &err),
                     STATUS_INPUT, "%s", names[i]);
        cr_assert_eq(reload(fitted[0].step, text, &less, &loaded, &out, &err),
                     STATUS_INPUT, "%s", names[i]);
    }
}

Test(step, an_unknown_name_finds_nothing)
{
    cr_assert_null(step_find("forest"));
    cr_assert_null(step_find(""));
}

Test(step, a_chain_must_end_in_an_estimator)
{
    struct example e = example_table(&mem, 9, 3);
    struct fit_context context = example_context(&mem, 1);
    struct step_choice choice = {step_find("scale"), step_find("scale")->defaults};
    struct step_fitted fitted;
    struct error err = {0};
    cr_assert_eq(steps_fit(&choice, 1, &e.x, &e.y, &context, &fitted, &err),
                 STATUS_INPUT);
    cr_assert_str_eq(err.message, "the last step must be an estimator");
    cr_assert_eq(steps_fit(&choice, 0, &e.x, &e.y, &context, &fitted, &err),
                 STATUS_INPUT);
}

/* scale */

static struct matrix applied(const char *name, const void *params, const struct matrix *x,
                             const struct target *y)
{
    const struct step *s = step_find(name);
    struct fit_context context = example_context(&mem, 1);
    struct error err = {0};
    struct matrix out;
    void *state;
    cr_assert_eq(step_fit(s, params ? params : s->defaults, x, y, &context, &state, &err),
                 STATUS_OK, "%s", err.message);
    cr_assert_eq(step_apply(s, state, NULL, x, &mem, &out, &err), STATUS_OK);
    return out;
}

Test(step, scaled_columns_have_mean_0_and_deviation_1)
{
    struct example e = example_table(&mem, 24, 6);
    struct matrix out = applied("scale", NULL, &e.x, &e.y);
    for (size_t c = 0; c < 6; c++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < 24; i++) {
            sum += out.col[c][i];
            squares += out.col[c][i] * out.col[c][i];
        }
        cr_assert_float_eq(sum, 0, 1e-13);
        cr_assert_float_eq(squares / 24, 1, 1e-14);
    }
    /* StandardScaler: mean 5.057291666666667, scale 3.966490361759443 */
    cr_assert_eq(out.col[0][3], (e.x.col[0][3] - 5.057291666666667) / 3.966490361759443);
}

Test(step, constant_columns_are_divided_by_1)
{
    double flat[] = {0.1, 0.1, 0.1}, rounded[] = {1e8, 1e8 * (1 + DBL_EPSILON), 1e8};
    double large[] = {1e300, 1e300, 1e300}, small[] = {1e-300, 1e-300, 1e-300};
    double y[] = {1, 2, 3};
    const double *col[] = {flat, rounded, large, small}, *target[] = {y};
    struct matrix x = {.n = 3, .p = 4, .col = col};
    struct target t = {.y = {.n = 3, .p = 1, .col = target}};
    struct matrix out = applied("scale", NULL, &x, &t);
    for (size_t c = 0; c < 4; c++)
        for (size_t i = 0; i < 3; i++)
            cr_assert_lt(fabs(out.col[c][i]), 1e-7, "%zu %zu: %g", c, i, out.col[c][i]);
}

/* Squares of the values would be 0, or more than a double holds. */
Test(step, standardised_values_do_not_depend_on_the_unit)
{
    double usual[] = {1, 3, 8, 2}, large[4], small[4], y[] = {1, 2, 3, 4};
    for (size_t i = 0; i < 4; i++) {
        large[i] = ldexp(usual[i], 1018);
        small[i] = ldexp(usual[i], -1040);
    }
    const double *col[] = {usual, large, small}, *target[] = {y};
    struct matrix x = {.n = 4, .p = 3, .col = col};
    struct target t = {.y = {.n = 4, .p = 1, .col = target}};
    struct matrix out = applied("scale", NULL, &x, &t);
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(out.col[1][i], out.col[0][i], "%zu: %g", i, out.col[1][i]);
        cr_assert_float_eq(out.col[2][i], out.col[0][i], 1e-9); // fewer digits below
    }
}

Test(step, what_has_no_variance_is_refused)
{
    double odd[] = {1, INFINITY, 3}, y[] = {1, 2, 3};
    const char *name[] = {"c"};
    const double *col[] = {odd}, *target[] = {y};
    struct matrix x = {.n = 3, .p = 1, .col = col, .name = name};
    struct target t = {.y = {.n = 3, .p = 1, .col = target}};
    struct fit_context context = example_context(&mem, 1);
    struct error err = {0};
    void *state;
    cr_assert_eq(step_fit(step_find("scale"), step_find("scale")->defaults, &x, &t,
                          &context, &state, &err),
                 STATUS_INPUT);
    cr_assert_str_eq(err.message,
                     "the values are too large to standardise: their sum overflows");
    cr_assert_str_eq(err.loc.field, "c");
}

/* scikit-learn's StandardScaler(with_mean=False) of [[2, 0], [0, 3], [2, 0], [0, 0]]:
 * deviations 1 and 1.299038105676658. */
Test(step, sparse_columns_are_divided_and_keep_their_zeros)
{
    static const size_t start[] = {0, 1, 2, 3, 3};
    static const uint32_t col[] = {0, 1, 0};
    static const double value[] = {2, 3, 2}, y[] = {1, 2, 3, 4};
    const double *target[] = {y};
    struct sparse block = {2, start, col, value};
    struct matrix x = {.n = 4, .sparse = &block};
    struct target t = {.y = {.n = 4, .p = 1, .col = target}};
    struct matrix out = applied("scale", NULL, &x, &t);
    cr_assert_float_eq(out.sparse->value[0], 2, 1e-15);
    cr_assert_float_eq(out.sparse->value[1], 3 / 1.299038105676658, 1e-15);
    cr_assert_eq(out.sparse->start, start);
}

Test(step, what_scaling_was_not_asked_for_is_not_done)
{
    const struct step *s = step_find("scale");
    struct example e = example_table(&mem, 24, 3);
    struct error err = {0};
    void *params = arena_alloc(&mem, s->params_size);
    memcpy(params, s->defaults, s->params_size);
    cr_assert_eq(option_parse(&s->rows[0], "false", params, &mem, &err), STATUS_OK);
    struct matrix out = applied("scale", params, &e.x, &e.y);
    cr_assert_eq(out.col[0][3], e.x.col[0][3] / 3.966490361759443);
    cr_assert_eq(option_parse(&s->rows[1], "false", params, &mem, &err), STATUS_OK);
    out = applied("scale", params, &e.x, &e.y);
    cr_assert_eq(out.col[0][3], e.x.col[0][3]);
    cr_assert_eq(option_parse(&s->rows[0], "true", params, &mem, &err), STATUS_OK);
    struct shape in = {.p = 3, .sparse = 1}, ret;
    cr_assert_eq(s->width(params, &in, &ret, &err), STATUS_INPUT);
    cr_assert_str_eq(err.loc.field, "scale.with_mean");
}

/* select */

Test(step, selected_columns_keep_their_order)
{
    struct example e = example_table(&mem, 24, 6);
    struct select_params params = {SELECT_F_SCORE, 3}; // 45.5, 3.8, 7.3, 0.3, 1.6, 0.0
    struct matrix out = applied("select", &params, &e.x, &e.y);
    cr_assert_eq(out.p, 3);
    cr_assert_str_eq(out.name[0], "a");
    cr_assert_str_eq(out.name[1], "b");
    cr_assert_str_eq(out.name[2], "c");
    params = (struct select_params){SELECT_MUTUAL_INFORMATION, 1};
    out = applied("select", &params, &e.x, &e.y);
    cr_assert_str_eq(out.name[0], "a");
}

Test(step, more_columns_than_there_are_cannot_be_selected)
{
    struct example e = example_table(&mem, 9, 3);
    struct fit_context context = example_context(&mem, 1);
    struct select_params params = {SELECT_F_SCORE, 200};
    const struct step *select = step_find("select");
    struct error err = {0};
    void *state;
    struct shape in = {.p = 141}, out = {.p = 77};
    cr_assert_eq(select->width(&params, &in, &out, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "k is 200 but there are only 141 features");
    cr_assert_str_eq(err.loc.field, "select.k");
    cr_assert_eq(out.p, 77);
    in.p = 1;
    cr_assert_eq(select->width(&params, &in, &out, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "k is 200 but there is only 1 feature");
    cr_assert_eq(step_fit(select, &params, &e.x, &e.y, &context, &state, &err),
                 STATUS_INPUT);
}

Test(step, infinite_scores_are_saved_as_finite_numbers)
{
    double once[] = {1, 2, 3, 5}, twice[] = {2, 4, 6, 10}, other[] = {1, 1, 2, 1};
    const double *col[] = {twice, other}, *target[] = {once};
    struct matrix x = {.n = 4, .p = 2, .col = col};
    struct target y = {.y = {.n = 4, .p = 1, .col = target}};
    struct fit_context context = example_context(&mem, 1);
    struct select_params params = {SELECT_F_SCORE, 1};
    struct step_fitted f = {.step = step_find("select")}, g;
    struct error err = {0};
    struct shape shape = {.p = 2};
    cr_assert_eq(step_fit(f.step, &params, &x, &y, &context, &f.state, &err), STATUS_OK);
    const char *text = saved(&f);
    cr_assert_not_null(strstr(text, "1.7976931348623157e308"), "%s", text);
    cr_assert_eq(reload(f.step, text, &shape, &g, &shape, &err), STATUS_OK, "%s",
                 err.message);
}

static const char *const bad_kept[] = {
    "[]",     "[1, 0]",       "[0, 0]",    "[3]",      "[-1]",    "[0.0]",
    "[true]", "[0, 1, 2, 3]", "[0, null]", "[[0], 1]", "[1e300]", "[9007199254740993]"};

Test(step, kept_columns_of_a_model_file_must_be_ascending_and_there)
{
    for (size_t i = 0; i < sizeof bad_kept / sizeof *bad_kept; i++) {
        struct step_fitted f;
        struct error err = {0};
        struct shape shape = {.p = 3};
        const char *text = arena_format(
            &mem, "{\"by\": \"f_score\", \"kept\": %s, \"scores\": [1.0, 2.0, 3.0]}",
            bad_kept[i]);
        cr_assert_eq(reload(step_find("select"), text, &shape, &f, &shape, &err),
                     STATUS_INPUT, "%s", bad_kept[i]);
        cr_assert_str_eq(err.loc.field, "kept");
    }
}
