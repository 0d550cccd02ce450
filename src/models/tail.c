/* A ring of the last values. */
#include <string.h>

#include "models/tail_internal.h"
#include "series/values.h"

enum status tail_fit(const struct series_choice *choice, const struct series *s,
                     const struct fit_context *context, void **ret_state,
                     struct error *err UNUSED)
{
    size_t n = series_least(choice, s->season);
    struct tail *t = ARENA_NEW(context->mem, struct tail);
    *t = (struct tail){.n = n, .value = ARENA_ARRAY(context->mem, double, n)};
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
    json_t *values = values_json(t->value + t->oldest, t->n - t->oldest);
    json_t *others = values_json(t->value, t->oldest);
    json_array_extend(values, others);
    json_decref(others);
    return json_pack("{s:o}", "values", values);
}

enum status tail_load(const json_t *saved, const struct series_choice *choice,
                      size_t season, const char *path, struct arena *mem,
                      void **ret_state, struct error *err)
{
    struct tail *t = ARENA_NEW(mem, struct tail);
    t->n = series_least(choice, season);
    TRY(values_read(saved, "values", path, t->n, mem, &t->value, err));
    *ret_state = t;
    return STATUS_OK;
}
