/* Trees over columns of reals, and sums of them: how they stand in memory and in a file.
 *
 * A tree is an array of nodes whose first one is the root.  A node is a fork or a leaf: a
 * fork sends a row to its left child when the row's value in the fork's column is at most
 * its threshold, else to the right one (so NaN goes right).  The children of a fork stand
 * side by side and behind it: no walk goes in circles.  A leaf answers `width` reals.
 *
 *     nodes are numbered as who grows depth first, left before right, and takes two numbers
 *     at each fork, numbers them; a tree that was read has the numbers it was written with
 *
 * An ensemble adds trees up, each into the columns of its turn: those of a forest and of
 * boosting with one sum take no turns (turns 1, width as many as there are sums); boosting
 * with a tree for each class has width 1 and as many turns as classes.
 *
 * In a file each real stands once.  Forks say which of the `cuts` (column and threshold)
 * they make, leaves which of the `answers` they give, both by number, in the order in
 * which the trees are walked, left before right; and `shape` has a bit for each node in that
 * order, 1 for a fork, the lowest of a byte first:
 *
 *     {"trees": …, "nodes": …, "shape": bytes, "cuts": …, "cut_columns": numbers,
 *      "cut_thresholds": reals, "fork_cuts": numbers, "answers": …, "answer_reals": reals,
 *      "leaf_answers": numbers}
 *
 * bytes and reals are those of file/json.h.  Numbers are bytes, too: each takes as many as
 * the highest one that it could be needs, the lowest first. */
#ifndef TREES_ENSEMBLE_H
#define TREES_ENSEMBLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* More nodes than this have no room in a file that can be read again. */
enum { ENSEMBLE_NODES = 24000000, ENSEMBLE_TREES = 100000 };

struct tree_node {
    double real;   // of a fork its threshold; of a leaf its answer where the width is 1
    uint32_t left; // of a fork its left child, the right one is the next; of a leaf 0
    uint32_t
        place; // of a fork its column; of a leaf its place in `leaf`, width reals a leaf
};

struct tree {
    uint32_t n_nodes, n_leaves; // n_nodes is 2 n_leaves - 1
    const struct tree_node *node;
    const double *leaf; // [n_leaves][width]; NULL where the width is 1
};

struct ensemble {
    size_t p, width, turns;
    size_t n_trees;
    const struct tree *tree; // [n_trees]
};

/* The leaf of a row. */
static inline const struct tree_node *tree_walk(const struct tree_node *root,
                                                const double *row)
{
    const struct tree_node *at = root;
    while (at->left > 0)
        at = root + at->left + !(row[at->place] <= at->real);
    return at;
}

/* Adds the answers of trees [from, to), in that order, for each of n rows:
 * ret[t mod turns][i] of width 1, ret[0 .. width - 1][i] else. */
void ensemble_add(const struct ensemble *e, size_t from, size_t to,
                  const double *const *col, size_t n, double *const *ret);

/* The members of the ensemble's object, as above. */
json_t *ensemble_save(const struct ensemble *e);

/* Reads and checks them: every column is below p, every real finite, every number in its
 * range, and the shape that of at least one tree and a multiple of `turns`; nothing stands
 * behind the last of anything.  What answers mean is for the caller: bounds says the least
 * and the most that one may be. */
struct ensemble_bounds {
    size_t p, width, turns;
    double least, most;
    bool shares; // the reals of each answer sum to 1
};
MUST_USE enum status ensemble_load(const json_t *saved, const char *path,
                                   const struct ensemble_bounds *bounds,
                                   struct arena *mem, struct ensemble *ret,
                                   struct error *err);

#endif
