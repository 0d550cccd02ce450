/* Random forests: trees on samples of the rows that look at samples of the columns.
 *
 * Breiman 2001, "Random forests", Machine Learning 45, as scikit-learn's RandomForest
 * builds them: a tree learns from as many rows as there are, drawn with replacement
 * (bootstrap); a fork takes the best cut among max_features columns drawn anew, and goes on
 * drawing until one is not constant; rows and not draws count for min_samples_split and
 * min_samples_leaf; the forest answers with the mean of its trees.
 *
 * Up to FOREST_EXACT rows a cut may lie between any two values, half way; above, between
 * 255 bins of equally many rows (bins.h), learnt once for all trees.
 *
 *     squared_error   the sum of squares about the mean falls most
 *     gini            the sum of squared shares, weighted with the draws, rises most
 *     entropy         the same of -sum share log share, falling
 *
 * Tree t draws from a stream of its own and trees are put together in order, so a forest of
 * 100 trees is the beginning of one of 500, for any number of threads.
 *
 *     TRY(forest_learn(&x, &y, threads, mem, &rows, err));  // what all forests share
 *     struct forest_growth *g = forest_begin(rows, &options, mem);
 *     TRY(forest_extend(g, 100, err));
 *     struct forest f = forest_so_far(g, false, mem); */
#ifndef TREES_FOREST_H
#define TREES_FOREST_H

#include "data/matrix.h"
#include "trees/ensemble.h"

#define FOREST_MOST 1e300 // magnitude of a target
enum { FOREST_EXACT = 10000, FOREST_ROWS = 1 << 25, FOREST_CLASSES = 1000 };

enum forest_criterion { FOREST_SQUARED_ERROR, FOREST_GINI, FOREST_ENTROPY };

/* What is learnt: reals, or numbers of classes. */
struct forest_target {
    const double *y;  // [n] |y| at most FOREST_MOST
    size_t n_classes; // 0: reals; else y is 0 … n_classes - 1
};

struct forest_options {
    enum forest_criterion criterion; // squared_error of reals, of classes the others
    size_t max_depth;                // forks above a leaf; 0: any number
    size_t min_samples_split;        // rows of a fork, at least 2
    size_t min_samples_leaf;         // rows of a leaf, at least 1
    size_t max_features;             // 1 … p
    size_t draws;                    // rows drawn a tree; 0: all rows as they are
    uint64_t seed;
    size_t threads;
};

struct forest_rows; // columns as codes, and the target

struct forest {
    size_t n_classes;         // 0: of reals
    size_t nodes;             // of all trees
    struct ensemble trees;    // leaves answer a mean, or a share of each class
    const double *importance; // [p] sum 1, or all 0 where no tree has a fork
    /* Rows judged by the trees that have not drawn them, as far as there are any: R^2 and
     * mean squared error of reals, shares of right and wrong ones of classes. */
    size_t oob_rows;
    double oob_score, oob_error;
};

/* Reads x, which is plain, and y.  STATUS_INPUT when there are more rows or classes than
 * fit, STATUS_STOPPED when somebody asked to stop. */
MUST_USE enum status forest_learn(const struct matrix *x, const struct forest_target *y,
                                  size_t threads, struct arena *mem,
                                  struct forest_rows **ret, struct error *err);

/* A forest without trees; it lives in mem, its trees too. */
struct forest_growth *forest_begin(const struct forest_rows *rows,
                                   const struct forest_options *options,
                                   struct arena *mem);

/* Grows it to so many trees.  STATUS_INPUT when it becomes too large for a file. */
MUST_USE enum status forest_extend(struct forest_growth *g, size_t trees,
                                   struct error *err);

/* What has grown so far; it borrows the trees, or has copies of them in mem. */
struct forest forest_so_far(const struct forest_growth *g, bool copied,
                            struct arena *mem);

/* A forest as JSON and back:
 *
 *     {"classes": …, "importance": reals, "oob_rows": …, "oob_score": …, "oob_error": …,
 *      "ensemble": {…}}
 *
 * Checked are the shares of importance, those of each leaf, and what ensemble_load
 * checks; p is the number of columns that come in. */
json_t *forest_save(const struct forest *f);
MUST_USE enum status forest_load(const json_t *saved, const char *path, size_t p,
                                 struct arena *mem, struct forest *ret,
                                 struct error *err);

#endif
