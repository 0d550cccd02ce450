/* Levels: counted by sorting, found by halves. */
#include "steps/levels.h"

#include <stdlib.h>
#include <string.h>

#include "file/json.h"

/* The order of levels: by bytes, an empty cell behind all. */
static int compare(struct view a, struct view b)
{
    if (!a.p || !b.p)
        return (a.p == NULL) - (b.p == NULL);
    int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int by_text(const void *a, const void *b)
{
    return compare(*(const struct view *)a, *(const struct view *)b);
}

struct counted_level {
    size_t place, count;
};

/* Rarer ones first, of equally frequent ones the first level. */
static int by_count(const void *a, const void *b)
{
    const struct counted_level *u = a, *v = b;
    int order = (u->count > v->count) - (u->count < v->count);
    return order ? order : (u->place > v->place) - (u->place < v->place);
}

/* Leaves room for so many columns, one of which the rare levels share. */
static void limit(struct counted_level *level, size_t n, size_t max_categories,
                  bool *rare)
{
    size_t frequent = 0;
    for (size_t i = 0; i < n; i++)
        frequent += !rare[i];
    if (max_categories == 0 || max_categories > frequent)
        return;
    qsort(level, n, sizeof *level, by_count);
    for (size_t i = 0; i + (max_categories - 1) < n; i++)
        rare[level[i].place] = true;
}

static const bool *find_rare(const size_t *count, size_t n, size_t rows,
                             const struct levels_rule *rule, struct arena *mem)
{
    struct arena scratch = {0};
    struct counted_level *level = ARENA_ARRAY(&scratch, struct counted_level, n);
    bool *rare = ARENA_ARRAY(mem, bool, n);
    double least = rule->min_frequency;
    if (least < 1)
        least *= (double)rows;
    for (size_t i = 0; i < n; i++) {
        level[i] = (struct counted_level){i, count[i]};
        rare[i] = (double)count[i] < least;
    }
    limit(level, n, rule->max_categories, rare);
    arena_release(&scratch);
    return rare;
}

/* Gives the levels their columns. */
static void place(struct levels *l, enum levels_drop drop, struct arena *mem)
{
    size_t *at = ARENA_ARRAY(mem, size_t, l->n), columns = 0;
    for (size_t i = 0; i < l->n; i++) {
        l->any_rare |= l->rare[i];
        at[i] = l->rare[i] ? 0 : columns++;
    }
    for (size_t i = 0; i < l->n; i++)
        at[i] = l->rare[i] ? columns : at[i];
    columns += l->any_rare;
    l->dropped = columns > 0 && (drop == LEVELS_DROP_FIRST ||
                                 (drop == LEVELS_DROP_IF_BINARY && columns == 2));
    for (size_t i = 0; l->dropped && i < l->n; i++)
        at[i] = at[i] > 0 ? at[i] - 1 : LEVELS_NOWHERE;
    l->at = at;
    l->columns = columns - l->dropped;
}

struct levels levels_learn(const struct view *cell, size_t n,
                           const struct levels_rule *rule, struct arena *mem)
{
    struct arena scratch = {0};
    struct levels l = {0};
    struct view *sorted = ARENA_ARRAY(&scratch, struct view, n);
    size_t *count = ARENA_ARRAY(&scratch, size_t, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = cell[i];
    qsort(sorted, n, sizeof *sorted, by_text);
    for (size_t i = 0; i < n; i++) {
        if (l.n == 0 || compare(sorted[l.n - 1], sorted[i]) != 0)
            sorted[l.n++] = sorted[i];
        count[l.n - 1]++;
    }
    struct view *text = ARENA_ARRAY(mem, struct view, l.n);
    for (size_t i = 0; i < l.n; i++)
        text[i] = sorted[i].p ? (struct view){arena_copy(mem, sorted[i].p, sorted[i].n),
                                              sorted[i].n}
                              : sorted[i];
    l.text = text;
    l.rare = find_rare(count, l.n, n, rule, mem);
    place(&l, rule->drop, mem);
    arena_release(&scratch);
    return l;
}

size_t levels_find(const struct levels *l, struct view text,
                   const struct levels_rule *rule, bool *ret_known)
{
    const struct view *found =
        l->n > 0 ? bsearch(&text, l->text, l->n, sizeof text, by_text) : NULL;
    *ret_known = found != NULL;
    if (found)
        return l->at[found - l->text];
    if (rule->handle_unknown != LEVELS_INFREQUENT || !l->any_rare || l->columns == 0)
        return LEVELS_NOWHERE;
    return l->columns - 1;
}

void levels_names(const struct levels *l, const char *name, struct arena *mem,
                  const char **ret)
{
    for (size_t i = 0; i < l->n; i++) {
        struct view text = l->text[i].p ? l->text[i] : view_of("missing");
        if (!l->rare[i] && l->at[i] != LEVELS_NOWHERE)
            ret[l->at[i]] = arena_format(mem, "%s_%.*s", name, (int)text.n, text.p);
    }
    if (l->any_rare && l->columns > 0)
        ret[l->columns - 1] = arena_format(mem, "%s_infrequent", name);
}

/* The texts, null for an empty cell; and the places of the rare ones. */
json_t *levels_json(const struct levels *l)
{
    json_t *text = json_array(), *rare = json_array();
    for (size_t i = 0; i < l->n; i++) {
        struct view v = l->text[i];
        json_array_append_new(text, v.p ? json_stringn(v.p, v.n) : json_null());
        if (l->rare[i])
            json_array_append_new(rare, json_integer((json_int_t)i));
    }
    return json_pack("{s:o, s:o}", "levels", text, "rare", rare);
}

static enum status load_texts(const json_t *list, const char *path, struct arena *mem,
                              struct view *ret, struct error *err)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        if (!json_is_string(item) && !json_is_null(item))
            return error_refuse(err, path, "levels",
                                "expected a text at place %zu, found %s", i + 1,
                                json_type_text(item));
        size_t n = json_string_length(item);
        if (json_is_string(item))
            ret[i] = (struct view){arena_copy(mem, json_string_value(item), n), n};
        if (i > 0 && compare(ret[i - 1], ret[i]) >= 0)
            return error_refuse(err, path, "levels",
                                "the text at place %zu is out of order", i + 1);
    }
    return STATUS_OK;
}

static enum status load_rare(const json_t *list, size_t n, const char *path, bool *ret,
                             struct error *err)
{
    json_int_t least = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        json_int_t at = json_integer_value(item);
        if (!json_is_integer(item) || at < least || (size_t)at >= n)
            return error_refuse(err, path, "rare",
                                "expected places of levels, ascending, at place %zu",
                                i + 1);
        ret[at] = true;
        least = at + 1;
    }
    return STATUS_OK;
}

enum status levels_load(const json_t *saved, const char *path,
                        const struct levels_rule *rule, struct arena *mem,
                        struct levels *ret, struct error *err)
{
    json_t *texts, *places;
    TRY(json_get_array(saved, "levels", path, &texts, err));
    TRY(json_get_array(saved, "rare", path, &places, err));
    struct levels l = {.n = json_array_size(texts)};
    struct view *text = ARENA_ARRAY(mem, struct view, l.n);
    bool *rare = ARENA_ARRAY(mem, bool, l.n);
    TRY(load_texts(texts, path, mem, text, err));
    TRY(load_rare(places, l.n, path, rare, err));
    l.text = text;
    l.rare = rare;
    place(&l, rule->drop, mem);
    *ret = l;
    return STATUS_OK;
}
