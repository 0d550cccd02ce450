/* Reading the series models of a pipeline's file. */
#include "series/candidates.h"

#include <string.h>

#include "config/config.h"

static enum status unknown_model(const struct yaml_node *node, const char *name,
                                 struct error *err)
{
    yaml_error(err, node, "unknown series model %s", QUOTE(name));
    error_known(err, view_of(name), "series models", series_names(), series_count);
    return err->status;
}

/* The values that the file gives, behind the model's name. */
static const char *name_of(const struct series_choice *c, const struct yaml_node *given,
                           struct arena *mem)
{
    struct text name = {.mem = mem};
    text_puts(&name, c->model->name);
    for (size_t i = 0; given && i < given->n; i++) {
        const struct option_row *row =
            option_find(c->model->rows, c->model->n_rows, view_of(given->child[i]->key));
        text_addf(&name, "%s%s=", i > 0 ? ", " : "(", row->name);
        option_value(row, c->params, &name);
    }
    if (given && given->n > 0)
        text_putc(&name, ')');
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
    void *params = arena_alloc(mem, model->params_size);
    if (model->params_size > 0)
        memcpy(params, model->defaults, model->params_size);
    TRY(config_read(given, name, model->rows, model->n_rows, params, mem, err));
    struct series_choice choice = {model, params};
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
