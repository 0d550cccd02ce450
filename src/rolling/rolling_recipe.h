/* Recipes in a backtest: at each origin that is a fit the search over the grid is held, by
 * the folds and the score of the pipeline's file, over the rows that are known then, in the
 * order of time whatever the split is, and the best cell is fitted on all of them.
 *
 * What a row rests on decides from which origins it can be answered: a feature of shift s
 * is known s steps before its row.  So no horizon behind the least shift has an answer.
 * Features of shift 0 come with the row that is to be answered, as `predict` asks for them
 * too: they limit nothing, and rolling_features.own_step says how many they are. */
#ifndef ROLLING_ROLLING_RECIPE_H
#define ROLLING_ROLLING_RECIPE_H

#include "base/watch.h"
#include "rolling/rolling_rows.h"
#include "search/learning.h"

/* A feature table, as points to forecast and as rows to learn from. */
struct rolling_features {
    struct recipes recipes;
    size_t reach;    // steps before its row at which every feature is known, at least 1;
                     // SIZE_MAX: none limits it
    size_t own_step; // features of the row's own step
    struct frame frame;   // in the order of time, those without a target last
    struct target target; // of all rows, in the order of the points
    uint32_t *order;      // [n] the point that row i of the frame is
    size_t *place;        // [n] and the row that a point is
    size_t known;         // rows of the frame that have a target
};

/* What both need. */
struct rolling_rule {
    const struct learning_train *train;
    double
        validation; // share of the rows that each fit looks at while it learns; 0: none
    uint64_t seed;
    size_t threads;
    const struct watch *watch;
    bool prove; // that answers rest on nothing behind their origin (rolling_proof.c)
};

/* The work of one fit on a table of so many rows: cells times rows times columns. */
double rolling_recipe_work(const struct recipes *recipes, size_t rows, size_t columns);

/* Reads the table of r, and from the catalogue at path what its features rest on; all
 * lives in mem. */
MUST_USE enum status rolling_features_read(struct frame_reader *r, const char *path,
                                           struct arena *mem,
                                           struct rolling_features *ret,
                                           struct error *err);

/* Its points; they borrow it. */
struct rolling_points rolling_features_points(const struct rolling_features *f);

/* How many of so many fits are proved: the first, the middle and the last, but no more than
 * one of ten, so that the proof takes no more than about a tenth of the time.  Of fewer than
 * ten the first one, which learns from the fewest rows. */
static inline size_t rolling_proofs(size_t fits)
{
    return fits < 10 ? fits > 0 : fits / 10 < 3 ? fits / 10 : 3;
}

/* Fills the answers.  Fits are pieces of work on the rule's threads.  Where nothing could
 * be learnt there is none; the first such origin is warned of. */
MUST_USE enum status rolling_recipe(struct rolling_rows *rows,
                                    const struct rolling_features *features,
                                    const struct rolling_rule *rule, struct arena *mem,
                                    struct error *err);

#endif
