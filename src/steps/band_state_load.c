/* Bands from a document, which is not trusted: names in their order, counts that are whole,
 * bounds in their order. */
#include <math.h>

#include "steps/band_state.h"

static enum status get_flag(const json_t *saved, const char *key, const char *path,
                            bool *ret, struct error *err)
{
    const json_t *value = json_object_get(saved, key);
    if (!json_is_boolean(value))
        return error_refuse(err, path, key, "expected true or false, found %s",
                            json_type_text(value));
    *ret = json_is_true(value);
    return STATUS_OK;
}

static enum status take_name(struct band_state *s, const char *name, const char *path,
                             struct error *err)
{
    struct group_name group = {.text = view_of(name)};
    size_t known = s->names.n;
    if (s->names.numbers && !text_int64(view_of(name), &group.number))
        return error_refuse(err, path, "groups", "expected a whole number, found %s",
                            QUOTE(name));
    (void)groups_code(&s->names, group);
    if (s->names.n == known ||
        (known > 0 && group_compare(s->names.numbers, &s->names.name[known - 1],
                                    &s->names.name[known]) >= 0))
        return error_refuse(err, path, "groups", "%s does not stand in order",
                            QUOTE(name));
    return STATUS_OK;
}

static enum status load_names(const json_t *saved, const char *path, struct arena *mem,
                              struct band_state *s, struct error *err)
{
    struct texts names;
    TRY(get_flag(saved, "numbers", path, &s->names.numbers, err));
    s->grouped = !json_is_null(json_object_get(saved, "groups"));
    if (!s->grouped && s->n != 1)
        return error_refuse(err, path, "bands", "expected one band, found %zu", s->n);
    if (!s->grouped)
        return STATUS_OK;
    TRY(json_get_names(saved, "groups", path, mem, &names, err));
    if (names.n != s->n)
        return error_refuse(err, path, "groups", "%zu names do not fit %zu bands",
                            names.n, s->n);
    for (size_t g = 0; g < names.n; g++)
        TRY(take_name(s, names.v[g], path, err));
    return STATUS_OK;
}

static enum status check_bands(const struct band_state *s, const char *path,
                               struct error *err)
{
    for (size_t g = 0; g < s->n; g++) {
        if (!(s->count[g] >= 1 && floor(s->count[g]) == s->count[g]))
            return error_refuse(err, path, "n", "band %zu is of no whole number of rows",
                                g + 1);
        if (!(s->lower[g] <= s->upper[g]))
            return error_refuse(err, path, "upper", "band %zu ends before it begins",
                                g + 1);
        if (s->std[g] < 0)
            return error_refuse(err, path, "std", "band %zu has one below 0", g + 1);
    }
    return STATUS_OK;
}

/* There are as many names as bands: these are no more than the document is long. */
static enum status load_numbers(const json_t *saved, const char *path, bool moves,
                                struct arena *mem, struct band_state *s,
                                struct error *err)
{
    const struct {
        const char *key;
        double **to;
        bool there;
    } list[] = {{"n", &s->count, true},     {"mean", &s->mean, true},
                {"std", &s->std, true},     {"lower", &s->lower, true},
                {"upper", &s->upper, true}, {"slope", &s->slope, moves},
                {"last", &s->last, moves}};
    for (size_t i = 0; i < COUNT_OF(list); i++) {
        if (!list[i].there)
            continue;
        *list[i].to = ARENA_ARRAY(mem, double, s->n);
        TRY(json_get_reals(saved, list[i].key, path, s->n, *list[i].to, err));
    }
    return check_bands(s, path, err);
}

enum status band_state_load(const json_t *saved, const struct shape *in, const char *path,
                            struct arena *mem, void **ret_state, struct shape *ret,
                            struct error *err)
{
    struct band_state *s = ARENA_NEW(mem, struct band_state);
    *s = (struct band_state){.names.mem = mem};
    TRY(json_get_size(saved, "bands", path, &s->n, err));
    TRY(json_get_size(saved, "min_count", path, &s->min_count, err));
    TRY(get_flag(saved, "log", path, &s->log, err));
    TRY(load_names(saved, path, mem, s, err));
    bool moves = json_object_get(saved, "slope") || json_object_get(saved, "last");
    if (moves && in->p == 0)
        return error_refuse(err, path, "slope", "there is no column to move along");
    TRY(load_numbers(saved, path, moves, mem, s, err));
    *ret_state = s;
    *ret = (struct shape){.p = BAND_COLUMNS};
    return STATUS_OK;
}
