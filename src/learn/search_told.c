/* Cells with the values of their hyper-parameters, each in the type that it has. */
#include "learn/search_told.h"

#include <string.h>

#include "file/json.h"

static enum parameter_kind kind_of(const struct option_row *row)
{
    switch (row->kind) {
    case OPTION_SIZE:
    case OPTION_INT: return PARAMETER_WHOLE;
    case OPTION_REAL: return PARAMETER_REAL;
    default: return PARAMETER_TEXT;
    }
}

static union parameter value_of(const struct axis *axis, size_t i)
{
    const void *at = (const char *)axis->value[i] + axis->row->offset;
    switch (axis->row->kind) {
    case OPTION_SIZE: return (union parameter){.whole = (int64_t) * (const size_t *)at};
    case OPTION_INT: return (union parameter){.whole = *(const int64_t *)at};
    case OPTION_REAL: return (union parameter){.real = *(const double *)at};
    default: return (union parameter){.text = axis->text[i]};
    }
}

/* The columns of the parameters of all recipes: each name once, in the order of the file. */
struct told_columns {
    bool named; // the first is the recipe's name
    size_t n;
    struct search_csv_axis *axis;
};

static size_t column_of(const struct told_columns *c, const char *name)
{
    size_t i = 0;
    while (i < c->n && strcmp(c->axis[i].name, name) != 0)
        i++;
    return i;
}

/* A column that a recipe lacks holds texts, since some of them are empty. */
static struct told_columns columns_of(const struct recipes *r, struct arena *mem)
{
    size_t most = 1;
    for (size_t i = 0; i < r->n; i++)
        most += r->of[i].n_axes;
    struct told_columns c = {.named = r->name != NULL};
    size_t *seen = ARENA_ARRAY(mem, size_t, most);
    c.axis = ARENA_ARRAY(mem, struct search_csv_axis, most);
    if (c.named)
        c.axis[c.n++] = (struct search_csv_axis){SEARCH_CSV_RECIPE, PARAMETER_TEXT};
    for (size_t i = 0; i < r->n; i++)
        for (size_t a = 0; a < r->of[i].n_axes; a++) {
            const struct axis *axis = &r->of[i].axis[a];
            size_t at = column_of(&c, axis->name);
            if (at == c.n)
                c.axis[c.n++] = (struct search_csv_axis){axis->name, kind_of(axis->row)};
            seen[at]++;
        }
    for (size_t at = c.named ? 1 : 0; at < c.n; at++)
        if (seen[at] < r->n)
            c.axis[at].kind = PARAMETER_TEXT;
    return c;
}

static void fill_row(const struct recipes *r, const struct told_columns *c, size_t cell,
                     struct arena *mem, union parameter *ret)
{
    char buffer[32];
    const struct recipe *recipe = &r->of[recipes_find(r, cell, &cell)];
    size_t *index = ARENA_ARRAY(mem, size_t, recipe->n_axes + 1);
    recipe_cell(recipe, cell, index);
    for (size_t at = 0; at < c->n; at++)
        if (c->axis[at].kind == PARAMETER_TEXT)
            ret[at].text = "";
    if (c->named)
        ret[0].text = r->name[recipe - r->of];
    for (size_t a = 0; a < recipe->n_axes; a++) {
        const struct axis *axis = &recipe->axis[a];
        enum parameter_kind kind = kind_of(axis->row);
        size_t at = column_of(c, axis->name);
        ret[at] = value_of(axis, index[a]);
        if (kind != c->axis[at].kind)
            ret[at].text = arena_string(mem, parameter_text(kind, ret[at], buffer));
    }
}

void search_table(const struct recipes *recipes, const struct search_result *result,
                  struct arena *mem, struct search_csv *ret)
{
    struct told_columns c = columns_of(recipes, mem);
    union parameter *value = arena_array(mem, result->n_cells, c.n * sizeof *value);
    for (size_t row = 0; row < result->n_cells; row++)
        fill_row(recipes, &c, search_row_cell(result, row), mem, value + row * c.n);
    *ret = (struct search_csv){.n_axes = c.n,
                               .n_cells = result->n_cells,
                               .folds = result->folds,
                               .axis = c.axis,
                               .value = value,
                               .score = result->score,
                               .mean = result->mean,
                               .rank = result->rank,
                               .iter = result->iter,
                               .resources = result->resources};
}

static json_t *value_json(enum parameter_kind kind, union parameter value)
{
    switch (kind) {
    case PARAMETER_WHOLE: return json_integer(value.whole);
    case PARAMETER_REAL: return json_real(value.real);
    default: return json_string(value.text);
    }
}

static json_t *summary(json_t *best, json_t *simplest, const struct search_result *result,
                       const struct metric *score)
{
    return json_pack("{s:o, s:s, s:o, s:I, s:I, s:o}", "best", best, "score", score->name,
                     "score_mean", json_finite(result->mean[result->chosen]), "cells",
                     (json_int_t)result->n_cells, "folds", (json_int_t)result->folds,
                     "simplest_within_error", simplest);
}

/* The values on a recipe's axes. */
static json_t *cell_json(const struct recipes *r, size_t cell)
{
    struct arena scratch = {0};
    const struct recipe *recipe = &r->of[recipes_find(r, cell, &cell)];
    size_t *index = ARENA_ARRAY(&scratch, size_t, recipe->n_axes + 1);
    json_t *all = json_object();
    recipe_cell(recipe, cell, index);
    for (size_t a = 0; a < recipe->n_axes; a++) {
        const struct axis *axis = &recipe->axis[a];
        json_object_set_new(all, axis->name,
                            value_json(kind_of(axis->row), value_of(axis, index[a])));
    }
    arena_release(&scratch);
    return all;
}

json_t *search_summary(const struct recipes *recipes, const struct search_result *result,
                       const struct metric *score)
{
    size_t chosen = search_row_cell(result, result->chosen),
           simplest = search_row_cell(result, result->simplest_within_error),
           own = recipes_find(recipes, chosen, NULL),
           best = recipes_find(recipes, search_row_cell(result, result->best), NULL);
    json_t *ret =
        summary(cell_json(recipes, chosen), cell_json(recipes, simplest), result, score);
    if (recipes->name)
        json_object_set_new(ret, "recipe", json_string(recipes->name[own]));
    if (best != own)
        json_object_set_new(ret, "better", json_string(recipes->name[best]));
    return ret;
}

static json_t *row_json(const struct search_csv *s, size_t row)
{
    json_t *all = json_object();
    for (size_t a = 0; a < s->n_axes; a++)
        json_object_set_new(all, s->axis[a].name,
                            value_json(s->axis[a].kind, search_csv_value(s, row, a)));
    return all;
}

json_t *search_summary_series(const struct search_csv *table,
                              const struct search_result *result,
                              const struct metric *score)
{
    return summary(row_json(table, result->chosen),
                   row_json(table, result->simplest_within_error), result, score);
}

/* The place on an axis of a value as model.json has it; axis->n where it has none. */
static size_t place_on(const struct axis *axis, const json_t *value)
{
    for (size_t i = 0; i < axis->n; i++) {
        json_t *own = value_json(kind_of(axis->row), value_of(axis, i));
        bool found = json_equal(own, value);
        json_decref(own);
        if (found)
            return i;
    }
    return axis->n;
}

/* The recipe that the summary names; r->n where there is none of that name. */
static size_t named_recipe(const struct recipes *r, const json_t *summary)
{
    const char *name = json_string_value(json_object_get(summary, "recipe"));
    size_t i = 0;
    if (!r->name)
        return name ? r->n : 0;
    while (i < r->n && (!name || strcmp(r->name[i], name) != 0))
        i++;
    return i;
}

bool search_cell(const struct recipes *recipes, const json_t *summary, size_t *ret)
{
    const json_t *best = json_object_get(summary, "best");
    size_t cell = 0, which = named_recipe(recipes, summary);
    if (which == recipes->n || json_object_size(best) != recipes->of[which].n_axes)
        return false;
    const struct recipe *recipe = &recipes->of[which];
    for (size_t a = 0; a < recipe->n_axes; a++) {
        const struct axis *axis = &recipe->axis[a];
        size_t i = place_on(axis, json_object_get(best, axis->name));
        if (i == axis->n)
            return false;
        cell = cell * axis->n + i;
    }
    *ret = recipes->first[which] + cell;
    return true;
}
