/* Backtests: what would have been forecast, from a row of origins (Tashman 2000,
 * International Journal of Forecasting 16: rolling origin).
 *
 * At origin o the steps [0, o) are known.  Whoever forecasts answers the same origins and
 * is compared on the same steps.  Look-ahead is no matter of trust: the loop keeps a copy of
 * the series in which a value, also one of an outside column, stands only from the first
 * origin that knows it on, and hands out that; before it the place holds NaN. */
#ifndef SERIES_BACKTEST_H
#define SERIES_BACKTEST_H

#include "series/series.h"

struct backtest_plan {
    size_t first;   // the first origin
    size_t step;    // from one origin to the next, at least 1
    size_t horizon; // steps that are forecast from each, at least 1
    size_t gap;     // steps between the last one known and the first that is forecast
    size_t refit;   // origins from one fit to the next, at least 1
    size_t window;  // of the steps known, so many last ones are learnt from; 0: all
};

/* One step ahead from every origin, learning anew each time from all that is known. */
extern const struct backtest_plan backtest_one_step;

/* Who forecasts. */
struct forecaster {
    void *self;

    /* The steps that fit needs; with fewer it is not asked, and its answer is NaN. */
    size_t least;

    /* Learns from known->y[0, n), which are the series' steps from `from` on. */
    enum status (*fit)(void *self, const struct series *known, size_t from,
                       struct error *err);

    /* Goes on: k steps have become known since the last call of either, the last of
     * known. */
    enum status (*extend)(void *self, const struct series *known, size_t k,
                          struct error *err);

    /* Forecasts the 1st to the n-th step behind the last one known, into ret[n]; NaN
     * where there is no answer; unless NULL, their standard deviations into
     * ret_spread[n], NaN where none is known. */
    enum status (*forecast)(void *self, size_t n, double *ret, double *ret_spread,
                            struct error *err);
};

/* The number of origins for a series of n steps: first, first + step, … up to n, at which
 * all is known. */
size_t backtest_origins(const struct backtest_plan *plan, size_t n);

/* Runs it.  ret[origins][horizon]: the forecast from origin i, first + i * step, for step
 * origin + gap + h stands at [i][h]; NaN where there is none.  Steps behind the series'
 * end are forecast as well.  ret_spread, likewise: the standard deviations that the
 * forecaster knows; NULL: nobody asks.  scratch holds the copy, and is rewound. */
MUST_USE enum status backtest_run(const struct backtest_plan *plan,
                                  const struct series *s,
                                  const struct forecaster *forecaster,
                                  struct arena *scratch, double *ret, double *ret_spread,
                                  struct error *err);

/* The same for a series model.  context->mem, another arena than scratch, is for its
 * states, and is rewound. */
MUST_USE enum status backtest_series(const struct backtest_plan *plan,
                                     const struct series *s,
                                     const struct series_choice *choice,
                                     const struct fit_context *context,
                                     struct arena *scratch, double *ret,
                                     double *ret_spread, struct error *err);

/* The same with a model a fit: the k-th of them takes chosen[k], and forecasts nothing where
 * that is NULL.  A choice is the same as another where it stands in the same place. */
MUST_USE enum status backtest_chosen(const struct backtest_plan *plan,
                                     const struct series *s,
                                     const struct series_choice *const *chosen,
                                     const struct fit_context *context,
                                     struct arena *scratch, double *ret,
                                     double *ret_spread, struct error *err);

#endif
