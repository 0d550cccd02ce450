/* What the parts of the forest share: rows as codes, the sums of a node, the best cut. */
#ifndef TREES_FOREST_INTERNAL_H
#define TREES_FOREST_INTERNAL_H

#include "base/rng.h"
#include "trees/forest.h"

/* Rows are learnt from as codes that have the order of the values. */
struct forest_rows {
    size_t n, p;
    const uint16_t *rank;       // [p][n] places among the distinct values; NULL: bins
    const uint8_t *bin;         // [p][n]
    const size_t *codes;        // [p] how many there are
    const double *const *value; // [p] of ranks the values, of bins their upper bounds
    struct matrix x;            // as it came, for the rows that a tree has not drawn
    struct forest_target y;
    const uint16_t *class; // [n] of classes
    double middle, most;   // of reals: mean, and largest distance from it
};

/* The threshold between two codes of a column that follow one another in a node. */
double forest_cut(const struct forest_rows *rows, size_t column, size_t low, size_t high);

/* How nodes are measured.
 *
 * Reals are rounded to whole steps, so many that a sum of all draws still is an exact
 * double: then no sum depends on the order of its terms, and what is left of a node when
 * one child is taken away is the other one to the last bit.  A row is one number, its
 * steps above its draws: (step * 2^bits + 1) times the draws.  One addition adds both. */
struct forest_measure {
    enum forest_criterion criterion;
    size_t n_classes, min_leaf;
    unsigned bits;         // of the draws
    int64_t mask;          // 2^bits - 1
    double steps;          // a distance of `most` from the mean has so many
    const double *inverse; // [draws + 1] 1 / w
    const double *n_log_n; // [draws + 1], of entropy
};

/* A node: its rows, draws and, of reals, steps and, of classes, draws of each. */
struct forest_sums {
    size_t rows;
    uint32_t weight;
    int64_t packed;
    uint32_t *count; // [n_classes]
    double score;    // without a cut
    bool pure;
};

/* Of all cuts the first one of the highest score. */
struct forest_split {
    bool found;
    double score;
    size_t column, low, high; // codes
};

/* Rows in the order of a column's codes, which a cut runs through. */
struct forest_keys {
    const uint32_t *key; // [n] code << 16 | place of the row in what follows
    const int64_t *packed;
    const uint32_t *weight;
    const uint16_t *class;
};

/* The score of a node that is not cut. */
double forest_score(const struct forest_measure *m, const struct forest_sums *sums);

/* Look for a better cut of one column, in its rows or in its bins: sums of steps and draws,
 * or draws of each class (bin[code][n_classes]); rows in each bin, NULL where min_leaf is
 * 1.  left is room for n_classes counts.  False where there is but one code. */
bool forest_scan_keys(const struct forest_measure *m, const struct forest_sums *sums,
                      const struct forest_keys *keys, uint32_t *left, size_t column,
                      struct forest_split *best);
bool forest_scan_steps(const struct forest_measure *m, const struct forest_sums *sums,
                       const int64_t *bin, const uint32_t *rows, size_t codes,
                       size_t column, struct forest_split *best);
bool forest_scan_counts(const struct forest_measure *m, const struct forest_sums *sums,
                        const uint32_t *bin, const uint32_t *rows, size_t codes,
                        uint32_t *left, size_t column, struct forest_split *best);

/* One tree under growth, by one worker. */
struct forest_tree {
    const struct forest_rows *rows;
    const struct forest_options *options;
    const struct forest_measure *measure;
    struct arena *scratch; // for this tree
    struct rng rng;
    const uint32_t *weight; // [n] draws
    const int64_t *packed;  // [n] of reals
    size_t *order;          // [p] columns, drawn from the front
    uint32_t *left;         // [n_classes]
    uint32_t n_nodes, n_leaves;
    struct tree_node *node; // [2 rows drawn - 1]
    double *leaf;           // [rows drawn][n_classes] of classes
    double *importance;     // [p] what the score rose by
};

/* A stretch of rows that becomes the subtree at a node. */
struct forest_task {
    size_t from, to;
    uint32_t node, depth;
};

/* The column to look at after v others of a node. */
size_t forest_draw(struct forest_tree *t, size_t v);

/* Whether to look for another one: two rows are parted by all columns alike. */
static inline bool forest_draws_on(const struct forest_tree *t,
                                   const struct forest_sums *sums, size_t v, bool varied)
{
    return v < t->rows->p &&
           (!varied || (v < t->options->max_features && sums->rows > 2));
}

/* Whether a node may be cut at all. */
bool forest_may_split(const struct forest_tree *t, const struct forest_sums *sums,
                      size_t depth);

/* Makes a node a fork and returns its left child, or makes it a leaf; mean is that of the
 * reals. */
uint32_t forest_fork(struct forest_tree *t, uint32_t node, const struct forest_sums *sums,
                     const struct forest_split *split);
void forest_leaf(struct forest_tree *t, uint32_t node, const struct forest_sums *sums,
                 double mean);

/* Grows the tree of rows row[n], which are put into other orders. */
void forest_grow(struct forest_tree *t, uint32_t *row, size_t n);

/* Grows the subtree of at most FOREST_EXACT rows row[n] below node, by sorting. */
void forest_grow_block(struct forest_tree *t, const uint32_t *row, size_t n,
                       uint32_t node, uint32_t depth);

#endif
