/* Bands from a document, which is not trusted: names in their order, counts that are whole,
 * bounds in their order. */
#include "file/json.h"
#include "steps/band_state.h"

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

/* The names with the rows of each. */
static enum status load_groups(const json_t *saved, const char *path, struct arena *mem,
                               struct band_state *s, struct error *err)
{
    json_t *groups;
    TRY(json_get_bool(saved, "numbers", path, &s->names.numbers, err));
    TRY(json_get_bool(saved, "grouped", path, &s->grouped, err));
    TRY(json_get_object(saved, "groups", path, &groups, err));
    size_t n = json_object_size(groups);
    if (n == 0 || (!s->grouped && n > 1))
        return error_refuse(err, path, "groups", "expected %s, found %zu",
                            s->grouped ? "some" : "one", n);
    s->count = ARENA_ARRAY(mem, double, n);
    for (void *i = json_object_iter(groups); i; i = json_object_iter_next(groups, i)) {
        const char *name = arena_string(mem, json_object_iter_key(i));
        const json_t *count = json_object_iter_value(i);
        if (!json_is_integer(count) || json_integer_value(count) < 1)
            return error_refuse(err, path, "groups", "%s has no number of rows",
                                QUOTE(name));
        if (s->grouped)
            TRY(take_name(s, name, path, err));
        s->count[s->n++] = (double)json_integer_value(count);
    }
    return STATUS_OK;
}

static enum status check_bands(const struct band_state *s, const char *path,
                               struct error *err)
{
    for (size_t g = 0; g < s->n; g++) {
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
    } list[] = {{"mean", &s->mean, true},    {"std", &s->std, true},
                {"lower", &s->lower, true},  {"upper", &s->upper, true},
                {"slope", &s->slope, moves}, {"last", &s->last, moves}};
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
    TRY(json_get_size(saved, "min_count", path, &s->min_count, err));
    TRY(json_get_bool(saved, "log", path, &s->log, err));
    TRY(load_groups(saved, path, mem, s, err));
    bool moves = json_object_get(saved, "slope") || json_object_get(saved, "last");
    if (moves && in->p == 0)
        return error_refuse(err, path, "slope", "there is no column to move along");
    TRY(load_numbers(saved, path, moves, mem, s, err));
    *ret_state = s;
    *ret = (struct shape){.p = BAND_COLUMNS};
    return STATUS_OK;
}
