/* Checks of values that chains of steps make before and between steps. */
#ifndef STEPS_STEP_INTERNAL_H
#define STEPS_STEP_INTERNAL_H

#include "steps/step.h"

/* Every value is finite; missing, where it is not NULL: or NaN, and then *missing becomes
 * true where one is. */
MUST_USE enum status step_check_values(const struct matrix *x, bool *missing,
                                       struct error *err);

/* The columns that a recipe which begins with this step is given, and its values; *ret is
 * their shape. */
MUST_USE enum status step_check_columns(const struct step *first, const struct matrix *x,
                                        struct shape *ret, struct error *err);

/* The columns of x; nothing is said of missing cells. */
struct shape step_shape(const struct matrix *x);

/* Refuses x where it has not as many columns of each kind as were learnt. */
MUST_USE enum status step_check_same(const struct shape *learnt, const struct matrix *x,
                                     struct error *err);

#endif
