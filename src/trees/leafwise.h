/* A tree grown leaf by leaf: the leaf whose split gains most is split next.
 *
 * Of two children the histogram of the smaller one is counted, that of the larger is what
 * is left of their parent's.  Rows of a leaf stand side by side, in rising order: a split
 * divides its leaf's run of them.  One grower grows many trees in the same memory:
 *
 *     struct leafwise *g = leafwise_new(&rule, &data, team, &scratch);
 *     for (…) {
 *         leafwise_grow(g, &unit, of, row, n, &rng);
 *         … g->node[0 … g->n_nodes - 1], g->row …
 *     }
 */
#ifndef TREES_LEAFWISE_H
#define TREES_LEAFWISE_H

#include "base/rng.h"
#include "base/thread.h"
#include "trees/best_split.h"
#include "trees/bins.h"

struct leafwise_rule {
    struct split_rule split;
    size_t max_leaf_nodes, max_depth; // 0: no limit
    double max_features;              // (0,1] share of the columns tried at each leaf
};

/* The columns, in both orders. */
struct leafwise_data {
    const struct bins *bins;
    const uint8_t *code; // [p][n]
    struct histogram_codes packed;
};

struct leafwise_node {
    uint32_t left;           // the left child, the right one is the next; 0: a leaf
    uint32_t depth;          // of the root 0
    struct best_split split; // of a fork; of a leaf what it would be
    size_t from, to;         // its rows in leafwise.row
    histogram_sum all;
    double answer;       // before shrinkage
    histogram_sum *hist; // NULL: forgotten, or never counted
};

struct leafwise {
    size_t n_nodes;
    struct leafwise_node *node; // the root first
    uint32_t *row;              // the rows that the tree was grown on
    struct leafwise_work *work; // what only the grower looks at
};

/* For up to data->packed.n rows; all of it lives in mem, and borrows rule and data. */
struct leafwise *leafwise_new(const struct leafwise_rule *rule,
                              const struct leafwise_data *data, struct thread_team *team,
                              struct arena *mem);

/* Grows the tree of rows row[n], ascending and one or more, whose sums in `unit` are
 * of[data->packed.n].  The rng is drawn from only where max_features is below 1. */
void leafwise_grow(struct leafwise *g, const struct histogram_unit *unit,
                   const histogram_sum *of, const uint32_t *row, size_t n,
                   struct rng *rng);

/* The leaf that row i of the columns falls into. */
size_t leafwise_leaf(const struct leafwise *g, size_t i);

#endif
