/* Grid search over folds, sharing all work that cells have in common.
 *
 * Cells may be of several recipes (learn/recipes.h).  What all of them begin with alike is
 * done once a fold, and steps that learn nothing once for all folds.
 *
 * The search walks a tree: cells whose first steps and parameters agree share that fitted
 * prefix.  For runs of steps that have a fused form (fused.def) the columns in between
 * are never built.  Plain and fused forms agree to the tolerances stated in
 * fused_kernel_ridge.h; a test holds them against each other.
 *
 * A search is begun, scored by pieces, and ended.  A piece is one fold and recipe with one
 * choice of its first step that has several: it gives the scores of all cells below that
 * choice, which depend on nothing else.  So pieces may be scored in any order, by any number
 * of threads, in several processes or on several machines, and be put together again:
 *
 *     TRY(search_begin(&recipes, &options, x, y, &context, &plan, err));
 *     TRY(search_score(plan, 0, search_pieces(plan), err));
 *     TRY(search_end(plan, &result, err));
 *
 * One that halves has as many pieces again for each of its rounds; a round begins when the one
 * before is scored, so that its pieces are scored in their order, in one process, which may
 * go on where another one was killed.
 *
 * What an estimator sets apart to check itself by is part of the rows that a fold learns
 * from, never of those that judge it: fit_context.x_check is NULL in every cell. */
#ifndef SEARCH_SEARCH_H
#define SEARCH_SEARCH_H

#include "file/checksum.h"
#include "learn/folds.h"
#include "learn/recipes.h"
#include "learn/search_rank.h"

/* Successive halving (Jamieson & Talwalkar 2016, AISTATS): scikit-learn's
 * HalvingGridSearchCV, whose resource are rows (search_rounds.c). */
struct search_halving {
    size_t factor;        // at least 2
    size_t min_resources; // rows of the first round; 0: so that the last has most
};

struct search_options {
    const struct folds *folds; // must outlive the plan
    const struct metric *score;
    bool plain;                           // do not use fused forms
    const struct search_halving *halving; // NULL: all cells on all rows

    /* Told of every piece that has been scored, by its worker (0: the thread that called
     * search_score), one at a time, in no order.  May be NULL. */
    void (*done)(void *sink, size_t piece, size_t worker);
    void *sink;
    void (*begin)(void *sink); // told before, when what pieces share is fitted, or NULL
};

struct search_plan;

/* Checks that x and y, plain ones, can be searched; the plan lives in context->mem and
 * borrows recipes, options' folds and halving, x and y.  STATUS_INPUT when the score is undefined on a fold (field
 * 'train.folds'), the target is constant, x or y has a value that is no finite number, or
 * a parameter does not fit the data (k above the number of features, field
 * 'select.k'), or the rows are too few for the first round (field 'train.search'). */
MUST_USE enum status search_begin(const struct recipes *recipes,
                                  const struct search_options *options,
                                  const struct matrix *x, const struct target *y,
                                  const struct fit_context *context,
                                  struct search_plan **ret, struct error *err);

/* How many pieces there are, and how many scores the largest has; those of one recipe and
 * fold stand together. */
size_t search_pieces(const struct search_plan *plan);
size_t search_piece_scores(const struct search_plan *plan);

/* Scores the pieces [from, to) that are not scored yet; of a search that halves all of them.
 * What the pieces of a fold share is fitted anew in each call: call it with as many as can
 * be.  Where there are fewer pieces than threads each fit gets several.  Looks at the flag of
 * base/stop.h behind each piece. */
MUST_USE enum status search_score(struct search_plan *plan, size_t from, size_t to,
                                  struct error *err);

/* The scores of a piece that has been scored, and those that it was given elsewhere;
 * score has search_piece_scores elements. */
bool search_has(const struct search_plan *plan, size_t piece);
void search_take(const struct search_plan *plan, size_t piece, double *ret_score);
void search_put(struct search_plan *plan, size_t piece, const double *score);

/* What the scores depend on: the rows, the recipe, the folds, the score, the seed, and the
 * version of this program; local: also its very code, so that no change of it is missed. */
void search_digest(const struct search_plan *plan, bool local, char ret[CHECKSUM_TEXT]);

/* Means, ranks and the best cell, once all pieces are scored; results live in the plan's
 * arena.  STATUS_INPUT when no cell has a score that is a number (field
 * 'train.score'). */
MUST_USE enum status search_end(const struct search_plan *plan, struct search_result *ret,
                                struct error *err);

#endif
