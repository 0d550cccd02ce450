/* The walk over a recipe's tree for one fold: the inside of the search.
 *
 * A node stands before a step, with all earlier steps fitted and applied.  Its children
 * are the step's choices; a leaf scores a cell.  The walk is cut at one step, the branch:
 * what comes before is the same for all cells and done once a fold (walk_prepare), each
 * child of the branch is a piece of its own (walk_piece). */
#ifndef SEARCH_SEARCH_WALK_H
#define SEARCH_SEARCH_WALK_H

#include "search/fused.h"
#include "learn/metric.h"

/* What all folds share; read only. */
struct search_walk {
    const struct recipe *recipe;
    const struct recipe_grid *grid; // [recipe->n]
    const struct fused *fused;      // NULL: no fused form
    size_t tail;                    // first step of the fused form, or recipe->n
    size_t branch;                  // first step with several choices; at most tail
    const struct metric *metric;
    uint64_t seed;
    double *score; // [n_cells][folds]
    size_t folds;
    bool views; // every step reads views: no row is copied
};

/* One fold up to the branch. */
struct walk_fold {
    const struct search_walk *walk;
    size_t fold;
    struct matrix x_train, x_test;
    struct target y_train, y_test;
    void **state; // [choices of the branch] fitted together; one of a fused form; or NULL
};

/* Fits what the cells of a fold share; w->fold and the four matrices are given.  Results
 * in mem. */
MUST_USE enum status walk_prepare(struct walk_fold *w, struct arena *mem,
                                  struct error *err);

/* Scores the cells below one child of the branch. */
MUST_USE enum status walk_piece(const struct walk_fold *w, size_t piece,
                                struct arena *scratch, struct error *err);

#endif
