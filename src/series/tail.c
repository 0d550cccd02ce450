/* A ring of the last values. */
#include <math.h>
#include <string.h>

#include "file/json.h"
#include "series/tail_internal.h"

static struct tail *empty(struct arena *mem, size_t n)
{
    struct tail *t = ARENA_NEW(mem, struct tail);
    *t = (struct tail){.n = n, .value = ARENA_ARRAY(mem, double, n)};
    return t;
}

enum status tail_fit(const struct series_choice *choice, const struct series *s,
                     const struct fit_context *context, void **ret_state,
                     struct error *err UNUSED)
{
    size_t n = series_least(choice, s->season);
    struct tail *t = empty(context->mem, n);
    memcpy(t->value, s->y + (s->n - n), n * sizeof(double));
    *ret_state = t;
    return STATUS_OK;
}

double tail_back(const struct tail *t, size_t steps)
{
    size_t place = t->oldest + (t->n - steps);
    return t->value[place < t->n ? place : place - t->n];
}

enum status tail_extend(void *state, const double *y, size_t k, struct arena *mem UNUSED,
                        struct error *err UNUSED)
{
    struct tail *t = state;
    for (size_t i = 0; i < k; i++) {
        t->value[t->oldest] = y[i];
        t->oldest = t->oldest + 1 < t->n ? t->oldest + 1 : 0;
    }
    return STATUS_OK;
}

json_t *tail_save(const void *state)
{
    const struct tail *t = state;
    json_t *values = json_array();
    for (size_t steps = t->n; steps > 0; steps--)
        json_array_append_new(values, json_finite(tail_back(t, steps)));
    return json_pack("{s:o}", "values", values);
}

static enum status at_values(const char *path, struct error *err)
{
    error_at(err, path, 0, 0);
    error_field(err, "values");
    return err->status;
}

enum status tail_load(const json_t *saved, const struct series_choice *choice,
                      size_t season, const char *path, struct arena *mem,
                      void **ret_state, struct error *err)
{
    size_t n = series_least(choice, season);
    json_t *values;
    TRY(json_get_array(saved, "values", path, &values, err));
    if (json_array_size(values) != n) {
        error_set(err, STATUS_INPUT, "expected %zu value%s, found %zu", n,
                  n == 1 ? "" : "s", json_array_size(values));
        return at_values(path, err);
    }
    struct tail *t = empty(mem, n);
    for (size_t i = 0; i < n; i++) {
        const json_t *v = json_array_get(values, i);
        t->value[i] = json_is_null(v) ? NAN : json_number_value(v);
        if ((json_is_null(v) || json_is_number(v)) && !isinf(t->value[i]))
            continue;
        error_set(err, STATUS_INPUT, "expected a number or null at place %zu", i + 1);
        return at_values(path, err);
    }
    *ret_state = t;
    return STATUS_OK;
}
