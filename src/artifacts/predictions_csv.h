/* predictions.csv: the model's answers for rows to come, one row each.
 *
 *     month,actual,prediction
 *     2020-05,,254.1
 *
 * The first column is called by the step of time, "row" where rows have none; where they
 * have groups, a column of their names comes behind it.  An actual
 * value that is not known is an empty cell, NaN here. */
#ifndef ARTIFACTS_PREDICTIONS_CSV_H
#define ARTIFACTS_PREDICTIONS_CSV_H

#include "csv/csv.h"

struct predictions_csv_row {
    const char *key, *group; // group: NULL without groups
    double actual, prediction;
};

struct predictions_csv {
    const char *by, *group; // names of the first column and the groups', NULL: none
    size_t n;
    struct predictions_csv_row *row; // [n]
};

/* Writes the header, and one row after another. */
MUST_USE enum status predictions_csv_begin(struct csv_writer *w, const char *by,
                                           const char *group, struct error *err);
MUST_USE enum status predictions_csv_put(struct csv_writer *w,
                                         const struct predictions_csv_row *row,
                                         struct error *err);

/* Reads the file into ret, all of it into mem. */
MUST_USE enum status predictions_csv_read(const char *path, struct arena *mem,
                                          struct predictions_csv *ret, struct error *err);

#endif
