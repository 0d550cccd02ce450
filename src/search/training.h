/* What training holds of a feature table: its rows in the order of their division, of which
 * the first are learnt from, and what the folds, the model and its file are told of them. */
#ifndef SEARCH_TRAINING_H
#define SEARCH_TRAINING_H

#include "learn/folds.h"
#include "learn/model.h"
#include "learn/recipes.h"

struct training {
    const struct division_rule *rule;
    struct division division;
    struct frame frame; // row i is the one of number division.order[i]; keys stay
    char identity[CHECKSUM_TEXT];
    struct matrix x; // of the division.n_train first rows
    struct target y;
    struct matrix x_check; // of the validation rows behind them, but for those of a class
    struct target y_check; // that no row is learnt from has; n 0: none
};

/* The rows that a search learns from and is judged by, and what is which. */
struct searched {
    struct matrix x;
    struct target y;
    struct folds folds;
};

/* Reads the table of r, divided by a rule that must outlive it; all lives in mem.
 * STATUS_INPUT as division_make and frame_read say. */
MUST_USE enum status training_read(struct frame_reader *r,
                                   const struct division_rule *rule, struct arena *mem,
                                   struct training *ret, struct error *err);

/* Fills x, y and what is checked by from the frame, whose rows are in the division's order;
 * in mem. */
void training_take(struct training *t, struct arena *mem);

/* Divides the rows that are learnt from by the class, time and group that they have; of
 * folds that are judged by validation rows, these stand behind them.  Fails as folds_plan
 * does. */
MUST_USE enum status training_folds(const struct training *t,
                                    const struct fold_rule *rule, uint32_t seed,
                                    struct arena *mem, struct searched *ret,
                                    struct error *err);

/* Says of a value that the recipe's first step refused (field: its column) which row of the
 * table at path it stands in: the number, the key and the id.  Other errors stay. */
void training_blame(const struct training *t, const struct step *first, const char *path,
                    struct error *err);

/* Fits a cell of the recipes on them into m's steps, checked by the validation rows, and notes
 * the columns that the steps want, in context->mem. */
MUST_USE enum status training_fit(const struct training *t, const struct recipes *recipes,
                                  size_t cell, const struct fit_context *context,
                                  struct model *m, struct error *err);

#endif
