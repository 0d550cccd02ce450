/* What the files of the grower share: its memory, and how rows are divided. */
#ifndef TREES_LEAFWISE_INTERNAL_H
#define TREES_LEAFWISE_INTERNAL_H

#include "trees/leafwise.h"

struct leafwise_work {
    const struct leafwise_rule *rule;
    const struct leafwise_data *data;
    struct thread_team *team;
    struct arena *mem;
    size_t most_leaves;

    // Of the tree that is being grown.
    const struct histogram_unit *unit;
    const histogram_sum *of;
    struct rng *rng;
    size_t n_leaves, n_open;
    uint32_t *open; // [most_leaves] a heap of leaves that can be split

    uint32_t *spare[2]; // [n] rows on their way to the left and to the right

    size_t n_free, n_histograms, most_histograms;
    histogram_sum **free;   // [most_histograms]
    histogram_sum *passing; // for a leaf that finds none free
    histogram_sum **part;   // [thread_team_size - 1] sums of some of a leaf's rows

    bool *tried[2];              // [p] columns that one leaf and the other may use
    uint32_t *shuffled;          // [p]
    struct best_split *found[2]; // [p] of one leaf and the other
};

/* Divides the rows of a leaf by its split, in order; returns where the right ones begin. */
size_t leafwise_divide(struct leafwise *g, const struct leafwise_node *leaf);

#endif
