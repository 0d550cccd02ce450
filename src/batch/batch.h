/* Questions in a CSV file: each row gets the model's answer, or the reason why it has none.
 *
 * The header must have every column that the model takes and none that nobody knows; which
 * column is which the source's rules say (ingest.sources), as for the rows that were learnt
 * from, and `predict` of the pipeline's file where the questions are called otherwise:
 *
 *     predict:
 *       columns: {text: comment_text}   # their name: ours
 *       id: request_id                  # names the row in the answer
 *       carry: [language]               # passed on as they stand
 *       ignore: [network]
 *       encoding: encoding_type         # the column that tells how the row's texts are coded
 *
 * Rows are judged one by one: a cell that is no number, a missing one, a value outside
 * clean.ranges, bytes that are not valid in the row's encoding refuse that row alone, with a
 * warning that has line and column, and the reason stands in the answer's column `note`.
 * A few thousand rows are held at a time.
 *
 * Where rows have a time the file asks for steps of it: a column that is called as in
 * predictions.csv ("month"), and that of the group where there are groups.  The model
 * answers from what the tables hold. */
#ifndef BATCH_BATCH_H
#define BATCH_BATCH_H

#include "base/watch.h"
#include "config/ranges.h"
#include "data/source.h"
#include "outlook/outlook.h"

/* The section `predict` of a pipeline's file. */
struct batch_rule {
    const struct yaml_node *columns; // a map of texts, or NULL
    const char *id, *encoding;       // "" : none
    struct texts carry, ignore;
};

enum { BATCH_ROWS = 5 };
extern const struct option_row batch_rows[BATCH_ROWS];

/* What stands in a column of an answer. */
struct batch_cell {
    const char *text; // NULL: the number
    double number;    // NaN: nothing
};

/* Who is told of the answers: of their columns once, then of each row, in order. */
struct batch_sink {
    void *context;
    enum status (*begin)(void *context, const char *const *name, size_t p,
                         struct error *err);
    enum status (*row)(void *context, const struct batch_cell *cell, size_t p,
                       struct error *err);
};

struct batch_job {
    const struct pipeline *pipeline;
    const struct model *model;
    const struct sources *sources;
    const struct batch_rule *rule;
    const struct outlook *outlook; // where rows have a time: what is known of each step
    const struct histories *histories; // and what came true
    const struct watch *watch;         // of rows that are refused, and of progress
    const char *path;                  // of the CSV file
    const struct batch_sink *sink;
    struct arena *mem;

    size_t rows, refused; // what came of it
};

/* Answers every row.  STATUS_INPUT where the file as a whole cannot serve: no header, a
 * column that is missing, stands twice or is unknown, quotes that do not close; and for a
 * model that needs more than the row itself, as one of windows or of series does. */
MUST_USE enum status batch_answer(struct batch_job *b, struct error *err);

#endif
