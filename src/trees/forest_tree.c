/* What all nodes of a tree have in common, however their cuts are found. */
#include "trees/forest_internal.h"

#include <math.h>

/* The next column by Fisher and Yates; 32 bits of a draw are enough to choose from so few
 * evenly (Lemire 2019, "Fast random integer generation in an interval", without its
 * rejection: p / 2^32 off).  Who looks at all of them draws their order, too: of cuts that
 * are as good as each other, which all are in a node of two rows, the first one is taken. */
size_t forest_draw(struct forest_tree *t, size_t v)
{
    size_t p = t->rows->p;
    size_t at = v + (size_t)((rng_next(&t->rng) >> 32) * (p - v) >> 32);
    size_t held = t->order[at];
    t->order[at] = t->order[v];
    t->order[v] = held;
    return held;
}

bool forest_may_split(const struct forest_tree *t, const struct forest_sums *sums,
                      size_t depth)
{
    const struct forest_options *o = t->options;
    return !sums->pure && (o->max_depth == 0 || depth < o->max_depth) &&
           sums->rows >= o->min_samples_split && sums->rows >= 2 * o->min_samples_leaf;
}

uint32_t forest_fork(struct forest_tree *t, uint32_t node, const struct forest_sums *sums,
                     const struct forest_split *split)
{
    uint32_t left = t->n_nodes;
    double rise = split->score - forest_score(t->measure, sums);
    t->n_nodes += 2;
    t->importance[split->column] += rise > 0 ? rise : 0;
    t->node[node] =
        (struct tree_node){forest_cut(t->rows, split->column, split->low, split->high),
                           left, (uint32_t)split->column};
    return left;
}

void forest_leaf(struct forest_tree *t, uint32_t node, const struct forest_sums *sums,
                 double mean)
{
    size_t n_classes = t->measure->n_classes;
    t->node[node] = (struct tree_node){n_classes > 0 ? 0 : mean, 0, t->n_leaves};
    for (size_t k = 0; k < n_classes; k++)
        t->leaf[t->n_leaves * n_classes + k] =
            (double)sums->count[k] / (double)sums->weight;
    t->n_leaves++;
}

/* Half way between two values, or the lower one where there is nothing between; of bins the
 * bound in the middle of those that tell the two apart. */
double forest_cut(const struct forest_rows *rows, size_t column, size_t low, size_t high)
{
    const double *value = rows->value[column];
    if (!rows->rank)
        return value[(low + high - 1) / 2];
    double cut = value[low] / 2 + value[high] / 2;
    return cut < value[high] ? cut : value[low];
}
