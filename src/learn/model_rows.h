/* Which rows a model learnt from, which it looked at while it learnt (validation, of a split
 * that has such a part), and which were held out, in a few kilobytes whatever the length of
 * the table.
 *
 * Rows are numbers: steps since the calendar began where rows have a time, so that a row is
 * known again in a table that has grown or lost others; else places in the table, from 0.
 * The sets are runs of numbers (data/runs.h).  A shuffled split over a long table has
 * no runs to speak of: above MODEL_RUNS of them the sets are left out, and the rule of the
 * division stands for them, which a table of the same rows follows to the same sets.
 *
 * Places in the table mean something only as long as the same rows stand there.  The
 * identity is the XXH64 of what tells rows apart (their times, else their targets) and of
 * the arrivals among them; a table whose first rows have another one is refused. */
#ifndef LEARN_MODEL_ROWS_H
#define LEARN_MODEL_ROWS_H

#include "file/json.h"
#include "learn/division.h"
#include "learn/frame.h"

enum { MODEL_RUNS = 1000 }; // of each set

struct model_rows {
    const char *by;       // "row", or what a step is called: "month"
    size_t table;         // rows that the table had
    const char *identity; // of its rows, CHECKSUM_DIGITS
    struct division_rule rule;
    size_t n_train, n_validation, n_holdout;
    bool listed; // the sets are there
    struct row_runs train, validation, holdout;
};

/* The rows of a division of the table that f has the keys of, where they have any.  Lives
 * in mem, borrows rule and identity. */
void model_rows_of(const struct division *d, const struct division_rule *rule,
                   const struct frame *f, const char *identity, struct arena *mem,
                   struct model_rows *ret);

json_t *model_rows_json(const struct model_rows *rows);

/* Reads that object, of the model at path; texts belong to it. */
MUST_USE enum status model_rows_read(json_t *object, const char *path, struct arena *mem,
                                     struct model_rows *ret, struct error *err);

/* Writes the part of every row of a table, of enum division_part, into ret[f->n]: rows that
 * the model never saw have arrived since.  identity is that of the table's first rows, as
 * many as the model's table had.  STATUS_INPUT, without a place, when the table's rows are
 * no longer those that the numbers mean. */
MUST_USE enum status model_rows_mark(const struct model_rows *rows, const struct frame *f,
                                     const struct row_runs *arrived, const char *identity,
                                     uint8_t *ret, struct error *err);

#endif
