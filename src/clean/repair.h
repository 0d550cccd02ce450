/* Numbers that lost their zeros or their decimal point, and series that jump.
 *
 * A rule pads whole numbers with zeros to so many digits, places the point of a series so
 * that it goes on, or both, in this order.  Placing looks at nothing but the series
 * itself: each value is multiplied by the power of ten that brings it nearest to its
 * neighbours in time, before and behind; the power that most values have is left out, so
 * that most cells stay as they are.
 *
 * What is more than half a power of ten away from the value before is a jump: a lost
 * point that nobody placed, a unit that changed, or the nature of the column. */
#ifndef CLEAN_REPAIR_H
#define CLEAN_REPAIR_H

#include "arrow/table.h"
#include "base/arena.h"

enum repair_point { REPAIR_POINT_KEEP, REPAIR_POINT_SERIES };
#define REPAIR_POINT_WORDS "keep|series" // in that order

struct repair_rule {
    const char *match;
    size_t digits; // 0: not padded
    enum repair_point point;
};

/* The first rule that means the column, or NULL: padding alone means whole numbers. */
const struct repair_rule *repair_find(const struct repair_rule *rule, size_t n,
                                      const struct field *f);

/* True when the rule places the point. */
bool repair_places(const struct repair_rule *rule);

/* x with its trailing zeros back: multiplied by ten until it has so many digits,
 * whatever its sign. */
double repair_padded(double x, size_t digits);

/* x times a power of ten, rounded once up to 10^22. */
double repair_scaled(double x, int exponent);

/* Writes the exponents that place the point of x[n], values in time order, NaN where
 * missing; 0 for those and for zeros. */
void repair_place(const double *x, size_t n, struct arena *scratch, int16_t *ret);

/* The jumps of one column so far. */
struct jumps {
    double last; // the value before; 0: none
    size_t n;
    int32_t key; // of the first one
    double from, to;
};

/* Adds the next n values, in time order, NaN where missing: those are passed over, and
 * next to a zero or another sign there is no jump. */
void jumps_add(struct jumps *j, const int32_t *key, const double *x, size_t n);

#endif
