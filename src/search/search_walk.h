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
    size_t folds;
};

/* One fold up to the branch. */
struct walk_fold {
    const struct search_walk *walk;
    size_t fold, step; // the step that the matrices stand before
    struct matrix x_train, x_test;
    struct target y_train, y_test;
    const bool *wanted; // [n_cells] cells that are scored; NULL: all
    double *score;      // [n_cells][folds]
    size_t threads;     // of one fit
    void **state; // [choices of the branch] fitted together; one of a fused form; or NULL
};

/* Fits and applies steps up to `end`, which have one choice each; the state and the columns
 * live in mem.  All but walk, step and the matrices may be unknown yet. */
MUST_USE enum status walk_forward(struct walk_fold *w, size_t end, struct arena *mem,
                                  struct error *err);

/* Goes forward to the branch and fits what the cells of a fold share there; all but state is
 * given.  Results in mem. */
MUST_USE enum status walk_prepare(struct walk_fold *w, struct arena *mem,
                                  struct error *err);

/* Whether some cell below a child of the branch is wanted. */
bool walk_wants(const struct search_walk *walk, const bool *wanted, size_t piece);

/* Scores the cells below one child of the branch. */
MUST_USE enum status walk_piece(const struct walk_fold *w, size_t piece,
                                struct arena *scratch, struct error *err);

#endif
