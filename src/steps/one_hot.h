/* Texts coded by levels that were learnt. */
#ifndef STEPS_ONE_HOT_H
#define STEPS_ONE_HOT_H

#include "steps/levels.h"

struct one_hot {
    struct levels_rule rule;
    bool sparse_output;
    size_t n, columns;
    struct levels *text; // [n]
};

/* Adds to *ret, which is x without its texts, a column of 0 and 1 for each level, or a block
 * of them, behind what x has.  STATUS_INPUT, naming text and row, for a level that was not
 * learnt where the rule refuses it. */
MUST_USE enum status one_hot_columns(const struct one_hot *s, const struct matrix *x,
                                     struct arena *mem, struct matrix *ret,
                                     struct error *err);
MUST_USE enum status one_hot_block(const struct one_hot *s, const struct matrix *x,
                                   struct arena *mem, struct matrix *ret,
                                   struct error *err);

#endif
