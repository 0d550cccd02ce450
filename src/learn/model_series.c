/* A series model in a model file. */
#include "learn/model_series.h"

#include <math.h>
#include <string.h>

#include "file/json.h"
#include "learn/model_choice.h"
#include "series/batches.h"

enum { MOST_STEPS = 1000000000, MOST_AHEAD = 200000 };
#define MOST_GROUP_STEPS ((size_t)1 << 53)

json_t *model_series_json(const struct model_series *m)
{
    json_t *saved = json_object();
    model_choice_json(&m->fitted.choice, saved);
    if (m->outside.n > 0)
        json_object_set_new(saved, "outside", json_names(m->outside.v, m->outside.n));
    json_object_set_new(saved, "season", json_integer((json_int_t)m->season));
    json_object_set_new(saved, "horizon", json_integer((json_int_t)m->horizon));
    if (m->groups > 0) {
        json_object_set_new(saved, "groups", json_integer((json_int_t)m->groups));
        json_object_set_new(saved, "judged", json_integer((json_int_t)m->judged));
    }
    json_object_set_new(saved, "steps", json_integer((json_int_t)m->steps));
    if (m->groups == 0)
        json_object_set_new(saved, "state", series_save(&m->fitted));
    return saved;
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

/* The columns that the model takes; none where it takes none. */
static enum status read_outside(const json_t *saved, const char *path, struct arena *mem,
                                struct model_series *m, struct error *err)
{
    struct texts *names = &m->outside;
    if (!m->fitted.choice.model->see)
        return json_object_get(saved, "outside")
                   ? error_refuse(err, path, "outside", "'%s' takes no outside columns",
                                  m->fitted.choice.model->name)
                   : STATUS_OK;
    TRY(json_get_names(saved, "outside", path, mem, names, err));
    if (names->n == 0 || names->n > SERIES_COLUMNS)
        return error_refuse(err, path, "outside", "expected 1 to %d names, found %zu",
                            SERIES_COLUMNS, names->n);
    for (size_t i = 0; i < names->n; i++)
        if (texts_hold(&(struct texts){i, names->v}, names->v[i]))
            return error_refuse(err, path, "outside", "%s stands twice",
                                QUOTE(names->v[i]));
    return STATUS_OK;
}

/* The state is one of so many columns. */
static enum status check_columns(const struct model_series *m, const char *path,
                                 struct arena *mem, struct error *err)
{
    const struct series_model *model = m->fitted.choice.model;
    if (!model->see ||
        model->see(m->fitted.state, m->outside.n, NULL, 0, mem, err) == STATUS_OK)
        return STATUS_OK;
    error_at(err, path, 0, 0);
    error_field(err, "outside");
    return err->status;
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
        TRY(series_load(state, &m->fitted.choice, m->season, m->steps, path, mem,
                        &m->fitted, err));
        TRY(check_columns(m, path, mem, err));
        m->fitted.seen.horizon = m->horizon;
        return STATUS_OK;
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
    if (!json_is_object(saved))
        return error_refuse(err, path, "series", "expected an object");
    TRY(model_choice_read(saved, path, mem, &m.fitted.choice, err));
    TRY(read_outside(saved, path, mem, &m, err));
    TRY(read_size(saved, "season", 0, MOST_STEPS, path, &m.season, err));
    TRY(read_size(saved, "horizon", 1, MOST_AHEAD, path, &m.horizon, err));
    TRY(read_state(saved, path, mem, &m, err));
    *ret = m;
    return STATUS_OK;
}

enum status model_series_rows(const struct model_series *m, const struct histories *h,
                              const struct one_step_rows *rows,
                              const struct fit_context *context,
                              const struct watch *watch, double *ret, struct error *err)
{
    return one_step_rows(&m->fitted.choice, h, m->season, rows, context, watch, ret, err);
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
                                double *ret_spread, struct error *err)
{
    size_t known = steps_known(h, m->steps);
    if (known < m->steps)
        return too_short(known, m, err);
    const struct series s = one_step_series(h, m->season),
                        more = series_part(&s, m->steps, known - m->steps);
    TRY(series_extend(&m->fitted, &more, mem, err));
    m->steps = known;
    *ret_from = known;
    return series_forecast_spread(&m->fitted, m->horizon, ret, ret_spread, err);
}

/* The forecasts of one series, from a fit on the `known` first steps; mem is scratch. */
static enum status forecast_group(const struct model_series *m, const struct history *h,
                                  size_t known, struct arena *mem, double *ret,
                                  double *ret_spread, struct error *err)
{
    struct arena_mark mark = arena_mark(mem);
    struct fit_context context = {.mem = mem, .threads = 1};
    struct series s = one_step_series(h, m->season);
    struct series_fitted fitted;
    s.n = known;
    s.horizon = m->horizon;
    for (size_t i = 0; i < m->horizon; i++)
        ret[i] = ret_spread[i] = NAN;
    if (known < series_least(&m->fitted.choice, m->season))
        return STATUS_OK;
    TRY(series_fit(&m->fitted.choice, &s, &context, &fitted, err));
    TRY(series_forecast_spread(&fitted, m->horizon, ret, ret_spread, err));
    arena_rewind(mem, mark);
    return STATUS_OK;
}

/* Many series to be forecast. */
struct coming_job {
    const struct model_series *m;
    const struct histories *h;
    size_t *known; // [h->n] steps up to the last value
    size_t *place; // [h->n] of the series' first row
    struct series_coming *c;
};

static enum status foresee_group(void *context, size_t g, struct arena *scratch,
                                 struct error *err)
{
    const struct coming_job *job = context;
    size_t known = job->known[g], at = job->place[g];
    if (known == 0)
        return STATUS_OK;
    for (size_t i = 0; i < job->m->horizon; i++) {
        job->c->step[at + i] = (int32_t)(known + i);
        job->c->group[at + i] = (uint32_t)g;
    }
    return forecast_group(job->m, &job->h->of[g], known, scratch, job->c->value + at,
                          job->c->spread + at, err);
}

/* A row for each step of the horizon of each series that has a value. */
static void lay_out(struct coming_job *job, struct arena *mem)
{
    struct series_coming *c = job->c;
    job->known = ARENA_ARRAY(mem, size_t, job->h->n);
    job->place = ARENA_ARRAY(mem, size_t, job->h->n);
    for (size_t g = 0; g < job->h->n; g++) {
        job->known[g] = steps_known(&job->h->of[g], 0);
        job->place[g] = c->n;
        c->n += job->known[g] > 0 ? job->m->horizon : 0;
    }
    c->step = ARENA_ARRAY(mem, int32_t, c->n);
    c->group = ARENA_ARRAY(mem, uint32_t, c->n);
    c->value = ARENA_ARRAY(mem, double, c->n);
    c->spread = ARENA_ARRAY(mem, double, c->n);
}

enum status model_series_coming_groups(const struct model_series *m,
                                       const struct histories *h, size_t threads,
                                       const struct watch *watch, struct arena *mem,
                                       struct series_coming *ret, struct error *err)
{
    struct series_coming c = {0};
    struct coming_job job = {.m = m, .h = h, .c = &c};
    size_t known = 0;
    for (size_t g = 0; g < h->n; g++)
        known += h->of[g].n;
    if (known < m->steps)
        return too_short(known, m, err);
    lay_out(&job, mem);
    TRY(batches_run(threads, h->n, foresee_group, &job, watch, "forecast", err));
    *ret = c;
    return STATUS_OK;
}
