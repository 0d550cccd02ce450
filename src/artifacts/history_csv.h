/* history.csv: what the final fit told of its rounds, one row an epoch.
 *
 *     epoch,train_loss,check_loss,train_score,check_score
 *     1,0.71,0.73,,
 *
 * An epoch is a pass over the rows, a tree or an iteration; losses and scores are the
 * estimator's own (steps/step.h), of the rows that it learnt from and of those that it checked
 * itself by.  What it does not know is an empty cell, NaN here.  Where nothing told of rounds
 * there is a header only. */
#ifndef ARTIFACTS_HISTORY_CSV_H
#define ARTIFACTS_HISTORY_CSV_H

#include "csv/csv.h"

struct history_csv_row {
    size_t epoch; // from 1, ascending
    double train_loss, check_loss, train_score, check_score;
};

struct history_csv {
    size_t n;
    const struct history_csv_row *row; // [n]
};

MUST_USE enum status history_csv_write(const struct history_csv *h, struct output *out,
                                       struct error *err);

/* Reads the file into ret, all of it into mem.  STATUS_INPUT for epochs that do not count
 * 1, 2, 3, …, and for what is no finite number. */
MUST_USE enum status history_csv_read(const char *path, struct arena *mem,
                                      struct history_csv *ret, struct error *err);

#endif
