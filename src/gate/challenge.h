/* When a challenger has proven to be better than production, so that luck does not promote.
 *
 * d[i] is how much larger production's loss is than the challenger's at the i-th origin, in
 * the order of time.  The origins are cut into q blocks of neighbours, and the means of the
 * blocks are tested for being above 0 by Student's t with q - 1 degrees of freedom: what
 * hangs together from one origin to the next lies within a block, and blocks may differ in
 * how much they scatter.  (Ibragimov & Mueller 2010, "t-statistic based correlation and
 * heterogeneity robust inference", Journal of Business & Economic Statistics 28: valid at
 * any level below 8 % for blocks that are about normal and independent.)
 *
 * Every look at a challenger spends a part of what the pipeline's file allows, `better`:
 *
 *     the k-th look since production took its place may promote where
 *     p < better / 2 / (k (k + 1)),   k = 1, 2, …
 *
 * which add up to half of it however many challengers come and however often each is looked
 * at; the other half is for what blocks do not see (errors that hang together over more
 * than a block, of few origins).  A challenger is looked at when it comes, and again when it
 * has a tenth (CHALLENGE_GROWTH) more origins than at its last look: a year of nights behind
 * 200 origins are eleven looks.  Where rows have no time, the rows that are held out stand
 * for origins here, and gate/odds.h has their p. */
#ifndef GATE_CHALLENGE_H
#define GATE_CHALLENGE_H

#include <stddef.h>

#include "base/arena.h"

enum {
    CHALLENGE_LEAST = 32,  // units, below which nothing is proven but by counting signs
    CHALLENGE_GROWTH = 10, // one in so many new ones is a reason to look again
};

/* The one-sided p: small where production's losses are larger.  1 below CHALLENGE_LEAST. */
double challenge_p(const double *d, size_t n);

/* What the k-th look asks p to be below; k from 1. */
double challenge_level(double better, size_t k);

/* The looks that were taken since production took its place; zeros but for mem: none. */
struct challenge_book {
    struct arena *mem;
    size_t looks;
    struct challenge_seen {
        const char *recipe;
        size_t origins; // at its last look
    } * seen;           // [n]
    size_t n, cap;
};

/* Takes a look at a challenger of so many origins where one is due, and returns its number;
 * 0: none is, and *ret_again says from how many origins on.  A recipe "" is a challenger of
 * its own every time. */
size_t challenge_look(struct challenge_book *book, const char *recipe, size_t origins,
                      size_t *ret_again);

#endif
