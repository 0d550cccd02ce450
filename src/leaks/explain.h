/* Whether one column is made of another's values at fixed distances: a copy, a copy on
 * another scale, a mean over a window, a difference; and how far ahead it looks.  Exactly,
 * or but for a blur: what rounding leaves, or a little noise.
 *
 * A column that past values explain as well looks at nothing that is to come: so what
 * repeats itself, or grows on a line, is no leak.  Values are one a step, NaN where
 * missing; nothing is said of fewer than some dozens of them. */
#ifndef LEAKS_EXPLAIN_H
#define LEAKS_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct explain {
    size_t n;        // steps of both
    const double *y; // [n] what is to be explained
    const double *x; // [n] by what
    int allowed; // the greatest distance that may be known: y[t] may use x[t + allowed]
    int reach;   // distances -reach … reach are looked at; at least |allowed|
    double
        blur; // [0,1) of what those that may be known leave open: so much may stay open
              // with the others; 0: nothing but what printing loses
};

struct explained {
    int ahead;    // the greatest distance that it takes
    size_t first; // the first step that shows it
    size_t rows;  // and so many do
};

/* True when y is a sum of x at distances -reach … reach, each with a weight, and a
 * constant, but none of those at -reach … allowed alone. */
bool explain_window(const struct explain *e, struct arena *scratch,
                    struct explained *ret);

/* True where those distances that may be known make y up, exactly. */
bool explain_known(const struct explain *e, struct arena *scratch);

/* The same as explain_window of one distance alone, exactly: y[t] is a + b x[t + d]. */
bool explain_copy(const struct explain *e, struct arena *scratch, struct explained *ret);

/* The number of different values of y[n], up to most. */
size_t explain_distinct(const double *y, size_t n, size_t most, struct arena *scratch);

#endif
