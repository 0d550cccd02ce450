/* Cells with the values of their hyper-parameters, each in the type that it has. */
#include "learn/search_told.h"

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

void search_table(const struct recipe *recipe, const struct search_result *result,
                  struct arena *mem, struct search_csv *ret)
{
    size_t n = recipe->n_axes, *index = ARENA_ARRAY(mem, size_t, n + 1);
    struct search_csv_axis *axis = ARENA_ARRAY(mem, struct search_csv_axis, n);
    union parameter *value = arena_array(mem, result->n_cells, n * sizeof *value);
    for (size_t a = 0; a < n; a++)
        axis[a] =
            (struct search_csv_axis){recipe->axis[a].name, kind_of(recipe->axis[a].row)};
    for (size_t cell = 0; cell < result->n_cells; cell++) {
        recipe_cell(recipe, cell, index);
        for (size_t a = 0; a < n; a++)
            value[cell * n + a] = value_of(&recipe->axis[a], index[a]);
    }
    *ret = (struct search_csv){.n_axes = n,
                               .n_cells = result->n_cells,
                               .folds = result->folds,
                               .axis = axis,
                               .value = value,
                               .score = result->score,
                               .mean = result->mean,
                               .rank = result->rank};
}

static json_t *value_json(enum parameter_kind kind, union parameter value)
{
    switch (kind) {
    case PARAMETER_WHOLE: return json_integer(value.whole);
    case PARAMETER_REAL: return json_real(value.real);
    default: return json_string(value.text);
    }
}

static json_t *cell_json(const struct search_csv *s, size_t cell)
{
    json_t *all = json_object();
    for (size_t a = 0; a < s->n_axes; a++)
        json_object_set_new(all, s->axis[a].name,
                            value_json(s->axis[a].kind, search_csv_value(s, cell, a)));
    return all;
}

json_t *search_summary(const struct search_csv *table, const struct search_result *result,
                       const struct metric *score)
{
    return json_pack(
        "{s:o, s:s, s:o, s:I, s:I, s:o}", "best", cell_json(table, result->best), "score",
        score->name, "score_mean", json_finite(result->mean[result->best]), "cells",
        (json_int_t)result->n_cells, "folds", (json_int_t)result->folds,
        "simplest_within_error", cell_json(table, result->simplest_within_error));
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

bool search_cell(const struct recipe *recipe, const json_t *summary, size_t *ret)
{
    const json_t *best = json_object_get(summary, "best");
    size_t cell = 0;
    if (json_object_size(best) != recipe->n_axes)
        return false;
    for (size_t a = 0; a < recipe->n_axes; a++) {
        const struct axis *axis = &recipe->axis[a];
        size_t i = place_on(axis, json_object_get(best, axis->name));
        if (i == axis->n)
            return false;
        cell = cell * axis->n + i;
    }
    *ret = cell;
    return true;
}
