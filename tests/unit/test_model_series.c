/* A series model in a model file: what is written, what is read again, and what is said of
 * the steps to come. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "help/example.h"
#include "learn/model_series.h"

enum { STEPS = 30, LEARNT = 20 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(model_series, .fini = release);

static struct history example(void)
{
    struct history h = {.n = STEPS, .first = 100, .step = &timestep_all[TIMESTEP_DAY]};
    h.y = ARENA_ARRAY(&mem, double, STEPS);
    for (size_t t = 0; t < STEPS; t++)
        h.y[t] = (double)(t * t % 23);
    h.p = 1;
    h.x = ARENA_ARRAY(&mem, double *, 1);
    h.x[0] = example_column(&mem, STEPS);
    return h;
}

/* The model fitted on the first LEARNT steps, with sizes that are no defaults. */
static struct model_series fitted(const char *name, const struct history *h)
{
    const struct series_model *m = series_find(name);
    struct fit_context context = example_context(&mem, 1);
    struct series s = one_step_series(h, 4);
    struct series_fitted f;
    struct error err = {0};
    void *params = arena_alloc(&mem, m->params_size);
    if (m->params_size > 0)
        memcpy(params, m->defaults, m->params_size);
    for (size_t i = 0; i < m->n_rows; i++)
        if (m->rows[i].kind == OPTION_SIZE && option_in_range(&m->rows[i], 5))
            cr_assert_eq(
                option_parse(&m->rows[i], m->see ? "2" : "5", params, &mem, &err),
                STATUS_OK);
    struct series_choice choice = {.model = m, .params = params};
    s.n = LEARNT;
    cr_assert_eq(series_fit(&choice, &s, &context, &f, &err), STATUS_OK);
    struct model_series ret = {.fitted = f, .season = 4, .horizon = 4, .steps = LEARNT};
    static const char *const columns_of[] = {"x"};
    if (m->see)
        ret.outside = (struct texts){h->p, columns_of};
    return ret;
}

static const char *dump(const struct model_series *m)
{
    json_t *json = model_series_json(m);
    char *dumped = json_dumps(json, JSON_REAL_PRECISION(17));
    const char *text = arena_string(&mem, dumped);
    free(dumped);
    json_decref(json);
    return text;
}

static enum status load(json_t *json, struct model_series *ret, struct error *err)
{
    enum status status = model_series_read(json, "model.json", &mem, ret, err);
    json_decref(json);
    return status;
}

Test(model_series, every_model_is_read_as_it_was_written)
{
    struct history h = example();
    for (size_t i = 0; i < series_count; i++) {
        struct model_series m = fitted(series_all[i]->name, &h), back;
        struct error err = {0};
        cr_assert_eq(load(json_loads(dump(&m), 0, NULL), &back, &err), STATUS_OK, "%s",
                     err.message);
        cr_assert_str_eq(dump(&back), dump(&m));
    }
}

/* The state goes on to the last value, and no further. */
Test(model_series, what_is_to_come_is_forecast_from_the_last_value)
{
    for (size_t i = 0; i < series_count; i++) {
        struct history h = example();
        h.y[STEPS - 1] = h.y[STEPS - 2] = NAN;
        struct model_series m = fitted(series_all[i]->name, &h);
        struct fit_context context = example_context(&mem, 1);
        struct series s = one_step_series(&h, 4);
        struct series_fitted all;
        struct error err = {0};
        double got[4], want[4], spread[4], same[4];
        size_t from;
        s.n = STEPS - 2;
        cr_assert_eq(model_series_coming(&m, &h, &mem, &from, got, spread, &err),
                     STATUS_OK);
        cr_assert_eq(from, STEPS - 2);
        cr_assert_eq(series_fit(&m.fitted.choice, &s, &context, &all, &err), STATUS_OK);
        cr_assert_eq(series_forecast(&all, 4, want, &err), STATUS_OK);
        cr_assert_arr_eq(got, want, sizeof want, "%s", all.choice.model->name);
        cr_assert_eq(series_forecast_spread(&all, 4, want, same, &err), STATUS_OK);
        cr_assert_arr_eq(spread, same, sizeof same, "%s", all.choice.model->name);
        cr_assert_arr_eq(got, want, sizeof want, "%s", all.choice.model->name);
        for (size_t k = 0; k < 4; k++)
            cr_assert_eq(isnan(same[k]), !all.choice.model->forecast_spread, "%s",
                         all.choice.model->name);
    }
}

Test(model_series, a_history_that_ends_before_the_state_is_refused)
{
    struct history h = example();
    struct model_series m = fitted("naive", &h);
    struct error err = {0};
    double got[4], spread[4];
    size_t from;
    h.n = LEARNT - 1;
    cr_assert_eq(model_series_coming(&m, &h, &mem, &from, got, spread, &err),
                 STATUS_INPUT);
    cr_assert_str_eq(err.message,
                     "the target's history has 19 steps, the model was fitted on 20");
}

static const struct {
    const char *key, *value, *message, *field;
} damage[] = {
    {"model", "\"arima\"", "unknown series model 'arima'", "model"},
    {"model", "\"naive\"", "expected the 0 of 'naive', found 1", "parameters"},
    {"parameters", "{}", "expected the 1 of 'window_average', found 0", "parameters"},
    {"parameters", "{\"width\": 3}", "expected a value", "window"},
    {"parameters", "{\"window\": 0}",
     "expected a whole number from 1 to 100000, found '0'", "window"},
    {"parameters", "{\"window\": []}", "expected a value", "window"},
    {"season", "-1", NULL, "season"},
    {"season", "2000000000", "expected 0 to 1000000000, found 2000000000", "season"},
    {"horizon", "0", "expected 1 to 200000, found 0", "horizon"},
    {"horizon", "200001", "expected 1 to 200000, found 200001", "horizon"},
    {"steps", "4", "expected 5 to 1000000000, found 4", "steps"},
    {"steps", "null", NULL, "steps"},
    {"state", "[]", NULL, "state"},
    {"state", "{\"values\": []}", "expected 5 values, found 0", "values"},
    {"parameters", "{\"window\": 4}", "expected 4 values, found 5", "values"},
    {"transform", "{}", "expected the 4 of 'transform', found 0", "transform"},
    {"transform",
     "{\"transform\": \"log\", \"lambda\": 1, \"difference\": \"none\", "
     "\"bias\": \"median\"}",
     "'lambda' is for `transform: box_cox`", "lambda"},
    {"transform",
     "{\"transform\": \"none\", \"lambda\": 0, \"difference\": \"none\", "
     "\"bias\": \"median\"}",
     "expected one that does something", "transform"},
};

Test(model_series, what_is_damaged_is_refused_with_its_name)
{
    struct history h = example();
    struct model_series m = fitted("window_average", &h), back;
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        json_t *json = json_loads(dump(&m), 0, NULL);
        struct error err = {0};
        json_object_set_new(json, damage[i].key,
                            json_loads(damage[i].value, JSON_DECODE_ANY, NULL));
        cr_assert_eq(load(json, &back, &err), STATUS_INPUT, "%s", damage[i].value);
        if (damage[i].message)
            cr_assert_str_eq(err.message, damage[i].message, "%s", err.message);
        cr_assert_str_eq(err.loc.field, damage[i].field, "%zu: %s", i, err.loc.field);
        cr_assert_str_eq(err.loc.path, "model.json");
    }
}

static const struct {
    const char *model, *value, *message;
} columns[] = {
    {"dynamic_regression", "null", "expected an array, found null"},
    {"dynamic_regression", "[]", "expected 1 to 16 names, found 0"},
    {"dynamic_regression", "[\"x\", \"\"]", "expected a name at place 2"},
    {"dynamic_regression", "[\"x\", \"x\"]", "'x' stands twice"},
    {"dynamic_regression",
     "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\",\"k\",\"l\",\"m\","
     "\"n\","
     "\"o\",\"p\",\"q\"]",
     "expected 1 to 16 names, found 17"},
    {"dynamic_regression", "[\"x\", \"w\"]",
     "the model was fitted on 1 outside column, there are 2"},
    {"naive", "[\"x\"]", "'naive' takes no outside columns"},
};

Test(model_series, names_of_columns_are_those_of_the_state)
{
    struct history h = example();
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        struct model_series m = fitted(columns[i].model, &h), back;
        json_t *json = json_loads(dump(&m), 0, NULL);
        struct error err = {0};
        json_object_set_new(json, "outside",
                            json_loads(columns[i].value, JSON_DECODE_ANY, NULL));
        cr_assert_eq(load(json, &back, &err), STATUS_INPUT, "%s", columns[i].value);
        cr_assert_str_eq(err.message, columns[i].message, "%s", err.message);
        cr_assert_str_eq(err.loc.field, "outside");
        cr_assert_str_eq(err.loc.path, "model.json");
    }
}

Test(model_series, rows_are_forecast_from_the_steps_before_each)
{
    struct history h = example();
    const struct histories one = {.n = 1, .of = &h};
    struct model_series m = fitted("naive", &h);
    struct error err = {0};
    int32_t key[] = {99, 100, 101, 115, 130, 131};
    const struct fit_context context = {.threads = 2};
    const struct one_step_rows rows = {.n = 6, .key = key};
    double got[6];
    cr_assert_eq(model_series_rows(&m, &one, &rows, &context, NULL, got, &err),
                 STATUS_OK);
    cr_assert(isnan(got[0]) && isnan(got[1]) && isnan(got[5]));
    cr_assert(got[2] == h.y[0] && got[3] == h.y[14] && got[4] == h.y[29]);
}

/* What learns long learns once, before the rows that judge it, and goes on. */
Test(model_series, a_laborious_model_has_no_forecast_before_what_judges_it)
{
    struct history h = example();
    const struct histories one = {.n = 1, .of = &h};
    struct model_series m = fitted("naive", &h);
    struct error err = {0};
    int32_t key[] = {108, 115, 116, 129};
    const struct fit_context context = {.threads = 2};
    struct one_step_rows rows = {.n = 4, .key = key, .judged = 116};
    double got[4], learnt;
    m.fitted.choice.model = series_find("auto");
    cr_assert_eq(model_series_rows(&m, &one, &rows, &context, NULL, got, &err),
                 STATUS_OK);
    cr_assert(isnan(got[0]) && isnan(got[1]) && !isnan(got[2]) && !isnan(got[3]));
    struct series known = one_step_series(&h, m.season);
    struct series_fitted f;
    const struct fit_context own = {.mem = &mem, .threads = 1};
    known.n = 16;
    cr_assert_eq(series_fit(&m.fitted.choice, &known, &own, &f, &err), STATUS_OK);
    cr_assert_eq(series_forecast(&f, 1, &learnt, &err), STATUS_OK);
    cr_assert_eq(got[2], learnt);
    rows.judged = ONE_STEP_HALF;
    cr_assert_eq(model_series_rows(&m, &one, &rows, &context, NULL, got, &err),
                 STATUS_OK);
    cr_assert(isnan(got[0]) && !isnan(got[1]));
}

/* Of two series: one of STEPS, one that is too short for a window of 5. */
static struct histories two_series(void)
{
    struct histories h = {.groups = {.mem = &mem}, .n = 2};
    (void)groups_code(&h.groups, (struct group_name){.text = view_of("a")});
    (void)groups_code(&h.groups, (struct group_name){.text = view_of("b")});
    h.of = ARENA_ARRAY(&mem, struct history, 2);
    h.of[0] = h.of[1] = example();
    h.of[1].n = 3;
    h.of[1].first = 200;
    return h;
}

static struct model_series of_groups(const struct histories *h, size_t steps)
{
    struct model_series m = fitted("window_average", &h->of[0]);
    m.groups = 2;
    m.judged = 1;
    m.steps = steps;
    m.fitted.state = NULL;
    return m;
}

Test(model_series, of_many_series_no_state_is_kept)
{
    struct histories h = two_series();
    struct model_series m = of_groups(&h, 23), back;
    struct error err = {0};
    cr_assert_null(strstr(dump(&m), "state"));
    cr_assert_eq(load(json_loads(dump(&m), 0, NULL), &back, &err), STATUS_OK);
    cr_assert_str_eq(dump(&back), dump(&m));
    static const char *const bad[][3] = {
        {"groups", "0", "groups"}, {"groups", "\"2\"", "groups"},
        {"judged", "3", "judged"}, {"judged", "0", "judged"},
        {"steps", "0", "steps"},   {"state", "{}", "state"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        json_t *json = json_loads(dump(&m), 0, NULL);
        json_object_set_new(json, bad[i][0],
                            json_loads(bad[i][1], JSON_DECODE_ANY, NULL));
        cr_assert_eq(load(json, &back, &err), STATUS_INPUT, "%zu", i);
        cr_assert_str_eq(err.loc.field, bad[i][2], "%zu: %s", i, err.loc.field);
    }
}

Test(model_series, each_of_many_series_is_forecast_from_its_own_end)
{
    struct histories h = two_series();
    struct model_series m = of_groups(&h, 23), one = fitted("window_average", &h.of[0]);
    struct series_coming c;
    struct error err = {0};
    double want[4], spread[4];
    size_t from;
    cr_assert_eq(model_series_coming_groups(&m, &h, 2, NULL, &mem, &c, &err), STATUS_OK);
    cr_assert_eq(model_series_coming(&one, &h.of[0], &mem, &from, want, spread, &err),
                 STATUS_OK);
    cr_assert_eq(c.n, 8);
    cr_assert_arr_eq(c.value, want, sizeof want);
    for (size_t i = 0; i < 8; i++) {
        cr_assert_eq(c.group[i], i / 4);
        cr_assert_eq(c.step[i], (i < 4 ? STEPS : 3) + i % 4);
        cr_assert_eq(isnan(c.value[i]), i >= 4, "too short for the window");
    }
    m.steps = 34;
    cr_assert_eq(model_series_coming_groups(&m, &h, 2, NULL, &mem, &c, &err),
                 STATUS_INPUT);
    cr_assert_str_eq(err.message,
                     "the target's history has 33 steps, the model was fitted on 34");
}

Test(model_series, rows_of_many_series_are_forecast_from_their_own_past)
{
    struct histories h = two_series();
    struct groups names = {.mem =
                               &mem}; // of the table, where b is 0 and c has no history
    uint32_t group[4] = {0, 0, 1, 2};
    int32_t key[] = {201, 203, 130, 130};
    double got[4];
    struct error err = {0};
    for (size_t i = 0; i < 3; i++)
        (void)groups_code(&names,
                          (struct group_name){.text = view_of(&"b\0a\0c"[2 * i])});
    struct model_series m = {.groups = 2};
    m.fitted.choice.model = series_find("naive");
    const struct fit_context context = {.threads = 2};
    const struct one_step_rows rows = {4, key, group, &names, ONE_STEP_HALF};
    cr_assert_eq(model_series_rows(&m, &h, &rows, &context, NULL, got, &err), STATUS_OK);
    cr_assert(got[0] == h.of[1].y[0] && got[1] == h.of[1].y[2]);
    cr_assert(got[2] == h.of[0].y[STEPS - 1] && isnan(got[3]));
}
