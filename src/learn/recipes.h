/* The recipes that one search chooses among: the one of `train.steps`, or several by name.
 *
 *     train:
 *       recipes:
 *         ridge:  [scale: {}, ridge: {alpha: [1, 10]}]
 *         forest: [random_forest: {max_depth: [4, 8]}]
 *       use: ridge        # fits this one, whichever is best
 *
 * Their cells are numbered one after another, recipe by recipe in the order of the file, so
 * that one search judges all of them on the same folds. */
#ifndef LEARN_RECIPES_H
#define LEARN_RECIPES_H

#include "learn/recipe.h"

struct recipes {
    size_t n;                // at least 1
    const struct recipe *of; // [n]
    const char *const *name; // [n], or NULL: the one of `train.steps`
    const size_t *first;     // [n + 1] number of its first cell, and of all cells
    size_t use;              // the one that is fitted whatever comes out; n: the best
};

/* What the file has of them. */
struct recipes_source {
    const struct yaml_node *steps, *recipes, *use; // steps or recipes; NULL: not there
};

/* Reads and checks them for a task; all live in mem.  STATUS_INPUT at the node as recipe_read
 * and step_check_task say, for an empty map, for more than 10^6 cells together, for
 * recipes whose estimators give different kinds of answers, which no score could
 * compare, and for a `use` that is none of the names. */
MUST_USE enum status recipes_read(const struct recipes_source *from, enum task task,
                                  struct arena *mem, struct recipes *ret,
                                  struct error *err);

static inline size_t recipes_cells(const struct recipes *r)
{
    return r->first[r->n];
}

/* Which recipe a cell is of; *ret_own, NULL: nobody asks, is its number there. */
size_t recipes_find(const struct recipes *r, size_t cell, size_t *ret_own);

/* How many steps all of them begin with alike: one choice each, with the same parameters. */
size_t recipes_alike(const struct recipes *r);

/* What they answer to the task. */
enum answer recipes_answer(const struct recipes *r, enum task task);

#endif
