/* Bands of groups: where most of each group's values lie.
 *
 * A table has n values, each of a group that a code says; without codes all are of one.
 * Codes need not stand in order, and a group may have no values: its figures are NaN.
 *
 *     grouped_count(&rows, count);
 *     TRY(grouped_quantiles(&rows, count, 0.01, 0.99, threads, lower, upper, err));
 *
 * Quantiles are those of type 7 (Hyndman and Fan 1996, The American Statistician 50): with
 * the values in order, x[0] to x[m - 1], and h = (m - 1) q, x[floor h] + (x[floor h + 1] -
 * x[floor h]) (h - floor h), in this order of operations, which is pandas' groupby.quantile
 * bit for bit.  The same bytes come of any number of threads. */
#ifndef BANDS_GROUPED_H
#define BANDS_GROUPED_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

struct grouped_rows {
    size_t n;
    const double *value;   // [n] finite
    const uint32_t *group; // [n] below groups; NULL: all are of group 0
    size_t groups;
};

/* How many values each group has, into ret[groups]. */
void grouped_count(const struct grouped_rows *rows, size_t *ret);

/* Two quantiles of each group, 0 <= lower <= upper <= 1; count is that of grouped_count.
 * Takes the memory of the values that lie beyond the quantiles, a thread; of groups with
 * many of them that of all their values. */
MUST_USE enum status grouped_quantiles(const struct grouped_rows *rows,
                                       const size_t *count, double lower, double upper,
                                       size_t threads, double *ret_lower,
                                       double *ret_upper, struct error *err);

/* Mean and sample standard deviation (ddof 1; 0 of a single value) of each group: two
 * passes in the order of the rows. */
void grouped_moments(const struct grouped_rows *rows, const size_t *count,
                     double *ret_mean, double *ret_std);

/* The rows in the order of their groups, those of one as they stand: those of group g are
 * row[start[g]] to row[start[g + 1] - 1].  start[groups + 1] and row live in mem. */
const size_t *grouped_order(const struct grouped_rows *rows, const size_t *count,
                            struct arena *mem, size_t **ret_start);

#endif
