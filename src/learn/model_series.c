/* A series model in a model file. */
#include "learn/model_series.h"

#include <math.h>
#include <string.h>

#include "file/json.h"

enum { MOST_STEPS = 1000000000, MOST_AHEAD = 200000 };
#define MOST_GROUP_STEPS ((size_t)1 << 53)

static json_t *value_json(const struct option_row *row, const void *params)
{
    const void *at = (const char *)params + row->offset;
    struct view word;
    switch (row->kind) {
    case OPTION_BOOL: return json_boolean(*(const bool *)at);
    case OPTION_SIZE: return json_integer((json_int_t) * (const size_t *)at);
    case OPTION_INT: return json_integer(*(const int64_t *)at);
    case OPTION_REAL: return json_real(*(const double *)at);
    case OPTION_ENUM:
        word = option_word(row->placeholder, *(const unsigned *)at);
        return json_stringn(word.p, word.n);
    default: return json_string(*(const char *const *)at);
    }
}

json_t *model_series_json(const struct model_series *m)
{
    const struct series_model *model = m->fitted.choice.model;
    json_t *parameters = json_object();
    for (size_t i = 0; i < model->n_rows; i++)
        json_object_set_new(parameters, model->rows[i].name,
                            value_json(&model->rows[i], m->fitted.choice.params));
    json_t *saved =
        json_pack("{s:s, s:o, s:I, s:I}", "model", model->name, "parameters", parameters,
                  "season", (json_int_t)m->season, "horizon", (json_int_t)m->horizon);
    if (m->groups > 0) {
        json_object_set_new(saved, "groups", json_integer((json_int_t)m->groups));
        json_object_set_new(saved, "judged", json_integer((json_int_t)m->judged));
    }
    json_object_set_new(saved, "steps", json_integer((json_int_t)m->steps));
    if (m->groups == 0)
        json_object_set_new(saved, "state", series_save(&m->fitted));
    return saved;
}

/* The value as the command line would have it, so that the row's own check applies. */
static const char *value_text(const json_t *v, struct arena *mem)
{
    if (json_is_boolean(v))
        return json_is_true(v) ? "true" : "false";
    if (json_is_integer(v))
        return arena_format(mem, "%lld", (long long)json_integer_value(v));
    if (json_is_real(v))
        return arena_format(mem, "%.17g", json_real_value(v));
    return json_string_value(v);
}

static enum status read_parameters(const json_t *saved, const char *path,
                                   struct arena *mem, struct series_choice *ret,
                                   struct error *err)
{
    const struct series_model *model = ret->model;
    void *params = arena_alloc(mem, model->params_size);
    json_t *values;
    TRY(json_get_object(saved, "parameters", path, &values, err));
    if (json_object_size(values) != model->n_rows)
        return error_refuse(err, path, "parameters",
                            "expected the %zu of '%s', found %zu", model->n_rows,
                            model->name, json_object_size(values));
    for (size_t i = 0; i < model->n_rows; i++) {
        const struct option_row *row = &model->rows[i];
        const char *text = value_text(json_object_get(values, row->name), mem);
        if (!text)
            return error_refuse(err, path, row->name, "expected a value");
        if (option_parse(row, text, params, mem, err) == STATUS_OK)
            continue;
        err->status = STATUS_INPUT;
        error_at(err, path, 0, 0);
        return STATUS_INPUT;
    }
    ret->params = params;
    return STATUS_OK;
}

static enum status read_size(const json_t *saved, const char *key, size_t low,
                             size_t high, const char *path, size_t *ret,
                             struct error *err)
{
    TRY(json_get_size(saved, key, path, ret, err));
    if (*ret >= low && *ret <= high)
        return STATUS_OK;
    return error_refuse(err, path, key, "expected %zu to %zu, found %zu", low, high,
                        *ret);
}

/* The state, or of how many series it is the model. */
static enum status read_state(const json_t *saved, const char *path, struct arena *mem,
                              struct model_series *m, struct error *err)
{
    json_t *state;
    bool groups = json_object_get(saved, "groups") != NULL;
    if (!groups) {
        TRY(read_size(saved, "steps", series_least(&m->fitted.choice, m->season),
                      MOST_STEPS, path, &m->steps, err));
        TRY(json_get_object(saved, "state", path, &state, err));
        return series_load(state, &m->fitted.choice, m->season, path, mem, &m->fitted,
                           err);
    }
    if (json_object_get(saved, "state"))
        return error_refuse(err, path, "state", "a model of many series keeps none");
    TRY(read_size(saved, "groups", 1, UINT32_MAX, path, &m->groups, err));
    TRY(read_size(saved, "judged", 1, m->groups, path, &m->judged, err));
    return read_size(saved, "steps", 1, MOST_GROUP_STEPS, path, &m->steps, err);
}

enum status model_series_read(const json_t *saved, const char *path, struct arena *mem,
                              struct model_series *ret, struct error *err)
{
    struct model_series m = {0};
    const char *name;
    if (!json_is_object(saved))
        return error_refuse(err, path, "series", "expected an object");
    TRY(json_get_text(saved, "model", path, &name, err));
    m.fitted.choice.model = series_find(name);
    if (!m.fitted.choice.model)
        return error_refuse(err, path, "model", "unknown series model %s", QUOTE(name));
    TRY(read_parameters(saved, path, mem, &m.fitted.choice, err));
    TRY(read_size(saved, "season", 0, MOST_STEPS, path, &m.season, err));
    TRY(read_size(saved, "horizon", 1, MOST_AHEAD, path, &m.horizon, err));
    TRY(read_state(saved, path, mem, &m, err));
    *ret = m;
    return STATUS_OK;
}

enum status model_series_rows(const struct model_series *m, const struct histories *h,
                              const struct one_step_rows *rows, double *ret,
                              struct error *err)
{
    return one_step_rows(&m->fitted.choice, h, m->season, rows, ret, err);
}

/* Steps up to the last value, and no fewer than `least`. */
static size_t steps_known(const struct history *h, size_t least)
{
    size_t known = h->n;
    while (known > least && isnan(h->y[known - 1]))
        known--;
    return known;
}

static enum status too_short(size_t known, const struct model_series *m,
                             struct error *err)
{
    return error_set(err, STATUS_INPUT,
                     "the target's history has %zu steps, the model was fitted on %zu",
                     known, m->steps);
}

enum status model_series_coming(struct model_series *m, const struct history *h,
                                struct arena *mem, size_t *ret_from, double *ret,
                                struct error *err)
{
    size_t known = steps_known(h, m->steps);
    if (known < m->steps)
        return too_short(known, m, err);
    TRY(series_extend(&m->fitted, h->y + m->steps, known - m->steps, mem, err));
    m->steps = known;
    *ret_from = known;
    return series_forecast(&m->fitted, m->horizon, ret, err);
}

/* The forecasts of one series, from a fit on the `known` first steps; mem is scratch. */
static enum status forecast_group(const struct model_series *m, const struct history *h,
                                  size_t known, struct arena *mem, double *ret,
                                  struct error *err)
{
    struct arena_mark mark = arena_mark(mem);
    struct fit_context context = {.mem = mem, .threads = 1};
    struct series s = one_step_series(h, m->season);
    struct series_fitted fitted;
    s.n = known;
    for (size_t i = 0; i < m->horizon; i++)
        ret[i] = NAN;
    if (known < series_least(&m->fitted.choice, m->season))
        return STATUS_OK;
    TRY(series_fit(&m->fitted.choice, &s, &context, &fitted, err));
    TRY(series_forecast(&fitted, m->horizon, ret, err));
    arena_rewind(mem, mark);
    return STATUS_OK;
}

/* Forecasts series g behind its last value; one without a value is left out. */
static enum status foresee_group(const struct model_series *m, const struct histories *h,
                                 size_t g, struct arena *scratch, struct series_coming *c,
                                 struct error *err)
{
    size_t known = steps_known(&h->of[g], 0);
    if (known == 0)
        return STATUS_OK;
    TRY(forecast_group(m, &h->of[g], known, scratch, c->value + c->n, err));
    for (size_t i = 0; i < m->horizon; i++, c->n++) {
        c->step[c->n] = (int32_t)(known + i);
        c->group[c->n] = (uint32_t)g;
    }
    return STATUS_OK;
}

enum status model_series_coming_groups(const struct model_series *m,
                                       const struct histories *h, struct arena *mem,
                                       struct series_coming *ret, struct error *err)
{
    struct series_coming c = {0};
    struct arena scratch = {0};
    size_t room = h->n * m->horizon, known = 0;
    for (size_t g = 0; g < h->n; g++)
        known += h->of[g].n;
    if (known < m->steps)
        return too_short(known, m, err);
    c.step = ARENA_ARRAY(mem, int32_t, room);
    c.group = ARENA_ARRAY(mem, uint32_t, room);
    c.value = ARENA_ARRAY(mem, double, room);
    enum status status = STATUS_OK;
    for (size_t g = 0; status == STATUS_OK && g < h->n; g++)
        status = foresee_group(m, h, g, &scratch, &c, err);
    arena_release(&scratch);
    *ret = c;
    return status;
}
