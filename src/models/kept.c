/* Values that are kept, and what is learnt from all of them. */
#include <math.h>

#include "file/json.h"
#include "series/bridge.h"
#include "models/kept_internal.h"
#include "series/values.h"

enum { MOST_HORIZON = 200000 };

struct kept_state {
    const struct kept_family *family;
    size_t season, horizon;
    size_t least;       // values that are learnt from
    size_t n, cap;      // values from the first that is known on, and room
    double *given, *y;  // [cap] as they came, and bridged
    size_t learnt_from; // of them; 0: they were too few
    const void *learnt;
};

static struct kept_values values_of(const struct kept_state *k, size_t n)
{
    return (struct kept_values){n, k->season, k->horizon, k->y, k->given};
}

static void append(struct kept_state *k, double y, struct arena *mem)
{
    size_t room = k->cap;
    if (k->n == 0 && isnan(y))
        return;
    ARENA_ROOM(mem, k->y, k->n, room, 16);
    ARENA_ROOM(mem, k->given, k->n, k->cap, 16);
    k->given[k->n] = k->y[k->n] = y;
    k->n++;
    bridge_gaps(k->y, k->n - 1, k->n, k->season);
}

static void learn(struct kept_state *k, size_t n, struct arena *mem)
{
    const struct kept_values v = values_of(k, n);
    if (n == 0 || n < k->least)
        return;
    k->learnt_from = n;
    k->learnt = k->family->learn(&v, mem);
}

static struct kept_state *empty(const struct series_choice *choice, size_t season,
                                struct arena *mem)
{
    struct kept_state *k = ARENA_NEW(mem, struct kept_state);
    *k = (struct kept_state){.family = choice->model->family,
                             .season = season,
                             .horizon = 1,
                             .least = choice->model->least(choice->params, season)};
    return k;
}

enum status kept_fit(const struct series_choice *choice, const struct series *s,
                     const struct fit_context *context, void **ret_state,
                     struct error *err UNUSED)
{
    struct kept_state *k = empty(choice, s->season, context->mem);
    k->horizon = s->horizon > 0 ? s->horizon : 1;
    for (size_t t = 0; t < s->n; t++)
        append(k, s->y[t], context->mem);
    learn(k, k->n, context->mem);
    *ret_state = k;
    return STATUS_OK;
}

enum status kept_extend(void *state, const double *y, size_t k, struct arena *mem,
                        struct error *err)
{
    struct kept_state *s = state;
    s->learnt = NULL;
    return kept_follow(state, y, k, mem, err);
}

enum status kept_follow(void *state, const double *y, size_t k, struct arena *mem,
                        struct error *err UNUSED)
{
    struct kept_state *s = state;
    for (size_t i = 0; i < k; i++)
        append(s, y[i], mem);
    if (!s->learnt)
        learn(s, s->n, mem);
    return STATUS_OK;
}

enum status kept_forecast(const void *state, size_t horizon, double *ret,
                          struct error *err UNUSED)
{
    const struct kept_state *k = state;
    const struct kept_values v = values_of(k, k->n);
    struct arena scratch = {0};
    for (size_t h = 0; h < horizon; h++)
        ret[h] = NAN;
    if (k->learnt)
        k->family->forecast(&v, k->learnt, horizon, &scratch, ret);
    arena_release(&scratch);
    return STATUS_OK;
}

enum status kept_forecast_spread(const void *state, size_t horizon, double *ret,
                                 double *ret_spread, struct error *err UNUSED)
{
    const struct kept_state *k = state;
    const struct kept_values v = values_of(k, k->n);
    struct arena scratch = {0};
    for (size_t h = 0; h < horizon; h++)
        ret[h] = ret_spread[h] = NAN;
    if (k->learnt)
        k->family->forecast_spread(&v, k->learnt, horizon, &scratch, ret, ret_spread);
    arena_release(&scratch);
    return STATUS_OK;
}

json_t *kept_save(const void *state)
{
    const struct kept_state *k = state;
    return json_pack("{s:o, s:I, s:I}", "values", values_json(k->given, k->n), "learnt",
                     (json_int_t)k->learnt_from, "horizon", (json_int_t)k->horizon);
}

/* Whether what was learnt from can have been so many of the values. */
static bool plausible(const struct kept_state *k, size_t learnt_from)
{
    return k->n < k->least ? learnt_from == 0
                           : learnt_from >= k->least && learnt_from <= k->n;
}

enum status kept_load(const json_t *saved, const struct series_choice *choice,
                      size_t season, const char *path, struct arena *mem,
                      void **ret_state, struct error *err)
{
    struct kept_state *k = empty(choice, season, mem);
    size_t learnt_from;
    json_t *values;
    double *given;
    TRY(json_get_array(saved, "values", path, &values, err));
    size_t n = json_array_size(values);
    TRY(values_read(saved, "values", path, n, mem, &given, err));
    TRY(json_get_size(saved, "learnt", path, &learnt_from, err));
    TRY(json_get_size(saved, "horizon", path, &k->horizon, err));
    if (k->horizon < 1 || k->horizon > MOST_HORIZON)
        return error_refuse(err, path, "horizon", "expected 1 to %d, found %zu",
                            MOST_HORIZON, k->horizon);
    if (n == 0 || isnan(given[0]))
        return error_refuse(err, path, "values", "expected a first value");
    for (size_t t = 0; t < n; t++)
        append(k, given[t], mem);
    if (!plausible(k, learnt_from))
        return error_refuse(err, path, "learnt", "cannot be %zu of %zu values",
                            learnt_from, n);
    learn(k, learnt_from, mem);
    *ret_state = k;
    return STATUS_OK;
}
