/* A model's answers as a table that people read: which columns there are, and their cells.
 *
 *     task        columns behind the key, the group and the id
 *     regression  actual, prediction; lower, upper where rows have bands
 *     classes     prediction, the name of the class; probability_CLASS each, where there are
 *     labels      prediction_LABEL each: 0 or 1, or the probability of 1
 *     anomaly     the value, by its column's name; anomaly, 0 or 1; lower, upper, n; note, why
 *                 there is no band */
#ifndef OUTLOOK_ANSWERS_H
#define OUTLOOK_ANSWERS_H

#include "artifacts/predictions_csv.h"
#include "config/pipeline.h"
#include "steps/task.h"

/* The table without rows, for predictions like p; it lives in mem.  banded: of a
 * regression, with bands. */
struct predictions_csv answers_table(const struct pipeline *pipeline,
                                     const struct target *learnt,
                                     const struct prediction *p, bool banded,
                                     struct arena *mem);

/* Fills the table's cells of row i of p, but for bands; actual: what came true, of a
 * regression. */
void answers_cells(const struct target *learnt, const struct prediction *p, size_t i,
                   double actual, struct predictions_csv_cell *cell);

/* Adds the rows as they are printed (show/printed.h). */
void answers_print(const struct predictions_csv *t, size_t columns, struct text *out);

#endif
