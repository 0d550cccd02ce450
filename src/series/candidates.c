/* Reading the series models of a pipeline's file. */
#include "series/candidates.h"

#include <string.h>

#include "config/config.h"
#include "series/fitted.h"

static enum status unknown_model(const struct yaml_node *node, const char *name,
                                 struct error *err)
{
    yaml_error(err, node, "unknown series model %s", QUOTE(name));
    error_known(err, view_of(name), "series models", series_names(), series_count);
    return err->status;
}

/* The keys of a model's map: its own and those of every model. */
struct keys_of {
    const char *names[64];
    size_t n;
};

static void add_keys(struct keys_of *keys, const struct option_row *rows, size_t n)
{
    for (size_t i = 0; i < n && keys->n < COUNT_OF(keys->names); i++)
        keys->names[keys->n++] = rows[i].name;
}

/* The entries of the map that are among the rows, as a map of its own. */
static struct yaml_node part_of(const struct yaml_node *map,
                                const struct option_row *rows, size_t n,
                                struct arena *mem)
{
    struct yaml_node part = *map;
    part.n = 0;
    part.child = ARENA_ARRAY(mem, struct yaml_node *, map->n);
    for (size_t i = 0; i < map->n; i++)
        if (option_find(rows, n, view_of(map->child[i]->key)))
            part.child[part.n++] = map->child[i];
    return part;
}

static enum status read_transform(const struct yaml_node *given, const char *name,
                                  struct arena *mem, struct transform *ret,
                                  struct error *err)
{
    struct yaml_node part = part_of(given, transform_rows, TRANSFORM_ROWS, mem);
    TRY(config_read(&part, name, transform_rows, TRANSFORM_ROWS, ret, mem, err));
    if (transform_check(ret, yaml_get(given, "lambda") != NULL, err) == STATUS_OK)
        return STATUS_OK;
    struct error why = *err;
    const struct yaml_node *at = yaml_get(given, why.loc.field);
    yaml_error(err, at ? at : given, "%s", why.message);
    error_hint(err, "%s", why.hint);
    return err->status;
}

static bool choices_equal(const struct series_choice *a, const struct series_choice *b)
{
    const struct transform *x = &a->transform, *y = &b->transform;
    return a->model == b->model && x->transform == y->transform &&
           x->lambda == y->lambda && x->difference == y->difference &&
           x->bias == y->bias &&
           (a->model->params_size == 0 ||
            memcmp(series_params(a), series_params(b), a->model->params_size) == 0);
}

bool candidates_equal(const struct candidates *a, const struct candidates *b)
{
    bool equal = a->n == b->n;
    for (size_t i = 0; equal && i < a->n; i++)
        equal = choices_equal(&a->item[i].choice, &b->item[i].choice);
    return equal;
}

/* A model that takes outside columns goes on with them, and stands for itself. */
static enum status check_taker(const struct series_choice *c, bool member,
                               struct error *err)
{
    if (!c->model->see)
        return STATUS_OK;
    if (member) {
        error_set(err, STATUS_INPUT,
                  "'%s' takes outside columns, a combination's members none",
                  c->model->name);
        error_hint(err, "it stands in `train.series` by itself");
        return STATUS_INPUT;
    }
    if (!series_learns_anew(c))
        return STATUS_OK;
    error_set(err, STATUS_INPUT,
              "'%s' goes on with its columns, 'guerrero' and 'bias: mean' would learn it "
              "anew",
              c->model->name);
    error_hint(err, "`transform: box_cox` with its lambda and `bias: median` stay");
    return STATUS_INPUT;
}

enum status candidates_check(const struct series_choice *choice, struct error *err)
{
    const struct candidates *of = series_of(choice->model, choice->params);
    bool anew = series_learns_anew(choice);
    TRY(check_taker(choice, false, err));
    if (!of)
        return STATUS_OK;
    for (size_t i = 0; i < of->n; i++) {
        const struct series_choice *member = &of->item[i].choice;
        anew = anew || series_learns_anew(member);
        TRY(check_taker(member, true, err));
        if (member->model->of)
            return error_set(err, STATUS_INPUT, "'%s' is made of series models itself",
                             member->model->name);
    }
    if (!anew)
        return STATUS_OK;
    error_set(err, STATUS_INPUT,
              "'%s' goes on step by step, 'guerrero' would learn it anew at each",
              choice->model->name);
    error_hint(err, "`transform: box_cox` with its lambda is a scale that stays");
    return STATUS_INPUT;
}

/* The members that the map names, if it does. */
static enum status read_members(const struct yaml_node *given, struct arena *mem,
                                const struct series_choice *c, void *params,
                                struct error *err)
{
    const struct yaml_node *list = yaml_get(given, "of");
    struct candidates *of = ARENA_NEW(mem, struct candidates);
    if (c->model->of && list) {
        TRY(candidates_read(list, mem, of, err));
        *(const struct candidates **)(void *)((char *)params + c->model->of) = of;
    }
    if (candidates_check(c, err) == STATUS_OK)
        return STATUS_OK;
    struct error why = *err;
    yaml_error(err, list ? list : given, "%s", why.message);
    error_hint(err, "%s", why.hint);
    return err->status;
}

/* given: the map of its values. */
static enum status read_values(const struct yaml_node *given, struct arena *mem,
                               struct series_choice *c, struct error *err)
{
    const struct series_model *m = c->model;
    struct keys_of keys = {.n = 0};
    add_keys(&keys, m->rows, m->n_rows);
    add_keys(&keys, transform_rows, TRANSFORM_ROWS);
    if (m->of)
        keys.names[keys.n++] = "of";
    TRY(config_known_keys(given, keys.names, keys.n, err));
    if (given->kind == YAML_NULL)
        return STATUS_OK;
    struct yaml_node own = part_of(given, m->rows, m->n_rows, mem);
    void *params = arena_alloc(mem, m->params_size);
    if (m->params_size > 0)
        memcpy(params, m->defaults, m->params_size);
    TRY(config_read(&own, m->name, m->rows, m->n_rows, params, mem, err));
    c->params = params;
    TRY(read_transform(given, m->name, mem, &c->transform, err));
    return read_members(given, mem, c, params, err);
}

/* Adds the values of a file's map, in its order, that are among the rows. */
static void add_values(const struct yaml_node *given, const struct option_row *rows,
                       size_t n, const void *base, struct text *name)
{
    for (size_t i = 0; i < given->n; i++) {
        const struct option_row *row =
            option_find(rows, n, view_of(given->child[i]->key));
        if (!row)
            continue;
        text_addf(name, "%s%s=", name->p[name->n - 1] == '(' ? "" : ", ", row->name);
        option_value(row, base, name);
    }
}

/* The values that the file gives, behind the model's name. */
static const char *name_of(const struct series_choice *c, const struct yaml_node *given,
                           struct arena *mem)
{
    struct text name = {.mem = mem};
    const struct candidates *of = series_of(c->model, c->params);
    text_puts(&name, c->model->name);
    if (!given || given->n == 0)
        return name.p;
    text_putc(&name, '(');
    add_values(given, c->model->rows, c->model->n_rows, c->params, &name);
    add_values(given, transform_rows, TRANSFORM_ROWS, &c->transform, &name);
    for (size_t i = 0; of && yaml_get(given, "of") && i < of->n; i++)
        text_addf(&name, "%s%s",
                  i > 0                       ? ", "
                  : name.p[name.n - 1] == '(' ? "of=["
                                              : ", of=[",
                  of->item[i].name);
    text_puts(&name, of && yaml_get(given, "of") ? "])" : ")");
    return name.p;
}

/* given: the map of its values, NULL where there are none. */
static enum status read_item(const struct yaml_node *item, const char *name,
                             const struct yaml_node *given, struct arena *mem,
                             struct candidate *ret, struct error *err)
{
    const struct series_model *model = series_find(name);
    if (!model)
        return unknown_model(item, name, err);
    struct series_choice choice = {.model = model, .params = model->defaults};
    if (given)
        TRY(read_values(given, mem, &choice, err));
    *ret = (struct candidate){name_of(&choice, given, mem), choice};
    return STATUS_OK;
}

static enum status read_candidate(const struct yaml_node *item, struct arena *mem,
                                  struct candidate *ret, struct error *err)
{
    if (item->kind == YAML_TEXT)
        return read_item(item, arena_copy(mem, item->text.p, item->text.n), NULL, mem,
                         ret, err);
    if (item->kind == YAML_MAP && item->n == 1)
        return read_item(item->child[0], item->child[0]->key, item->child[0], mem, ret,
                         err);
    yaml_error(err, item, "expected the name of a series model, found %s",
               yaml_kind_name(item->kind));
    error_hint(err, "values are written `- window_average: {window: 12}`");
    return err->status;
}

enum status candidates_read(const struct yaml_node *list, struct arena *mem,
                            struct candidates *ret, struct error *err)
{
    if (list->kind != YAML_LIST || list->n == 0)
        return yaml_error(err, list, "expected a list of series models, found %s",
                          list->kind == YAML_LIST ? "an empty one"
                                                  : yaml_kind_name(list->kind));
    struct candidates c = {.n = list->n};
    c.item = ARENA_ARRAY(mem, struct candidate, list->n);
    for (size_t i = 0; i < c.n; i++) {
        TRY(read_candidate(list->child[i], mem, &c.item[i], err));
        for (size_t k = 0; k < i; k++)
            if (strcmp(c.item[k].name, c.item[i].name) == 0)
                return yaml_error(err, list->child[i], "'%s' stands twice in the list",
                                  c.item[i].name);
    }
    *ret = c;
    return STATUS_OK;
}
