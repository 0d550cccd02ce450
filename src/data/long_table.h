/* Tables with one line a row that may be long: CSV, which anybody opens, up to
 * LONG_TABLE_ROWS of them, Arrow above.
 *
 * An output must exist under a name that is known before the first row is (make, DVC), so
 * both files are always there: the rows stand in one of them, the other one has the columns
 * and no rows.  Columns without any value are left out of the Arrow file, where they would
 * take eight bytes a row.
 *
 *     TRY(long_table_begin(&files, columns, n_columns, pipeline, n_rows, mem, &t, err));
 *     TRY(long_table_write(t, values, n, err));    // n rows of each column, often
 *     TRY(long_table_end(t, err));                 // before publish_commit */
#ifndef DATA_LONG_TABLE_H
#define DATA_LONG_TABLE_H

#include "config/pipeline.h"
#include "data/groups.h"
#include "data/ids.h"
#include "file/file.h"

#define LONG_TABLE_ROWS ((size_t)100000)
#define LONG_TABLE_BATCH ((size_t)65536) // rows that long_table_write takes at once

enum long_kind {
    LONG_KEY,   // int32_t: keys of the pipeline; without a time NULL: the row's number
    LONG_GROUP, // uint32_t: codes of groups
    LONG_ID,    // struct row_id; NULL: those of the rows of that number in another table
    LONG_REAL,  // double: NaN is missing
    LONG_COUNT, // int32_t
    LONG_WORD,  // uint8_t: places in words
    LONG_NAME,  // double: places in words, NaN is missing
};

struct long_column {
    const char *name;
    enum long_kind kind;
    const char *const *words; // at most 255 bytes each
    size_t n_words;
    bool absent;                 // no row has a value
    const struct groups *groups; // of LONG_GROUP
    struct ids *ids;             // of LONG_ID, whose type these have
};

struct long_files {
    struct output *csv, *arrow; // at their beginning
};

/* The one that so many rows will stand in. */
struct output *long_table_holder(const struct long_files *files, size_t rows);

struct long_table;

/* Begins a table of so many rows; t lives in mem, borrows columns and pipeline. */
MUST_USE enum status long_table_begin(const struct long_files *files,
                                      const struct long_column *column, size_t n_columns,
                                      const struct pipeline *pipeline, size_t rows,
                                      struct arena *mem, struct long_table **ret,
                                      struct error *err);

/* Adds n rows, at most LONG_TABLE_BATCH: values[c][n] by the column's kind, NULL where it is
 * absent. */
MUST_USE enum status long_table_write(struct long_table *t, const void *const *values,
                                      size_t n, struct error *err);
MUST_USE enum status long_table_end(struct long_table *t, struct error *err);

#endif
