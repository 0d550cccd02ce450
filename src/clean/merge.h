/* Screened tables side by side: joined by key, repaired, written as one table.
 *
 * Rows come out in the order of their keys; columns in the order of the tables.  Whole
 * numbers, truths and texts stay; what a rule repairs becomes real.  The writer holds one
 * batch, and where the point of columns is placed, ten bytes a row for each of them.
 * Without keys there is one table, whose kept rows pass in their order. */
#ifndef CLEAN_MERGE_H
#define CLEAN_MERGE_H

#include "arrow/arrow.h"
#include "clean/join.h"
#include "clean/repair.h"
#include "clean/screen.h"
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

struct merge {
    size_t n_tables;
    struct screen *table; // [n_tables]
    enum join how;
    size_t n_rules;
    const struct repair_rule *rule; // [n_rules]
    const struct timestep *step;    // of keys, or NULL
    const struct groups *groups;    // names of the tables' codes, or NULL
    const char *group;              // the column of groups, or NULL

    /* results */
    size_t rows, p;      // rows and value columns written, the ids first
    int32_t first, last; // keys; meaningful when keyed and rows > 0
    size_t n_repaired;
    struct repair *repair;               // [min(n_repaired, MERGE_REPAIRS)]
    struct merged_column *column;        // [p]
    struct row_runs arrived;             // rows written that rest on an arrival
    int32_t arrived_first, arrived_last; // their keys
};

/* The common keys, ascending, of each group, and for each table the row of each (SIZE_MAX:
 * none).  Marks kept rows without a partner as unmatched.  Rows that have groups but no
 * time are those of one table, by group, as they stand. */
struct merge_rows {
    size_t n;
    int32_t *key;    // [n]; NULL without a time
    uint32_t *group; // [n] codes; NULL without groups
    size_t **row;    // [n_tables][n]
};
MUST_USE enum status merge_join(struct merge *m, struct arena *mem,
                                struct merge_rows *ret, struct error *err);

/* Writes the merged rows; rows may be NULL without keys.  meta pairs stand in the schema.
 */
MUST_USE enum status merge_write(struct merge *m, const struct merge_rows *rows,
                                 struct output *out, const struct meta *meta,
                                 size_t n_meta, struct arena *mem, struct error *err);

#endif
