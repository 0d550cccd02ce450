/* A model's answers as predictions.csv or, of many rows, predictions.arrow.
 *
 * Both have the columns of outlook/answers.h; which of them has the rows says
 * data/long_table.h. */
#ifndef OUTLOOK_ANSWERS_FILE_H
#define OUTLOOK_ANSWERS_FILE_H

#include "data/ids.h"
#include "data/long_table.h"
#include "outlook/answers.h"
#include "outlook/asked.h"

/* Rows that are written: a table with its predictions. */
struct answered {
    const struct pipeline *pipeline;
    const struct target *learnt;
    const struct histories *histories; // of the target of a regression
    struct predicted of;
    struct ids *ids; // the rows' own, or others of their type
    const struct row_id
        *id; // [of.frame.n]; NULL: the rows' own, or the pipeline has none
    size_t n_answers;
    const struct predictions_csv_column *answer; // [n_answers]
};

/* Puts the asked rows, whose frames may number groups in two ways, into one table in mem. */
struct predicted answered_gather(const struct asked *asked, struct arena *mem);

/* What came true of row i of a table, NaN where it is not known. */
double answered_actual(const struct histories *histories, const struct frame *f,
                       size_t i);

/* Writes all rows; what is needed for it lives in mem. */
MUST_USE enum status answered_write(const struct answered *a,
                                    const struct long_files *files, struct arena *mem,
                                    struct error *err);

#endif
