/* Exponential smoothing with additive errors and no season, fitted by least squares, which
 * is maximum likelihood (Hyndman, Koehler, Ord & Snyder 2008, Forecasting with Exponential
 * Smoothing, chapters 2 and 5).
 *
 *     e  = y[t] - (l + phi b)        level l, slope b, damping phi
 *     l' = l + phi b + alpha e
 *     b' = phi b + beta e
 *
 * ANN has a level alone, AAN a slope besides (phi = 1), AAdN damps it.  alpha lies in
 * (1e-4, .9999), beta = alpha u with u in the same range, phi in (.8, .98), each mapped
 * from the real line by a logistic.  The state before the first value is that of the
 * straight line through the first ten values (ANN: their mean), shifted by x times the mean
 * size of a change, with x free.  Start: alpha .3, u .2, phi .95, x 0.
 *
 * With a season see ets_seasonal.h; who has taken one out adds it again. */
#ifndef FORECAST_ETS_H
#define FORECAST_ETS_H

#include <stdbool.h>
#include <stddef.h>

enum ets_form { ETS_ANN, ETS_AAN, ETS_AADN, ETS_FORMS };

/* Values below which there is nothing to fit. */
#define ETS_LEAST ((size_t)5)

struct ets {
    enum ets_form form;
    double alpha, beta, phi; // phi 0 without a slope, 1 with one that is not damped
    double next;             // l + phi b, the forecast of the next step
    double drift;            // phi b, what is in it of the slope
    double aicc; // of the fit; infinite where the values are too few for the form
};

/* Fits one form to y[n], finite, n at least ETS_LEAST: the state is the one behind the last
 * value. */
void ets_fit(enum ets_form form, const double *y, size_t n, struct ets *ret);

/* Fits every form and takes the one with the least AICc, n (ln SSE - ln n) + 2 K +
 * 2 K (K + 1) / (n - K - 1), K the parameters, states and the variance; the first of
 * equals. */
void ets_choose(const double *y, size_t n, struct ets *ret);

/* Takes in the next value; the parameters stay. */
void ets_follow(struct ets *e, double y);

/* The forecasts of the next steps, into ret[horizon]. */
void ets_forecast(const struct ets *e, size_t horizon, double *ret);

/* The form with its weights and state as reals, for a file; and back, false where they are
 * none (finite is asked of the caller).  The AICc is not kept. */
#define ETS_REALS ((size_t)6)
void ets_store(const struct ets *e, double ret[ETS_REALS]);
bool ets_restore(const double reals[ETS_REALS], struct ets *ret);

#endif
