/* A series model that has learnt: the calls that every caller makes instead of the model's
 * own.
 *
 *     series_fit(&choice, &s, &context, &fitted, err);  // learns, from past values alone
 *     series_forecast(&fitted, horizon, ahead, err);    // as often as wanted
 *     series_extend(&fitted, &more, mem, err);          // these steps have become known
 *
 * The state lives in the arena of the fit, and what it takes in goes there as well. */
#ifndef SERIES_FITTED_H
#define SERIES_FITTED_H

#include "series/series.h"

struct series_fitted {
    struct series_choice choice;
    void *state; // of the model

    // The rest is for the choice's transform.
    struct series seen;       // what it has taken in; y: the values, where they are kept
    size_t room;              // of them
    struct transform_way way; // the scale
    double *tail;             // [season + 1] last bridged values on it; with differences
    double squares;           // of the errors on the scale, of so many; with bias: mean
    size_t errors;
};

/* Refuses what series_check does, then learns. */
MUST_USE enum status series_fit(const struct series_choice *choice,
                                const struct series *s, const struct fit_context *context,
                                struct series_fitted *ret, struct error *err);

/* Whether extend learns anew from all, in fresh memory: who can rewind it had better fit. */
bool series_learns_anew(const struct series_choice *choice);

/* Takes in the steps behind the last one, values and outside columns: then it is what a fit
 * on all of them gives, bit for bit, also where it followed before. */
MUST_USE enum status series_extend(struct series_fitted *f, const struct series *more,
                                   struct arena *mem, struct error *err);

/* Takes them in without learning from them: what was estimated stays as it is, and only the
 * filter goes on.  Models that estimate nothing do both alike. */
MUST_USE enum status series_follow(struct series_fitted *f, const struct series *more,
                                   struct arena *mem, struct error *err);

/* The forecasts for the 1st to the horizon-th step behind the last one, into ret[horizon];
 * NaN where there is none. */
MUST_USE enum status series_forecast(const struct series_fitted *f, size_t horizon,
                                     double *ret, struct error *err);

/* The same with their standard deviations, as the model itself knows them, into
 * ret_spread[horizon]: NaN of those that know none, and with a transform, on whose scale
 * they would be. */
MUST_USE enum status series_forecast_spread(const struct series_fitted *f, size_t horizon,
                                            double *ret, double *ret_spread,
                                            struct error *err);

/* To JSON and back.  load trusts nothing; choice, season and steps are those of what was
 * saved, path is for messages. */
json_t *series_save(const struct series_fitted *f);
MUST_USE enum status series_load(const json_t *saved, const struct series_choice *choice,
                                 size_t season, size_t steps, const char *path,
                                 struct arena *mem, struct series_fitted *ret,
                                 struct error *err);

#endif
