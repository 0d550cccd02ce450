/* Values that are kept, and estimates from all of them. */
#include <math.h>
#include <string.h>

#include "file/json.h"
#include "series/bridge.h"
#include "models/estimated_internal.h"
#include "series/values.h"

struct estimated_state {
    const struct estimated_family *family;
    const struct series_model *model;
    void *params; // a copy
    size_t season;
    size_t n, cap;   // values from the first that is known on, and room
    double *y;       // [cap] bridged
    double *derived; // [cap] or NULL
    bool ready;      // there were enough values for estimates
    size_t estimates;
    double *estimate; // [estimates]
};

static struct estimated_values values_of(const struct estimated_state *s)
{
    return (struct estimated_values){s->n, s->season, s->y, s->derived, s->params};
}

static void append(struct estimated_state *s, double y, struct arena *mem)
{
    size_t room = s->cap;
    if (s->n == 0 && isnan(y))
        return;
    if (s->family->derive)
        ARENA_ROOM(mem, s->derived, s->n, room, 16);
    ARENA_ROOM(mem, s->y, s->n, s->cap, 16);
    s->y[s->n++] = y;
    bridge_gaps(s->y, s->n - 1, s->n, s->season);
}

/* What the last value says for good. */
static void derive(struct estimated_state *s, struct arena *scratch)
{
    const struct estimated_values v = values_of(s);
    struct arena_mark mark = arena_mark(scratch);
    if (s->n > 0 && s->family->derive)
        s->derived[s->n - 1] = s->family->derive(&v, scratch);
    arena_rewind(scratch, mark);
}

static bool enough(const struct estimated_state *s)
{
    return s->n >= s->model->least(s->params, s->season);
}

static void estimate(struct estimated_state *s, struct arena *scratch)
{
    const struct estimated_values v = values_of(s);
    s->ready = enough(s);
    if (s->ready)
        s->family->estimate(&v, scratch, s->estimate);
}

static enum status check(const struct estimated_state *s, struct error *err)
{
    bool finite = true;
    for (size_t i = 0; s->ready && i < s->estimates; i++)
        finite = finite && isfinite(s->estimate[i]);
    if (!finite)
        return error_set(err, STATUS_INPUT,
                         "the values are too large for '%s': its sums overflow",
                         s->model->name);
    return STATUS_OK;
}

/* Takes k values in; who follows takes each into the estimates that there are. */
static enum status take_in(struct estimated_state *s, const double *y, size_t k,
                           bool follow, struct arena *mem, struct error *err)
{
    struct arena scratch = {0};
    for (size_t i = 0; i < k; i++) {
        append(s, y[i], mem);
        derive(s, &scratch);
        const struct estimated_values v = values_of(s);
        if (follow && s->ready && s->family->follow)
            s->family->follow(&v, s->estimate);
    }
    if (!follow || !s->ready)
        estimate(s, &scratch);
    arena_release(&scratch);
    return check(s, err);
}

static struct estimated_state *empty(const struct series_choice *choice, size_t season,
                                     struct arena *mem)
{
    const struct estimated_family *family = choice->model->family;
    struct estimated_state *s = ARENA_NEW(mem, struct estimated_state);
    *s = (struct estimated_state){
        .family = family, .model = choice->model, .season = season};
    s->params = arena_alloc(mem, choice->model->params_size);
    memcpy(s->params, choice->params, choice->model->params_size);
    s->estimates = family->estimates(s->params, season);
    s->estimate = ARENA_ARRAY(mem, double, s->estimates);
    return s;
}

enum status estimated_fit(const struct series_choice *choice, const struct series *s,
                          const struct fit_context *context, void **ret_state,
                          struct error *err)
{
    struct estimated_state *state = empty(choice, s->season, context->mem);
    TRY(take_in(state, s->y, s->n, false, context->mem, err));
    *ret_state = state;
    return STATUS_OK;
}

enum status estimated_extend(void *state, const double *y, size_t k, struct arena *mem,
                             struct error *err)
{
    return take_in(state, y, k, false, mem, err);
}

enum status estimated_follow(void *state, const double *y, size_t k, struct arena *mem,
                             struct error *err)
{
    return take_in(state, y, k, true, mem, err);
}

enum status estimated_forecast(const void *state, size_t horizon, double *ret,
                               struct error *err UNUSED)
{
    const struct estimated_state *s = state;
    const struct estimated_values v = values_of(s);
    struct arena scratch = {0};
    for (size_t h = 0; h < horizon; h++)
        ret[h] = NAN;
    if (s->ready)
        s->family->forecast(&v, s->estimate, horizon, &scratch, ret);
    arena_release(&scratch);
    return STATUS_OK;
}

json_t *estimated_save(const void *state)
{
    const struct estimated_state *s = state;
    json_t *saved =
        json_pack("{s:o, s:o}", "values", values_json(s->y, s->n), "estimates",
                  values_json(s->estimate, s->ready ? s->estimates : 0));
    if (s->family->derive)
        json_object_set_new(saved, "derived", values_json(s->derived, s->n));
    return saved;
}

/* A list of any length. */
static enum status read_list(const json_t *saved, const char *key, const char *path,
                             struct arena *mem, size_t *ret_n, double **ret,
                             struct error *err)
{
    json_t *list;
    TRY(json_get_array(saved, key, path, &list, err));
    *ret_n = json_array_size(list);
    return values_read(saved, key, path, *ret_n, mem, ret, err);
}

static enum status refuse_count(const char *path, const char *key, size_t expected,
                                size_t found, struct error *err)
{
    return error_refuse(err, path, key, "expected %zu value%s, found %zu", expected,
                        expected == 1 ? "" : "s", found);
}

static enum status read_derived(const json_t *saved, const char *path, struct arena *mem,
                                struct estimated_state *s, struct error *err)
{
    size_t n;
    double *x;
    if (!s->family->derive)
        return STATUS_OK;
    TRY(read_list(saved, "derived", path, mem, &n, &x, err));
    if (n != s->n)
        return refuse_count(path, "derived", s->n, n, err);
    for (size_t i = 1; i < n; i++)
        if (isnan(x[i]) && !isnan(x[i - 1]))
            return error_refuse(err, path, "derived", "expected a number at place %zu",
                                i + 1);
    memcpy(s->derived, x, n * sizeof *x);
    return STATUS_OK;
}

static enum status read_estimates(const json_t *saved, const char *path,
                                  struct arena *mem, struct estimated_state *s,
                                  struct error *err)
{
    size_t n, expected;
    double *x;
    const struct estimated_values v = values_of(s);
    TRY(read_list(saved, "estimates", path, mem, &n, &x, err));
    s->ready = enough(s);
    expected = s->ready ? s->estimates : 0;
    if (n != expected)
        return refuse_count(path, "estimates", expected, n, err);
    bool valid = true;
    for (size_t i = 0; i < n; i++)
        valid = valid && isfinite(x[i]);
    if (n > 0 && !(valid && s->family->valid(&v, x)))
        return error_refuse(err, path, "estimates", "they lie outside their ranges");
    memcpy(s->estimate, x, n * sizeof *x);
    return STATUS_OK;
}

enum status estimated_load(const json_t *saved, const struct series_choice *choice,
                           size_t season, const char *path, struct arena *mem,
                           void **ret_state, struct error *err)
{
    struct estimated_state *s = empty(choice, season, mem);
    size_t n;
    double *y;
    TRY(read_list(saved, "values", path, mem, &n, &y, err));
    if (n == 0)
        return error_refuse(err, path, "values", "expected a first value");
    for (size_t t = 0; t < n; t++) {
        if (isnan(y[t]))
            return error_refuse(err, path, "values", "expected a number at place %zu",
                                t + 1);
        append(s, y[t], mem);
    }
    TRY(read_derived(saved, path, mem, s, err));
    TRY(read_estimates(saved, path, mem, s, err));
    *ret_state = s;
    return STATUS_OK;
}
