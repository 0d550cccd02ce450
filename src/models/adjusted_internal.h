/* What the models have in common that take the season out by STL (forecast/stl.h), forecast
 * what is left, and let the last season repeat: their parameters, of which each has some. */
#ifndef MODELS_ADJUSTED_INTERNAL_H
#define MODELS_ADJUSTED_INTERNAL_H

#include "forecast/stl.h"
#include "models/estimated_internal.h"

struct adjusted_params {
    size_t seasonal, seasonal_deg, trend, inner_iter, outer_iter; // statsmodels' names
    size_t window, lags;                                          // stl_ridge
    double alpha, discount, prior;
    size_t maxlag; // stl_ar
};

/* clang-format off */
#define ADJUSTED_ROWS                                                                    \
    OPTION(struct adjusted_params, seasonal, 3, 999, "N",                                \
           "seasons that the season's smoothing looks at, odd"),                         \
    OPTION(struct adjusted_params, seasonal_deg, 0, 1, "N",                              \
           "degree of the season's smoothing"),                                          \
    OPTION(struct adjusted_params, trend, 0, 99999, "N",                                 \
           "steps that the trend's smoothing looks at, odd; 0: some 1.5 seasons or more"),\
    OPTION(struct adjusted_params, inner_iter, 1, 50, "N",                               \
           "passes of STL"),                                                             \
    OPTION(struct adjusted_params, outer_iter, 0, 50, "N",                               \
           "times that STL begins anew with less weight for what it does not explain")
/* clang-format on */

/* The steps from which a season is told from the rest: two seasons and six steps; SIZE_MAX
 * without a season. */
size_t adjusted_first(size_t season);

/* Refuses an even window, and fewer last values than that; then fits, or loads. */
enum status adjusted_fit(const struct series_choice *choice, const struct series *s,
                         const struct fit_context *context, void **ret_state,
                         struct error *err);
enum status adjusted_load(const json_t *saved, const struct series_choice *choice,
                          size_t season, const char *path, struct arena *mem,
                          void **ret_state, struct error *err);

/* Decomposes y[n]: the values without the season into ret[n] (NULL: they are of no
 * interest), and the season of the steps to come, that of the last one again, into
 * ret_pattern[season]. */
void adjusted_decompose(const struct adjusted_params *params, const double *y, size_t n,
                        size_t season, struct arena *scratch, double *ret,
                        double *ret_pattern);

/* Takes one step: the first of the pattern becomes its last, and is returned. */
double adjusted_turn(double *pattern, size_t season);

#endif
