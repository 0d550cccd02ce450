/* Values that are kept, and estimates from all of them. */
#include <math.h>
#include <string.h>

#include "file/json.h"
#include "series/bridge.h"
#include "series/kept_internal.h"

enum { MOST_HORIZON = 200000 };

struct kept_state {
    const struct kept_family *family;
    size_t season, horizon;
    size_t n, cap;     // values from the first that is known on, and room
    double *given, *y; // [cap] as they came, and bridged
    bool estimated;    // there were enough of them
    double *estimate;  // [family->estimates]
};

static struct kept_values values_of(const struct kept_state *k)
{
    return (struct kept_values){k->n, k->season, k->horizon, k->y, k->given};
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

static void estimate(struct kept_state *k)
{
    struct arena scratch = {0};
    const struct kept_values v = values_of(k);
    k->estimated = k->n >= k->family->least(k->season);
    if (k->estimated)
        k->family->estimate(&v, &scratch, k->estimate);
    arena_release(&scratch);
}

static struct kept_state *empty(const struct kept_family *family, size_t season,
                                struct arena *mem)
{
    struct kept_state *k = ARENA_NEW(mem, struct kept_state);
    *k = (struct kept_state){.family = family, .season = season, .horizon = 1};
    k->estimate = ARENA_ARRAY(mem, double, family->estimates);
    return k;
}

enum status kept_fit(const struct kept_family *family, const struct series *s,
                     const struct fit_context *context, void **ret_state)
{
    struct kept_state *k = empty(family, s->season, context->mem);
    k->horizon = s->horizon > 0 ? s->horizon : 1;
    for (size_t t = 0; t < s->n; t++)
        append(k, s->y[t], context->mem);
    estimate(k);
    *ret_state = k;
    return STATUS_OK;
}

enum status kept_extend(void *state, const double *y, size_t k, struct arena *mem,
                        struct error *err UNUSED)
{
    struct kept_state *s = state;
    for (size_t i = 0; i < k; i++)
        append(s, y[i], mem);
    estimate(s);
    return STATUS_OK;
}

enum status kept_follow(void *state, const double *y, size_t k, struct arena *mem,
                        struct error *err UNUSED)
{
    struct kept_state *s = state;
    for (size_t i = 0; i < k; i++)
        append(s, y[i], mem);
    if (!s->estimated)
        estimate(s);
    return STATUS_OK;
}

enum status kept_forecast(const void *state, size_t horizon, double *ret,
                          struct error *err UNUSED)
{
    const struct kept_state *k = state;
    const struct kept_values v = values_of(k);
    struct arena scratch = {0};
    for (size_t h = 0; h < horizon; h++)
        ret[h] = NAN;
    if (k->estimated)
        k->family->forecast(&v, k->estimate, horizon, &scratch, ret);
    arena_release(&scratch);
    return STATUS_OK;
}

static json_t *reals(const double *x, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_finite(x[i]));
    return list;
}

json_t *kept_save(const void *state)
{
    const struct kept_state *k = state;
    return json_pack("{s:o, s:o, s:I}", "values", reals(k->given, k->n), "estimates",
                     reals(k->estimate, k->estimated ? k->family->estimates : 0),
                     "horizon", (json_int_t)k->horizon);
}

/* A list of numbers and nulls. */
static enum status read_reals(const json_t *saved, const char *key, const char *path,
                              struct arena *mem, size_t *ret_n, double **ret,
                              struct error *err)
{
    json_t *list;
    TRY(json_get_array(saved, key, path, &list, err));
    size_t n = json_array_size(list);
    double *x = ARENA_ARRAY(mem, double, n);
    for (size_t i = 0; i < n; i++) {
        const json_t *v = json_array_get(list, i);
        x[i] = json_is_null(v) ? NAN : json_number_value(v);
        if (!json_is_null(v) && !json_is_number(v))
            return error_refuse(err, path, key, "expected a number or null at place %zu",
                                i + 1);
    }
    *ret_n = n;
    *ret = x;
    return STATUS_OK;
}

static enum status read_estimates(const json_t *saved, const char *path,
                                  struct arena *mem, struct kept_state *k,
                                  struct error *err)
{
    size_t n;
    double *x;
    TRY(read_reals(saved, "estimates", path, mem, &n, &x, err));
    k->estimated = k->n >= k->family->least(k->season);
    size_t expected = k->estimated ? k->family->estimates : 0;
    if (n != expected)
        return error_refuse(err, path, "estimates", "expected %zu value%s, found %zu",
                            expected, expected == 1 ? "" : "s", n);
    if (n > 0 && !k->family->valid(x))
        return error_refuse(err, path, "estimates", "they lie outside their ranges");
    memcpy(k->estimate, x, n * sizeof *x);
    return STATUS_OK;
}

enum status kept_load(const struct kept_family *family, const json_t *saved,
                      size_t season, const char *path, struct arena *mem,
                      void **ret_state, struct error *err)
{
    struct kept_state *k = empty(family, season, mem);
    size_t n;
    double *given;
    TRY(read_reals(saved, "values", path, mem, &n, &given, err));
    TRY(json_get_size(saved, "horizon", path, &k->horizon, err));
    if (k->horizon < 1 || k->horizon > MOST_HORIZON)
        return error_refuse(err, path, "horizon", "expected 1 to %d, found %zu",
                            MOST_HORIZON, k->horizon);
    if (n == 0 || isnan(given[0]))
        return error_refuse(err, path, "values", "expected a first value");
    for (size_t t = 0; t < n; t++)
        append(k, given[t], mem);
    TRY(read_estimates(saved, path, mem, k, err));
    *ret_state = k;
    return STATUS_OK;
}
