#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "help/help.h"
#include "help/sealed.h"
#include "learn/model.h"

#define ROWS 40
#define COLUMNS 5

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(model, .fini = release);

static const char *const names[COLUMNS] = {"rain", "pib", "imacec", "a \"quoted\", name",
                                           "precio"};
static const char *const target[] = {"precio"};
static struct row_run train_rows = {4, 5}, holdout_rows = {9, 9};

/* Columns that differ in scale and tell something about the target. */
static struct matrix make_x(struct target *ret_y)
{
    double **x, **y;
    struct matrix m = matrix_new(&mem, ROWS, COLUMNS, names, &x);
    *ret_y = (struct target){.y = matrix_new(&mem, ROWS, 1, NULL, &y)};
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t c = 0; c < COLUMNS; c++)
            x[c][i] = (double)((i * (c + 3) * 7919 + c * 104729) % 1009) /
                      pow(10, (double)c - 2);
        y[0][i] = 3 + x[0][i] * 0.01 - x[2][i] * x[2][i] / 3 + (double)(i % 7) / 7;
    }
    return m;
}

/* Fits the named steps with their defaults, but small numbers of columns. */
static struct model fit(const char *const *step, size_t n, const struct matrix *x,
                        const struct target *y)
{
    struct fit_context context = {.mem = &mem, .seed = 42, .threads = 1};
    struct step_choice *choice = ARENA_ARRAY(&mem, struct step_choice, n);
    for (size_t i = 0; i < n; i++) {
        const struct step *s = step_find(step[i]);
        char *params = ARENA_ARRAY(&mem, char, s->params_size + 1);
        if (s->params_size > 0)
            memcpy(params, s->defaults, s->params_size);
        const struct option_row *k = option_find(s->rows, s->n_rows, VIEW("k"));
        const struct option_row *degree = option_find(s->rows, s->n_rows, VIEW("degree"));
        if (k)
            *(size_t *)(void *)(params + k->offset) = 3;
        if (degree)
            *(size_t *)(void *)(params + degree->offset) = 2;
        choice[i] = (struct step_choice){s, params};
    }
    struct model m = {.pipeline = "milk",
                      .learnt = {.y = {.p = 1, .name = target}},
                      .features = {COLUMNS, names},
                      .n_steps = n,
                      .step = ARENA_ARRAY(&mem, struct step_fitted, n),
                      .rows = {.by = "row",
                               .table = 12,
                               .identity = "0123456789abcdef",
                               .rule = {.method = SPLIT_LAST,
                                        .test = 0.5,
                                        .seed = 7,
                                        .arrived = ARRIVED_HOLD},
                               .listed = true,
                               .n_train = 2,
                               .train = {&mem, 1, 1, &train_rows, 2},
                               .n_holdout = 1,
                               .holdout = {&mem, 1, 1, &holdout_rows, 1}}};
    enum status status = steps_fit(choice, n, x, y, &context, m.step, &err);
    cr_assert_eq(status, STATUS_OK, "%s", err.message);
    return m;
}

static const double *predict(const struct model *m, const struct matrix *x)
{
    struct prediction y;
    enum status status =
        steps_predict(m->step, m->n_steps, x, &m->learnt, &mem, &y, &err);
    cr_assert_eq(status, STATUS_OK, "%s", err.message);
    cr_assert_eq(y.n, x->n);
    return y.value[0];
}

static const char *text_of(json_t *document)
{
    char *dumped = json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    cr_assert_not_null(dumped);
    const char *text = arena_string(&mem, dumped);
    free(dumped);
    json_decref(document);
    return text;
}

static struct model load(const char *text)
{
    struct model m;
    json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(document);
    enum status status = model_from_json(document, "model.json", &mem, &m, &err);
    cr_assert_eq(status, STATUS_OK, "%s (%s)", err.message, err.loc.field);
    return m;
}

static const char *const full[] = {"scale", "select", "polynomial", "ridge"};

/* A model's text, with figures of a search. */
static const char *saved_text(void)
{
    struct target y;
    struct matrix x = make_x(&y);
    struct model m = fit(full, COUNT_OF(full), &x, &y);
    m.search = json_pack("{s:{s:i, s:f}, s:s}", "best", "select.k", 3, "ridge.alpha", 0.1,
                         "score", "r2");
    return text_of(model_to_json(&m));
}

Test(model, what_is_written_is_the_document_with_its_checksum)
{
    struct target y;
    struct matrix x = make_x(&y);
    struct model m = fit(full, COUNT_OF(full), &x, &y), back;
    struct publish publish = {0};
    struct output *out;
    struct view written;
    const char *path = help_path(help_folder(), "model.json");
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
    cr_assert_eq(model_write(&m, out, &err), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    cr_assert_eq(file_read(path, 1 << 20, &mem, &written, &err), STATUS_OK);
    const char *held = text_of(model_to_json(&m));
    size_t same = strlen(held) - 2; // where the checksum follows
    cr_assert(written.n > same && memcmp(written.p, held, same) == 0, "%s", written.p);
    cr_assert_eq(model_read(path, &mem, &back, &err), STATUS_OK, "%s", err.message);
    model_release(&back);
}

Test(model, a_loaded_model_predicts_the_same_bits)
{
    static const char *const recipes[][4] = {{"scale", "select", "polynomial", "ridge"},
                                             {"ridge"},
                                             {"mean"},
                                             {"polynomial", "scale", "ridge"}};
    struct target y;
    struct matrix x = make_x(&y);
    for (size_t r = 0; r < COUNT_OF(recipes); r++) {
        size_t n = 0;
        while (n < 4 && recipes[r][n])
            n++;
        struct model m = fit(recipes[r], n, &x, &y);
        struct model back = load(text_of(model_to_json(&m)));
        cr_assert_eq(memcmp(predict(&m, &x), predict(&back, &x), ROWS * sizeof(double)),
                     0, "recipe %zu", r);
        model_release(&back);
    }
}

/* A batch of one equals a row of a batch. */
Test(model, a_row_alone_is_predicted_like_a_row_among_others)
{
    struct target y;
    struct matrix x = make_x(&y);
    struct model m = fit(full, COUNT_OF(full), &x, &y);
    const double *all = predict(&m, &x);
    for (size_t i = 0; i < ROWS; i++) {
        struct matrix one = matrix_rows(&mem, &x, &i, 1);
        cr_assert_eq(memcmp(predict(&m, &one), &all[i], sizeof *all), 0, "row %zu", i);
    }
}

Test(model, what_is_loaded_and_saved_again_is_the_same_text)
{
    const char *text = saved_text();
    struct model m = load(text);
    cr_assert_str_eq(text_of(model_to_json(&m)), text);
    cr_assert_str_eq(text_of(model_to_json(&m)), text,
                     "and a second time: nothing was taken over");
    model_release(&m);
}

Test(model, every_part_comes_back)
{
    struct model m = load(saved_text());
    cr_assert_str_eq(m.pipeline, "milk");
    cr_assert_eq(m.learnt.task, TASK_REGRESSION);
    cr_assert_str_eq(m.learnt.y.name[0], "precio");
    cr_assert_eq(m.features.n, COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++)
        cr_assert_str_eq(m.features.v[i], names[i]);
    cr_assert_eq(m.rows.n_train, 2);
    cr_assert_eq(m.rows.n_holdout, 1);
    cr_assert(runs_has(&m.rows.train, 5) && !runs_has(&m.rows.train, 9));
    cr_assert(runs_has(&m.rows.holdout, 9));
    cr_assert_eq(m.n_steps, 4);
    cr_assert_str_eq(m.step[3].step->name, "ridge");
    cr_assert_eq(json_integer_value(
                     json_object_get(json_object_get(m.search, "best"), "select.k")),
                 3);
    model_release(&m);
    cr_assert_null(m.document);
    model_release(&m);
}

Test(model, a_model_without_a_search_has_null_there)
{
    struct target y;
    struct matrix x = make_x(&y);
    struct model m = fit(full + 3, 1, &x, &y);
    const char *text = text_of(model_to_json(&m));
    cr_assert_not_null(strstr(text, "\"search\": null"));
    struct model back = load(text);
    cr_assert_null(back.search);
    cr_assert_str_eq(text_of(model_to_json(&back)), text);
    model_release(&back);
}

/* FNV-1a of "rain", NUL, "pib", NUL, …, written down so that it never changes by
 * accident. */
Test(model, the_hash_of_the_names_is_what_it_was)
{
    cr_assert_not_null(strstr(saved_text(), "\"features_hash\": \"e4b0104fa7039e7e\""));
}

Test(model, a_file_is_read_with_its_place_in_messages)
{
    const char *path = help_path(help_folder(), "model.json");
    struct model m;
    const char *text = saved_text();
    help_write_sealed(path, text, strlen(text), "");
    cr_assert_eq(model_read(path, &mem, &m, &err), STATUS_OK, "%s", err.message);
    model_release(&m);
    help_write_text(path, "{\"format\": \"nightmill-model\",\n \"version\": 2,}");
    cr_assert_eq(model_read(path, &mem, &m, &err), STATUS_INPUT);
    cr_assert_eq(err.loc.line, 2);
    text = "{\"format\": \"nightmill-model\", \"version\": 1}";
    help_write_text(path, text);
    cr_assert_eq(model_read(path, &mem, &m, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "expected a file that ends with its checksum");
    help_write_sealed(path, text, strlen(text), "");
    cr_assert_eq(model_read(path, &mem, &m, &err), STATUS_INPUT);
    cr_assert_str_eq(err.loc.path, path);
    cr_assert_str_eq(err.loc.field, "version");
    cr_assert_str_eq(err.message, "version 1 is not known, only 2 is");
}

/* A small model, and what happens when one place of it is changed. */
static const char good[] =
    "{'format': 'nightmill-model', 'version': 2, 'pipeline': 'p', 'task': 'regression', "
    "'target': ['y'], 'classes': [], 'answer': 'values',"
    " 'features': ['a', 'b'], 'texts': [], 'features_hash': 'e5d29919042666b2',"
    " 'rows': {'by': 'row', 'table': 3, 'identity': '0123456789abcdef', 'split':"
    " {'method': 'last', 'test': 0.5, 'seed': 1, 'arrived': 'hold'},"
    " 'train': {'n': 2, 'runs': '0-1'}, 'holdout': {'n': 1, 'runs': '2-2'}},"
    " 'search': {'best': {}},"
    " 'steps': [{'scale': {'mean': [1.0, 2.0], 'scale': [1.0, 0.5]}},"
    " {'ridge': {'alpha': 0.1, 'intercept': 3.0, 'coefficients': [0.5, 0.25]}}]}";

static const struct {
    const char *find, *replace; // the whole document when find is NULL
    const char *field, *message;
} damages[] = {
    {NULL, "[]", "", "not a model: expected an object"},
    {"nightmill-model", "pickle", "format",
     "not a model: expected 'nightmill-model', found 'pickle'"},
    {"'format': 'nightmill-model', ", "", "format", "expected a string, found nothing"},
    {"'version': 2", "'version': 2.0", "version",
     "expected a whole number, found a real number"},
    {"'version': 2", "'version': 7", "version", "version 7 is not known, only 2 is"},
    {"'task'", "'tusk'", "tusk", "unknown key 'tusk'"},
    {"'holdout'", "'hold'", "hold", "unknown key 'hold'"},
    {"'pipeline': 'p'", "'pipeline': 5", "pipeline",
     "expected a string, found an integer"},
    {"'target': ['y'], ", "", "target", "expected an array, found nothing"},
    {"['y']", "[]", "target", "0 targets do not fit regression"},
    {"['y']", "['y', 'z']", "target", "2 targets do not fit regression"},
    {"'task': 'regression'", "'task': 'forecast'", "task", "unknown task 'forecast'"},
    {"'task': 'regression'", "'task': 'labels'", "task", "'ridge' is not for labels"},
    {"'task': 'regression'", "'task': 'classes'", "classes",
     "0 classes do not fit classes"},
    {"'classes': []", "'classes': ['b', 'a']", "classes",
     "2 classes do not fit regression"},
    {"'classes': []", "'classes': [1]", "classes", "expected a name at place 1"},
    {"'values'", "'probabilities'", "answer",
     "'ridge' answers with values, not with 'probabilities'"},
    {"'texts': []", "'texts': ['a']", "features", "'a' stands twice"},
    {"['a', 'b']", "'ab'", "features", "expected an array, found a string"},
    {"['a', 'b']", "[]", "features_hash", NULL},
    {"['a', 'b'], 'texts': [], 'features_hash': 'e5d29919042666b2'",
     "[], 'texts': [], 'features_hash': 'cbf29ce484222325'", "features",
     "the model has no features"},
    {"['a', 'b']", "['a', 1]", "features", "expected a name at place 2"},
    {"['a', 'b']", "['', 'b']", "features", "expected a name at place 1"},
    {"['a', 'b']", "['a', 'a']", "features", "'a' stands twice"},
    {"['a', 'b']", "['b', 'a']", "features_hash", NULL},
    {"'0-1'", "'0-2'", "train", "its runs are damaged"},
    {"'0-1'", "'1-0'", "train", "its runs are damaged"},
    {", 'runs': '2-2'", "", "holdout", "its runs are damaged"},
    {"'seed': 1", "'seed': 4294967296", "seed", "expected a number of 32 bits"},
    {"'hold'}", "'held'}", "arrived", "expected one of hold, train; found 'held'"},
    {"'last'", "'by lot'", "method",
     "expected one of shuffled, last, stratified, grouped; found 'by lot'"},
    {"'rows': {", "'rows': [{}], 'x': {", "x", "unknown key 'x'"},
    {"{'best': {}}", "3", "search", "expected an object, or null"},
    {"{'best': {}}",
     "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "",
     "the document is nested too deeply"},
    {"{'scale'", "{'scales'", "steps", "unknown step 'scales'"},
    {"{'scale'", "{'x': {}, 'scale'", "steps",
     "expected an object with one step at place 1"},
    {"{'scale'", "5, {'scale'", "steps", "expected an object with one step at place 1"},
    {"{'scale'", "{}, {'scale'", "steps", "expected an object with one step at place 1"},
    {"{'scale'", "{'mean': {'mean': 1.0}}, {'scale'", "steps",
     "the estimator 'mean' is not the last step"},
    {"'ridge'", "'scale'", "steps", "the last step, 'scale', is no estimator"},
    {"{'mean': [1.0, 2.0], 'scale': [1.0, 0.5]}", "7", "scale", "expected an object"},
    {"[1.0, 2.0]", "[1.0]", "mean", "expected 2 numbers, found 1"},
    {"[1.0, 2.0]", "[1.0, 'x']", "mean", "expected a number at place 2, found a string"},
    {"[1.0, 0.5]", "[1.0, 0]", "scale", NULL},
    {"[0.5, 0.25]", "[0.5, 0.25, 1.0]", "coefficients", "expected 2 numbers, found 3"},
    {"'intercept': 3.0, ", "", "intercept", "expected a number, found nothing"},
    {"'steps': [",
     "'steps': [{'select': {'by': 'f_score', 'kept': [2], 'scores': [1, 2]}}, ", "kept",
     NULL},
    {"'steps': [", "'steps': [{'polynomial': {'columns': 2, 'degree': 1000000}}, ",
     "degree", NULL},
};

/* The document of `good` with one place changed; ' stands for ". */
static json_t *damaged(const char *find, const char *replace)
{
    char text[2000];
    const char *at = find ? strstr(good, find) : good;
    cr_assert_not_null(at, "%s", find);
    int before = (int)(at - good);
    snprintf(text, sizeof text, "%.*s%s%s", before, good, replace,
             find ? at + strlen(find) : "");
    for (char *p = text; *p; p++)
        *p = *p == '\'' ? '"' : *p;
    json_error_t fault;
    json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, &fault);
    cr_assert_not_null(document, "%s: %s", fault.text, text);
    return document;
}

/* Such a document is refused: nothing of it is handed out, and nothing of an earlier
 * error is left. */
static void expect_refused(json_t *document, const char *what)
{
    struct model m = {.features.n = 77};
    err = (struct error){.loc.field = "earlier", .hint = "earlier"};
    cr_assert_eq(model_from_json(document, "m.json", &mem, &m, &err), STATUS_INPUT, "%s",
                 what);
    cr_assert_eq(m.features.n, 77, "%s: the result is untouched", what);
}

Test(model, the_small_model_is_good)
{
    struct model m;
    enum status status = model_from_json(damaged("", ""), "m.json", &mem, &m, &err);
    cr_assert_eq(status, STATUS_OK, "%s", err.message);
    model_release(&m);
}

ParameterizedTestParameters(model, damage_is_refused_with_its_place)
{
    static size_t index[COUNT_OF(damages)];
    for (size_t i = 0; i < COUNT_OF(damages); i++)
        index[i] = i;
    return cr_make_param_array(size_t, index, COUNT_OF(damages));
}

ParameterizedTest(size_t *index, model, damage_is_refused_with_its_place, .fini = release)
{
    size_t i = *index;
    expect_refused(damaged(damages[i].find, damages[i].replace),
                   arena_format(&mem, "row %zu", i));
    if (damages[i].message)
        cr_assert_str_eq(err.message, damages[i].message, "row %zu: %s", i, err.message);
    cr_assert_str_eq(err.loc.field, damages[i].field, "row %zu: %s", i, err.loc.field);
    cr_assert_str_eq(err.loc.path, "m.json", "row %zu", i);
}

Test(model, an_unknown_step_brings_the_nearest_one)
{
    expect_refused(damaged("'ridge'", "'rigde'"), "an unknown step");
    cr_assert_str_eq(err.hint, "did you mean 'ridge'?");
}

Test(model, a_step_that_does_not_load_is_named)
{
    expect_refused(damaged("[0.5, 0.25]", "[]"), "no coefficients");
    cr_assert_str_eq(err.hint, "in step 2, 'ridge'");
}

Test(model, too_many_steps_and_numbers_are_refused)
{
    json_t *document = damaged("", ""), *steps = json_object_get(document, "steps");
    for (size_t i = 0; i < MODEL_STEPS - 1; i++)
        json_array_insert(steps, 0, json_array_get(steps, 0));
    expect_refused(document, "steps");
    cr_assert_str_eq(err.message, "expected 1 to 64 steps, found 65");

    document = damaged("", "");
    json_t *many = json_array();
    for (size_t i = 0; i < MODEL_NUMBERS; i++)
        json_array_append_new(many, json_integer(1));
    json_object_set_new(json_object_get(document, "search"), "many", many);
    expect_refused(document, "numbers");
    cr_assert_str_eq(err.message, "the document holds too many numbers");
}
