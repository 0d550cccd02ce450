/* What a search holds between its calls. */
#ifndef SEARCH_SEARCH_INTERNAL_H
#define SEARCH_SEARCH_INTERNAL_H

#include <pthread.h>

#include "search/search.h"
#include "search/search_walk.h"

/* One recipe of a plan; its pieces stand together, those of a fold together among them. */
struct search_part {
    struct search_walk walk;
    size_t first;           // number of its first piece in a round
    size_t per_fold;        // pieces
    size_t n_below, *below; // offsets of all choices behind the branch: a piece's cells
};

/* One round: all cells on all rows, unless the search halves. */
struct search_round {
    struct folds folds;
    size_t resources;  // rows
    size_t candidates; // cells
    bool *wanted;      // [cells] which they are, once known; NULL: all
    double *score;     // [cells][folds]
};

struct search_plan {
    struct search_options options;
    const struct recipes *recipes;
    struct fit_context context;
    const struct matrix *x;
    const struct target *y;
    struct cell_size *size; // [cells]
    size_t n_folds;
    size_t n_cells;
    bool views;               // every step reads views: no row is copied
    size_t alike;             // steps before the branches that all recipes begin with
    struct search_part *part; // [recipes]
    size_t per_round;         // pieces
    size_t n_rounds;
    struct search_round *round;
    bool *scored;            // [pieces]
    size_t n_work, *work;    // pieces that are scored together: of one round and recipe
    size_t at_round;         // which round,
    struct search_part *at;  // and which recipe
    size_t stateless;        // steps of these that are applied to all rows at once,
    struct matrix before;    // whose columns are these
    struct walk_fold *begun; // [folds] behind the steps that all begin with
    struct walk_fold *fold;  // [folds] of the recipe
    struct arena *of_begun;  // [folds] what is there of both
    struct arena *of_fold;
    struct arena *of_worker; // [threads] scratch
    pthread_mutex_t telling;
};

/* The cell among those of all recipes whose score a piece has at place k. */
size_t search_cell_of(const struct search_plan *plan, size_t piece, size_t k);

/* The recipe of a piece, which is then numbered within it. */
struct search_part *search_part_of(const struct search_plan *plan, size_t *piece);

/* Lays the rounds out by the rule: their rows, and how many candidates each has. */
MUST_USE enum status search_rounds_make(struct search_plan *plan, struct error *err);

/* Which cells go on into a round, once the one before has all its scores: the best of it.
 * Pieces without any are scored from then on. */
void search_rounds_choose(struct search_plan *plan, size_t round);

#endif
