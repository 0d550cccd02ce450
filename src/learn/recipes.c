/* Several recipes: read one by one, compared where they begin. */
#include "learn/recipes.h"

#include <string.h>

enum { MAX_CELLS = 1000000 };

static const struct step *estimator_of(const struct recipe *r)
{
    return r->step[r->n - 1];
}

/* What there is of recipes under way. */
struct recipes_reader {
    struct arena *mem;
    enum task task;
    size_t n;
    struct recipe *of;
    const char **name;
    size_t *first;
};

static enum status read_one(struct recipes_reader *r, const struct yaml_node *steps,
                            struct error *err)
{
    struct recipe *recipe = &r->of[r->n];
    TRY(recipe_read(steps, r->mem, recipe, err));
    TRY(recipe_check_task(recipe, steps, r->task, err));
    enum answer first = step_answer(estimator_of(&r->of[0]), r->task),
                own = step_answer(estimator_of(recipe), r->task);
    if (own != first) {
        yaml_error(err, steps, "'%s' answers %s, '%s' answers %s",
                   estimator_of(recipe)->name, answer_name[own],
                   estimator_of(&r->of[0])->name, answer_name[first]);
        error_hint(err,
                   "recipes are compared by one score: let all of them give the same "
                   "kind of answer");
        return err->status;
    }
    r->first[r->n + 1] = r->first[r->n] + recipe->n_cells;
    r->n++;
    if (r->first[r->n] <= MAX_CELLS)
        return STATUS_OK;
    return yaml_error(err, steps, "the recipes have more than %d cells", MAX_CELLS);
}

static struct recipes_reader reader_new(struct arena *mem, enum task task, size_t n)
{
    return (struct recipes_reader){.mem = mem,
                                   .task = task,
                                   .of = ARENA_ARRAY(mem, struct recipe, n),
                                   .name = ARENA_ARRAY(mem, const char *, n),
                                   .first = ARENA_ARRAY(mem, size_t, n + 1)};
}

static enum status read_map(struct recipes_reader *r, const struct yaml_node *map,
                            struct error *err)
{
    for (size_t i = 0; i < map->n; i++) {
        r->name[i] = map->child[i]->key;
        TRY(read_one(r, map->child[i], err));
    }
    return STATUS_OK;
}

static enum status check_map(const struct yaml_node *map, struct error *err)
{
    if (map->kind == YAML_MAP && map->n > 0)
        return STATUS_OK;
    yaml_error(err, map, "expected recipes by name, found %s",
               map->kind == YAML_MAP ? "none" : yaml_kind_name(map->kind));
    error_hint(err, "each is a list of steps: `{NAME: [scale: {}, ridge: {}]}`");
    return err->status;
}

static enum status read_use(const struct recipes_reader *r, const struct yaml_node *use,
                            size_t *ret, struct error *err)
{
    size_t i = 0;
    *ret = r->n;
    if (!use)
        return STATUS_OK;
    if (use->kind != YAML_TEXT)
        return yaml_error(err, use, "expected the name of a recipe, found %s",
                          yaml_kind_name(use->kind));
    while (i < r->n && !view_is(use->text, r->name[i]))
        i++;
    *ret = i;
    if (i < r->n)
        return STATUS_OK;
    yaml_error(err, use, "unknown recipe %s", QUOTE_N(use->text.p, use->text.n));
    error_known(err, use->text, "recipes", r->name, r->n);
    return err->status;
}

enum status recipes_read(const struct recipes_source *from, enum task task,
                         struct arena *mem, struct recipes *ret, struct error *err)
{
    if (from->recipes)
        TRY(check_map(from->recipes, err));
    size_t n = from->recipes ? from->recipes->n : 1, use = n;
    struct recipes_reader r = reader_new(mem, task, n);
    TRY(from->recipes ? read_map(&r, from->recipes, err)
                      : read_one(&r, from->steps, err));
    TRY(read_use(&r, from->use, &use, err));
    *ret = (struct recipes){n, r.of, from->recipes ? r.name : NULL, r.first, use};
    return STATUS_OK;
}

size_t recipes_find(const struct recipes *r, size_t cell, size_t *ret_own)
{
    size_t i = 0;
    while (cell >= r->first[i + 1])
        i++;
    if (ret_own)
        *ret_own = cell - r->first[i];
    return i;
}

enum answer recipes_answer(const struct recipes *r, enum task task)
{
    return step_answer(estimator_of(&r->of[0]), task);
}

static bool is_searched(const struct recipe *r, size_t step)
{
    for (size_t a = 0; a < r->n_axes; a++)
        if (r->axis[a].step == step)
            return true;
    return false;
}

/* The same value as it is written to files. */
static bool same_value(const struct option_row *row, const void *a, const void *b)
{
    struct arena scratch = {0};
    struct text x = {.mem = &scratch}, y = {.mem = &scratch};
    text_puts(&x, "");
    text_puts(&y, "");
    option_value(row, a, &x);
    option_value(row, b, &y);
    bool same = strcmp(x.p, y.p) == 0;
    arena_release(&scratch);
    return same;
}

static bool same_step(const struct recipe *a, const struct recipe *b, size_t s)
{
    if (s + 1 >= a->n || s + 1 >= b->n || a->step[s] != b->step[s] || is_searched(a, s) ||
        is_searched(b, s))
        return false;
    for (size_t i = 0; i < a->step[s]->n_rows; i++)
        if (!same_value(&a->step[s]->rows[i], a->base[s], b->base[s]))
            return false;
    return true;
}

size_t recipes_alike(const struct recipes *r)
{
    for (size_t s = 0;; s++)
        for (size_t i = 0; i < r->n; i++)
            if (!same_step(&r->of[0], &r->of[i], s))
                return s;
}
