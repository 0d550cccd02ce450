/* Sources: which CSV files there are, how their rows get a key, what their columns mean.
 *
 * `ingest.sources` of a pipeline's file as rows; clean and predict use the same list to
 * know the tables' names and order.  A source's path may be a pattern: its files are
 * taken in the order of their names without the ending, the first is the base, later ones
 * are arrivals. */
#ifndef DATA_SOURCE_H
#define DATA_SOURCE_H

#include "arrow/table.h"
#include "base/option.h"
#include "csv/csv.h"
#include "data/cell.h"
#include "config/pipeline.h"

/* The share of its rows that a stage may leave out without a warning. */
#define DROPPED_UNSAID 0.1

/* Where a row's time stands. */
struct source_time {
    struct texts
        column; // joined by a blank before they are parsed; none: rows have no time
    const char *format; // of date_parse
    size_t take;        // only so many bytes of each; 0: all
};

/* What the columns whose names match a pattern hold. */
struct source_column {
    const char *match, *name;
    enum cell_place kind;
    const char *group, *decimal;
};

/* What a bad row of the base file does. */
enum on_error { ON_ERROR_FAIL, ON_ERROR_REFUSE };
#define ON_ERROR_WORDS "fail|refuse" // in that order

struct source {
    const char *name, *path, *delimiter;
    enum on_error on_error;
    struct source_time time;
    struct texts na_values; // cells that mean "missing", besides the empty one
    struct items columns;   // [n] struct source_column
};

struct sources {
    struct items sources; // [n] struct source
};

extern const struct option_row source_rows[1];

/* The i-th source of the list. */
const struct source *source_at(const struct sources *s, size_t i);

/* Checks names (letters, digits, '_', '-', unique), kinds and their settings; STATUS_INPUT
 * otherwise, with the line where it stands.  Where the pipeline has a time every source
 * must have one. */
MUST_USE enum status source_check(const struct sources *s, const struct pipeline *p,
                                  struct error *err);

/* How one file's header serves a source. */
struct source_map {
    size_t n_cells; // in the header
    size_t n_time;
    size_t *time;                  // [n_time] cell of each time column
    size_t p;                      // value columns
    size_t *cell;                  // [p] cell of each value column
    const char **name;             // [p] names in the tables
    const char **header;           // [n_cells] names in the file
    const struct cell_kind **kind; // [p]
    struct cell_marks *marks;      // [p]
    bool grouped, named;           // value columns in front hold the groups, then the ids
};

/* Matches a header to the source's rules: in the order of the rules, then of the file; a
 * column goes to the first rule that matches it, time columns to none.  STATUS_INPUT,
 * with the place in the header, for a column that stands twice or has no name and for a
 * rule without a column. */
MUST_USE enum status source_match(const struct source *s, struct csv_reader *reader,
                                  const struct csv_record *header, struct arena *mem,
                                  struct source_map *ret, struct error *err);

/* Puts the columns of the pipeline's groups and, of the source that has them, of its ids in
 * front of the others.  STATUS_INPUT, with the file, when there is none, or one that is
 * neither text nor whole numbers. */
MUST_USE enum status source_names(struct source_map *map, const struct pipeline *p,
                                  bool has_ids, const char *source, const char *path,
                                  struct error *err);

#endif
