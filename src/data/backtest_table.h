/* The rows of a backtest, read again: backtest.csv or backtest.arrow, whichever holds them
 * (rolling/rolling_table.h has their columns). */
#ifndef DATA_BACKTEST_TABLE_H
#define DATA_BACKTEST_TABLE_H

#include "config/pipeline.h"
#include "data/groups.h"

struct backtest_table {
    size_t n;
    uint32_t *group;             // [n] codes in the order of coming; NULL: one series
    struct groups groups;        // their names
    int32_t *origin;             // [n] the last key that was known
    int32_t *key;                // [n] the one that was forecast
    double *actual, *prediction; // [n] NaN where there is none
};

/* Reads all rows of a regression's table at path, which ends in .csv or .arrow, into mem.
 * numbers: its groups are whole numbers.  STATUS_INPUT where a column is missing, a cell is
 * of another kind, or a key does not lie behind its origin. */
MUST_USE enum status backtest_table_read(const char *path, const struct pipeline *p,
                                         bool numbers, struct arena *mem,
                                         struct backtest_table *ret, struct error *err);

#endif
