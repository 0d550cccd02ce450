/* How the rows of a table are divided: to learn from, to look at while learning
 * (validation), held out, arrived since.
 *
 * Rows that came in a later file than the first may be held back: then they belong to
 * neither part, and the split (learn/split.h) draws from the others, in their order.  The
 * same rule over a table of the same rows gives the same division, so that a model need
 * not list its rows. */
#ifndef LEARN_DIVISION_H
#define LEARN_DIVISION_H

#include "data/runs.h"
#include "learn/folds.h"
#include "learn/frame.h"
#include "learn/split.h"

enum division_arrived { ARRIVED_HOLD, ARRIVED_TRAIN };
#define ARRIVED_WORDS "hold|train" // in that order

struct division_rule {
    enum split_method method;
    double test; // share that is held out, in (0,1)
    uint32_t seed;
    enum division_arrived arrived; // what becomes of rows that arrived
    double validation;             // share that is looked at while learning; 0: none
};

enum division_part {
    DIVISION_TRAIN,
    DIVISION_VALIDATION,
    DIVISION_HOLDOUT,
    DIVISION_ARRIVED,
    DIVISION_PARTS
};
extern const char *const division_part_name[DIVISION_PARTS]; // as artifacts have them

struct division {
    size_t n, n_train, n_validation, n_holdout;
    uint32_t *order; // [n] row numbers, part by part, each in the order of the split
};

/* Where the held-out rows begin in order. */
static inline size_t division_held(const struct division *d)
{
    return d->n_train + d->n_validation;
}

/* Divides the rows of which this is known, of which `arrived` came later; those behind them
 * do not count.  Where data->time is there several rows may share one, as those of several
 * series do: `last` then counts times, not rows, takes the rows in the order of their
 * times, those of one as they stand, and holds out the ends of all series together.  The
 * result lives in mem.  STATUS_INPUT for more than UINT32_MAX rows, where a part would be
 * empty (field 'split.test' or 'split.validation'), and where the rows have no classes or groups that the method
 * needs (field 'split.method'). */
MUST_USE enum status division_make(const struct division_rule *rule,
                                   const struct row_runs *arrived,
                                   const struct fold_data *data, struct arena *mem,
                                   struct division *ret, struct error *err);

/* The same of the first n rows of a table. */
MUST_USE enum status division_of(const struct division_rule *rule,
                                 const struct row_runs *arrived, const struct frame *f,
                                 size_t n, struct arena *mem, struct division *ret,
                                 struct error *err);

/* Writes the part of every row, of enum division_part, into ret[d->n]. */
void division_parts(const struct division *d, uint8_t *ret);

#endif
