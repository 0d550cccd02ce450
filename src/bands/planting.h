/* Planted anomalies: values that are altered on purpose, so that it is known which rows a
 * rule should flag, where nobody has ever marked the real ones.
 *
 *     factor     ten times the value, or a tenth: a point that slipped
 *     swapped    the value of a row of another group: the wrong item
 *     currency   the value times a rate, or divided by it
 *     drift      a whole group's values move further and further, up to a share
 *
 * A quarter of the planted rows is of each kind, or near it: drift takes whole groups.  The
 * same seed plants the same rows. */
#ifndef BANDS_PLANTING_H
#define BANDS_PLANTING_H

#include "bands/grouped.h"
#include "base/option.h"

enum planting_kind {
    PLANTING_NONE,
    PLANTING_FACTOR,
    PLANTING_SWAPPED,
    PLANTING_CURRENCY,
    PLANTING_DRIFT,
    PLANTING_KINDS
};
extern const char *const planting_name[PLANTING_KINDS]; // as artifacts have them

struct planting_rule {
    double share;  // of the rows, [0,1)
    double factor; // of a point that slipped
    double rate;   // of the other currency
    double drift;  // by which the last row of a drift has moved
};

#define PLANTING_DEFAULTS                                                                \
    {                                                                                    \
        .share = 0.08, .factor = 10, .rate = 5, .drift = 0.5,                            \
    }

enum { PLANTING_ROWS = 4 };
extern const struct option_row planting_rows[PLANTING_ROWS];

/* Plants among the rows: ret_planted[n] holds what stands in a value's place, NaN where it was
 * left alone, ret_kind[n] of enum planting_kind.  use names the stream of random numbers;
 * when[n], or NULL, is the order of a drift. */
void planting_make(const struct planting_rule *rule, uint64_t seed, const char *use,
                   const struct grouped_rows *rows, const double *when,
                   double *ret_planted, uint8_t *ret_kind);

#endif
