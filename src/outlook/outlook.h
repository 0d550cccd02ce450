/* What a model says about every row there is: known ones and those to come.
 *
 * Rows of features.arrow and upcoming.arrow with their predictions; a row is found by its
 * key.  The tables are read a batch at a time: of each row the key, the group and the
 * prediction are kept, and of known rows that nobody asks for only the number. */
#ifndef OUTLOOK_OUTLOOK_H
#define OUTLOOK_OUTLOOK_H

#include "base/watch.h"
#include "config/again.h"
#include "data/history.h"
#include "learn/frame.h"
#include "learn/model.h"

/* One table with its predictions. */
struct predicted {
    struct frame frame;           // without features and target
    struct prediction prediction; // without values for rows that nobody asks for
    double
        *spread; // [frame.n] standard deviations that a series model knows, NaN where it
                 // knows none; NULL: none
    const double *actual;  // [frame.n] values of an anomaly's rows; NULL: of others
    double *lower, *upper; // [frame.n] the bands, NaN where there is none; NULL: none
};

struct outlook {
    struct predicted known, upcoming;
};

/* Reads a model from the folder that a run reads from: name is "model.json", which the
 * stage "train" makes, or "production/model.json", made by "register".  Fails when there is less
 * memory than that takes, and for a series model where rows have no time; where the file
 * is damaged, or learnt another target than the pipeline's, names the command that makes
 * it anew. */
MUST_USE enum status outlook_model(const struct again *run, const struct watch *watch,
                                   const char *name, const char *stage, struct arena *mem,
                                   struct model *ret, struct error *err);

/* Refuses the model of that name where it takes other outside columns than the pipeline
 * names, or in another order.  Who reads them by the model's names has no need of it. */
MUST_USE enum status outlook_columns(const struct again *run, const struct model *model,
                                     const char *name, struct arena *mem,
                                     struct error *err);

/* What is wanted of the known rows: nothing; that their table is read, and found whole; and
 * a series model's forecasts, which take time. */
struct outlook_known {
    bool read, asked;
};

/* Reads both tables of that folder and predicts their rows.  A series model answers the
 * known rows from the steps before each, and instead of upcoming.arrow's rows the steps
 * behind the history's last value, up to which its state goes on; with groups those behind
 * the last value of each of the histories, on so many threads. */
MUST_USE enum status outlook_read(const struct again *run, const struct watch *watch,
                                  struct model *model, const struct histories *histories,
                                  const struct outlook_known *known, size_t threads,
                                  struct arena *mem, struct outlook *ret,
                                  struct error *err);

/* Predicts the rows of one batch that was read from path. */
MUST_USE enum status outlook_predict(const struct model *model, const struct frame *f,
                                     const char *path, struct arena *mem,
                                     struct prediction *ret, struct error *err);

/* The predictions that have a row for a key, and its place there; NULL when none has. */
const struct prediction *outlook_find(const struct outlook *o, int32_t key,
                                      size_t *ret_row);

/* The first and the last key there is; false when there is none. */
bool outlook_span(const struct outlook *o, int32_t *ret_first, int32_t *ret_last);

#endif
