/* predictions.csv: the model's answers for rows to come, one row each.
 *
 *     month,actual,prediction
 *     2020-05,,254.1
 *
 * The first column is called by the step of time, "row" where rows have none; where they
 * have groups, a column of their names comes behind it, then one of their ids.  What
 * follows depends on the task (outlook/answers.h): each column holds numbers, of which an
 * empty cell is NaN here, or texts.  Of many rows it has none, and predictions.arrow has
 * them: both are written by outlook/answers_file.h. */
#ifndef ARTIFACTS_PREDICTIONS_CSV_H
#define ARTIFACTS_PREDICTIONS_CSV_H

#include "csv/csv.h"

struct predictions_csv_column {
    const char *name;
    bool text;
};

struct predictions_csv_cell {
    const char *text; // of a column of texts
    double number;
};

struct predictions_csv_row {
    const char *key, *group, *id;      // NULL without groups, without ids
    struct predictions_csv_cell *cell; // [p]
};

struct predictions_csv {
    const char *by, *group,
        *id; // names of the first column, the groups', the ids'; NULL: none
    size_t p;
    const struct predictions_csv_column *column; // [p]
    size_t n;
    struct predictions_csv_row *row; // [n]
};

/* How many columns say which row it is: they stand before the answers. */
size_t predictions_csv_names(const struct predictions_csv *t);

/* Reads the file into ret, all of it into mem.  STATUS_INPUT unless its columns behind the
 * first are those of `like`. */
MUST_USE enum status predictions_csv_read(const char *path,
                                          const struct predictions_csv *like,
                                          struct arena *mem, struct predictions_csv *ret,
                                          struct error *err);

#endif
