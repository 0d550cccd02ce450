/* The methods behind folds_plan; each has checked nothing but its own needs. */
#ifndef LEARN_FOLDS_INTERNAL_H
#define LEARN_FOLDS_INTERNAL_H

#include "learn/folds.h"

/* Fails at the setting; with hint where it is not NULL. */
MUST_USE enum status folds_refuse(struct error *err, const char *hint, const char *format,
                                  ...) PRINTF_LIKE(3, 4);

/* "12 rows cannot be divided into 20 folds"; what is "row", "group". */
MUST_USE enum status folds_too_many(size_t n, const char *what, size_t folds,
                                    struct error *err);

/* Gives each row the fold [0, rule->n) that it is held out in. */
typedef enum status folds_assign(const struct fold_rule *rule,
                                 const struct fold_data *data, uint32_t seed,
                                 struct arena *scratch, uint32_t *ret_fold,
                                 struct error *err);
folds_assign folds_shuffled, folds_stratified, folds_grouped;

MUST_USE enum status folds_rolling(const struct fold_rule *rule,
                                   const struct fold_data *data, struct arena *mem,
                                   struct fold *ret, struct error *err);

#endif
