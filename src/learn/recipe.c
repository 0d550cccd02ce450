/* Recipes: reading the steps of a pipeline's file and counting through the grid. */
#include "learn/recipe.h"

#include <string.h>

#include "config/config.h"

enum { MAX_CELLS = 1000000 };

static size_t kind_bytes(enum option_kind kind)
{
    switch (kind) {
    case OPTION_BOOL: return sizeof(bool);
    case OPTION_SIZE: return sizeof(size_t);
    case OPTION_INT: return sizeof(int64_t);
    case OPTION_REAL: return sizeof(double);
    case OPTION_ENUM: return sizeof(unsigned);
    default: return sizeof(const char *);
    }
}

static void copy_field(const struct option_row *row, const void *from, void *to)
{
    memcpy((char *)to + row->offset, (const char *)from + row->offset,
           kind_bytes(row->kind));
}

/* Copies a params struct, so that fields of the copy can be set. */
static void *copy_params(const struct step *step, const void *params, struct arena *mem)
{
    void *copy = arena_alloc(mem, step->params_size);
    if (step->params_size > 0)
        memcpy(copy, params, step->params_size);
    return copy;
}

/* The value as files show it: numbers in their shortest form, texts as they are. */
static const char *value_text(const struct option_row *row, const void *params,
                              struct arena *mem)
{
    struct text text = {.mem = mem};
    if (row->kind == OPTION_TEXT)
        return *(const char *const *)((const char *)params + row->offset);
    option_value(row, params, &text);
    return text.p;
}

/* What the reader has so far. */
struct recipe_reader {
    struct arena *mem;
    struct recipe recipe;
    size_t max_axes;
};

static enum status check_new_axis(const struct recipe_reader *r,
                                  const struct yaml_node *node, const char *name,
                                  struct error *err)
{
    for (size_t a = 0; a < r->recipe.n_axes; a++)
        if (strcmp(r->recipe.axis[a].name, name) == 0)
            return yaml_error(err, node, "%s is searched twice", name);
    if (node->n == 0)
        return yaml_error(err, node, "expected at least one value, found an empty list");
    return STATUS_OK;
}

static enum status check_new_value(const struct axis *axis, size_t n,
                                   const struct yaml_node *node, struct error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(axis->text[i], axis->text[n]) != 0)
            continue;
        yaml_error(err, node, "'%s' stands twice in the list", axis->text[n]);
        error_field(err, axis->name);
        return err->status;
    }
    return STATUS_OK;
}

/* Reads a list of values as an axis of the grid. */
static enum status read_axis(struct recipe_reader *r, size_t s,
                             const struct option_row *row, const struct yaml_node *node,
                             struct error *err)
{
    const struct step *step = r->recipe.step[s];
    const char *name = arena_format(r->mem, "%s.%s", step->name, row->name);
    TRY(check_new_axis(r, node, name, err));
    struct axis axis = {.name = name, .step = s, .row = row, .n = node->n};
    axis.text = ARENA_ARRAY(r->mem, const char *, node->n);
    axis.value = ARENA_ARRAY(r->mem, void *, node->n);
    for (size_t i = 0; i < node->n; i++) {
        axis.value[i] = copy_params(step, step->defaults, r->mem);
        if (config_value(node->child[i], row, axis.value[i], r->mem, err) != STATUS_OK) {
            error_field(err, name);
            return err->status;
        }
        axis.text[i] = value_text(row, axis.value[i], r->mem);
        TRY(check_new_value(&axis, i, node->child[i], err));
    }
    r->recipe.axis[r->recipe.n_axes++] = axis;
    return STATUS_OK;
}

static enum status read_params(struct recipe_reader *r, size_t s,
                               const struct yaml_node *node, struct error *err)
{
    const struct step *step = r->recipe.step[s];
    const char **names = ARENA_ARRAY(r->mem, const char *, step->n_rows);
    for (size_t i = 0; i < step->n_rows; i++)
        names[i] = step->rows[i].name;
    TRY(config_known_keys(node, names, step->n_rows, err));
    for (size_t i = 0; i < step->n_rows; i++) {
        const struct option_row *row = &step->rows[i];
        const struct yaml_node *value =
            node->kind == YAML_MAP ? yaml_get(node, row->name) : NULL;
        if (value && value->kind == YAML_LIST)
            TRY(read_axis(r, s, row, value, err));
        else if (value)
            TRY(config_value(value, row, r->recipe.base[s], r->mem, err));
        else if (row->required)
            return yaml_error(err, node, "'%s' of step '%s' is missing", row->name,
                              step->name);
    }
    return STATUS_OK;
}

static void at_key(const struct yaml_node *node, struct error *err)
{
    err->loc = (struct location){0};
    error_at(err, node->path, node->key_line, node->key_col);
}

static enum status unknown_step(const struct yaml_node *node, struct error *err)
{
    yaml_error(err, node, "unknown step %s", QUOTE(node->key));
    at_key(node, err);
    error_known(err, view_of(node->key), "steps", step_names(), step_count);
    return err->status;
}

/* The second may have come by --set, where the first one's name was meant. */
static enum status two_steps(const struct yaml_node *item, struct error *err)
{
    const struct yaml_node *second = item->child[1];
    yaml_error(err, second, "expected one step, found %s and %s",
               QUOTE(item->child[0]->key), QUOTE(second->key));
    at_key(second, err);
    if (step_find(second->key))
        error_hint(err, "each step is an item of the list");
    else
        error_known(err, view_of(second->key), "steps", step_names(), step_count);
    return err->status;
}

static enum status read_step(struct recipe_reader *r, size_t s, size_t n,
                             const struct yaml_node *item, struct error *err)
{
    if (item->kind != YAML_MAP || item->n != 1) {
        if (item->kind == YAML_MAP && item->n > 1)
            return two_steps(item, err);
        yaml_error(err, item, "expected one step with its parameters, found %s",
                   yaml_kind_name(item->kind));
        error_hint(err, "a step without parameters is written `- scale: {}`");
        return err->status;
    }
    const struct yaml_node *node = item->child[0];
    const struct step *step = step_find(node->key);
    if (!step)
        return unknown_step(node, err);
    if (step->predict && s + 1 < n)
        return yaml_error(err, node, "'%s' is an estimator and must be the last step",
                          step->name);
    if (!step->predict && s + 1 == n)
        return yaml_error(err, node, "the last step must be an estimator, found '%s'",
                          step->name);
    r->recipe.step[s] = step;
    r->recipe.base[s] = copy_params(step, step->defaults, r->mem);
    return read_params(r, s, node, err);
}

/* Axes were read step by step; the grid wants the last step's first. */
static void order_axes(struct recipe *r, struct arena *mem)
{
    struct axis *ordered = ARENA_ARRAY(mem, struct axis, r->n_axes);
    size_t at = 0;
    for (size_t s = r->n; s-- > 0;)
        for (size_t a = 0; a < r->n_axes; a++)
            if (r->axis[a].step == s)
                ordered[at++] = r->axis[a];
    r->axis = ordered;
}

static enum status count_cells(struct recipe *r, const struct yaml_node *steps,
                               struct error *err)
{
    r->n_cells = 1;
    for (size_t a = 0; a < r->n_axes; a++) {
        if (r->axis[a].n > MAX_CELLS / r->n_cells)
            return yaml_error(err, steps, "the grid has more than %d cells", MAX_CELLS);
        r->n_cells *= r->axis[a].n;
    }
    return STATUS_OK;
}

enum status recipe_read(const struct yaml_node *steps, struct arena *mem,
                        struct recipe *ret, struct error *err)
{
    if (!steps)
        return error_set(err, STATUS_INPUT, "expected a list of steps, found nothing");
    if (steps->kind != YAML_LIST || steps->n == 0)
        return yaml_error(err, steps, "expected a list of steps, found %s",
                          steps->kind == YAML_LIST ? "an empty one"
                                                   : yaml_kind_name(steps->kind));
    size_t rows = 0;
    for (size_t i = 0; i < step_count; i++)
        rows = step_all[i]->n_rows > rows ? step_all[i]->n_rows : rows;
    struct recipe_reader r = {.mem = mem};
    r.recipe.n = steps->n;
    r.recipe.step = ARENA_ARRAY(mem, const struct step *, steps->n);
    r.recipe.base = ARENA_ARRAY(mem, void *, steps->n);
    r.recipe.axis = ARENA_ARRAY(mem, struct axis, steps->n * rows);
    for (size_t s = 0; s < steps->n; s++)
        TRY(read_step(&r, s, steps->n, steps->child[s], err));
    order_axes(&r.recipe, mem);
    TRY(count_cells(&r.recipe, steps, err));
    *ret = r.recipe;
    return STATUS_OK;
}

enum status recipe_check_task(const struct recipe *r, const struct yaml_node *steps,
                              enum task task, struct error *err)
{
    for (size_t s = 0; s < r->n; s++) {
        if (step_check_task(r->step[s], task, err) == STATUS_OK)
            continue;
        at_key(steps->child[s]->child[0], err);
        return err->status;
    }
    return STATUS_OK;
}

void recipe_cell(const struct recipe *r, size_t cell, size_t *ret)
{
    for (size_t a = r->n_axes; a-- > 0;) {
        ret[a] = cell % r->axis[a].n;
        cell /= r->axis[a].n;
    }
}

void recipe_choose(const struct recipe *r, size_t cell, struct arena *mem,
                   struct step_choice *ret)
{
    size_t *index = ARENA_ARRAY(mem, size_t, r->n_axes);
    recipe_cell(r, cell, index);
    for (size_t s = 0; s < r->n; s++) {
        void *params = copy_params(r->step[s], r->base[s], mem);
        for (size_t a = 0; a < r->n_axes; a++)
            if (r->axis[a].step == s)
                copy_field(r->axis[a].row, r->axis[a].value[index[a]], params);
        ret[s] = (struct step_choice){r->step[s], params};
    }
}

void recipe_step_grid(const struct recipe *r, size_t step, struct arena *mem,
                      struct recipe_grid *ret)
{
    size_t n = 1;
    for (size_t a = 0; a < r->n_axes; a++)
        n *= r->axis[a].step == step ? r->axis[a].n : 1;
    struct recipe_grid grid = {.n = n};
    grid.params = ARENA_ARRAY(mem, const void *, n);
    grid.offset = ARENA_ARRAY(mem, size_t, n);
    for (size_t i = 0; i < n; i++) {
        void *params = copy_params(r->step[step], r->base[step], mem);
        size_t rest = i, stride = 1;
        for (size_t a = r->n_axes; a-- > 0; stride *= r->axis[a].n) {
            const struct axis *axis = &r->axis[a];
            if (axis->step != step)
                continue;
            grid.offset[i] += rest % axis->n * stride;
            copy_field(axis->row, axis->value[rest % axis->n], params);
            rest /= axis->n;
        }
        grid.params[i] = params;
    }
    *ret = grid;
}

void recipe_explain(struct text *out)
{
    for (size_t i = 0; i < step_count; i++) {
        const struct step *step = step_all[i];
        text_addf(out, "%s%s (%s)\n  %s\n", i > 0 ? "\n" : "", step->name,
                  step->predict ? "estimator" : "step", step->summary);
        option_explain(step->name, step->rows, step->n_rows, step->defaults, out);
    }
}
