/* The members of a combination, and what each of them forecast at every origin of a series.
 *
 * A path is a member's forecasts from the origins [from, n]: for the 1st to the horizon-th
 * step behind each.  What it has at an origin depends on the values before that alone, so
 * that pieces of it are computed on threads, each beginning with a fit, and a path that was
 * computed once serves every fit and backtest of the same series (struct series_memo). */
#ifndef MODELS_COMBINATION_INTERNAL_H
#define MODELS_COMBINATION_INTERNAL_H

#include "series/candidates.h"

enum combination_weights { WEIGHTS_INVERSE_ERROR, WEIGHTS_EQUAL };

struct combination_params {
    enum combination_weights weights;
    double power, discount;
    size_t first;                // steps known at the first origin; 0: as members need
    const struct candidates *of; // the members
};

/* The steps that are known at the first origin; SIZE_MAX where a member needs a season and
 * there is none. */
size_t combination_first(const struct combination_params *p, size_t season);

struct combination_paths {
    size_t from, n, horizon, members;
    double *const *value; // [members][(n - from + 1) * horizon] NaN where there is none
};

/* The forecast of member k, from origin t, for the step h behind, from 0. */
static inline double path_at(const struct combination_paths *p, size_t k, size_t t,
                             size_t h)
{
    return p->value[k][(t - p->from) * p->horizon + h];
}

/* The paths of a series of at least combination_first steps, on context->threads; from the
 * memo of the context, where it has them.  They live there, else in mem, which is not
 * context->mem; that is rewound. */
MUST_USE enum status combination_paths_of(const struct combination_params *p,
                                          const struct series *s, size_t horizon,
                                          const struct fit_context *context,
                                          struct arena *mem,
                                          struct combination_paths *ret,
                                          struct error *err);

#endif
