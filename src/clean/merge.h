/* Screened tables side by side: joined by key, repaired, written as one table.
 *
 * Rows come out in the order of their keys; columns in the order of the tables.  Whole
 * numbers, truths and texts stay; what a rule repairs becomes real.  Without keys there is
 * one table, whose kept rows pass in their order.
 *
 * The rows are walked through twice, to count and to write; they are never all held.  The
 * writer holds one batch, of a table whose rows do not stand in order MERGE_APART values,
 * and where the point of columns is placed, for each of them two bytes a row and ten a
 * row of the longest series. */
#ifndef CLEAN_MERGE_H
#define CLEAN_MERGE_H

#include "arrow/arrow.h"
#include "clean/join.h"
#include "clean/ordered.h"
#include "clean/repair.h"
#include "data/runs.h"

/* One cell that was repaired. */
struct repair {
    const char *source, *column;
    int32_t key;
    double found, repaired;
};

/* What became of a column's cells. */
struct merged_column {
    const char *source, *name;
    const struct repair_rule *rule; // or NULL
    size_t repaired, padded, moved; // cells: changed, padded, with another point
    struct jumps jumps;             // without a key, and of text: none
};

#define MERGE_REPAIRS ((size_t)10000)
#define MERGE_APART ((size_t)1 << 20) // each fetching of them reads the whole table

/* The first step of time that lacks a row. */
struct merge_gap {
    bool found;
    uint64_t missing; // its rank (clean/screen.h)
    int32_t next;     // the key of the row behind it
};

struct merge {
    size_t n_tables;
    struct screen *table; // [n_tables]
    enum join how;
    size_t n_rules;
    const struct repair_rule *rule; // [n_rules]
    const struct timestep *step;    // of keys, or NULL
    const struct groups *groups;    // names of the tables' codes, or NULL
    const char *group;              // the column of groups, or NULL

    /* results of merge_join */
    size_t n;            // rows that there will be
    int32_t first, last; // least and greatest key; meaningful when keyed and n > 0
    struct merge_gap gap;

    /* results of merge_write */
    size_t rows, p; // rows and value columns written
    size_t n_repaired;
    struct repair *repair;               // [min(n_repaired, MERGE_REPAIRS)]
    struct merged_column *column;        // [p]
    struct row_runs arrived;             // rows written that rest on an arrival
    int32_t arrived_first, arrived_last; // their keys
};

/* Finds what the rows have in common: by group, then by key, ascending; those of groups
 * without a time, of one table, as they stand.  Counts kept rows without a partner as
 * unmatched. */
MUST_USE enum status merge_join(struct merge *m, struct arena *mem, struct error *err);

/* Writes the joined rows; meta pairs stand in the schema. */
MUST_USE enum status merge_write(struct merge *m, struct output *out,
                                 const struct meta *meta, size_t n_meta,
                                 struct arena *mem, struct error *err);

#endif
