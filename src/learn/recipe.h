/* Recipes: the steps that a pipeline's file lists, with the grid that its lists span.
 *
 *     steps:
 *       - scale: {}
 *       - select: {by: mutual_information, k: [3, 4, 5]}
 *       - ridge: {alpha: [1, 0.1]}
 *
 * Where a hyper-parameter takes one value, a list of values is an axis of the grid.  Axes
 * are ordered from the last step to the first and, within a step, as its rows are; the
 * last axis varies fastest.  For this recipe that is scikit-learn's ParameterGrid order
 * (names sorted: model, poly, selector).  An axis is named step.parameter
 * ("ridge.alpha"). */
#ifndef LEARN_RECIPE_H
#define LEARN_RECIPE_H

#include "config/yaml.h"
#include "steps/step.h"

struct axis {
    const char *name; // "ridge.alpha"
    size_t step;      // index into the recipe
    const struct option_row *row;
    size_t n;
    const char **text; // [n] the values as they are written to files
    void **value;      // [n] params structs of which only the row's field counts
};

struct recipe {
    size_t n;                 // steps
    const struct step **step; // [n]
    void **base;              // [n] params with defaults and fixed values
    size_t n_axes;
    struct axis *axis; // [n_axes], slowest first
    size_t n_cells;    // product of the axes' lengths; at most 10^6
};

/* Reads and checks `steps`.  STATUS_INPUT at the node for an unknown step (nearest name),
 * an unknown parameter, a wrong type, a value out of range, a value twice in a list, the
 * same axis twice, an estimator that is not last. steps may be NULL, which is an error
 * too. */
MUST_USE enum status recipe_read(const struct yaml_node *steps, struct arena *mem,
                                 struct recipe *ret, struct error *err);

/* Refuses a recipe with a step that is not for the task; steps is what it was read
 * from. */
MUST_USE enum status recipe_check_task(const struct recipe *r,
                                       const struct yaml_node *steps, enum task task,
                                       struct error *err);

/* The index on every axis of a cell; ret has n_axes elements. */
void recipe_cell(const struct recipe *r, size_t cell, size_t *ret);

/* Everything that the grid asks of one step: each combination of its axes. */
struct recipe_grid {
    size_t n;            // at least 1
    const void **params; // [n]
    size_t *offset;      // [n]; a cell's number is the sum of its steps' offsets
};

/* The grid of a step, the last axis fastest. */
void recipe_step_grid(const struct recipe *r, size_t step, struct arena *mem,
                      struct recipe_grid *ret);

/* The choice of every step for a cell, params in mem; ret has n elements. */
void recipe_choose(const struct recipe *r, size_t cell, struct arena *mem,
                   struct step_choice *ret);

/* Every step with its rows, for --explain and the reference page. */
void recipe_explain(struct text *out);

#endif
