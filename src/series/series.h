/* Series models: forecasts from a series' own past, in order and with its gaps.
 *
 * A recipe (steps/step.h) learns from rows, each a projection of the past; a series model
 * sees all of the past.  Both answer the same origins (series/backtest.h).
 *
 * A model is one `const struct series_model` that its file exports, with a row in
 * models.def: SERIES(mean) there is `series_mean` in src/models/series_mean.c.  That file
 * and that row are all; `train.series` can then name it, --explain and the reference page
 * show it, and the contract test in tests/unit/test_series.c runs on it.
 *
 * Values are one a step of time, in the target's unit, oldest first; a missing one is NaN.
 * What a model has of them is a state, which lives in the arena handed in and holds all
 * that forecasts need: nothing else is read for them, so what comes later than the state's
 * last value cannot count. */
#ifndef SERIES_SERIES_H
#define SERIES_SERIES_H

#include <jansson.h>

#include "base/option.h"
#include "config/pipeline.h"
#include "series/transform.h"
#include "steps/step.h"

enum { SERIES_COLUMNS = PIPELINE_OUTSIDE }; // outside columns at most

struct series {
    const char *group; // its name; NULL where there is but one series
    size_t n;          // steps
    size_t season;     // steps after which it comes round; 0: never
    size_t horizon;    // steps behind its end that forecasts are wanted for; 0: one
    int32_t first;     // key of step 0 (data/key.h)
    const double *y;   // [n] NaN where missing
    size_t p;          // outside columns
    const double *x[SERIES_COLUMNS]; // [p][n] what is known of them at each step's end
};

/* The n steps of s from `from` on, as a series of their own. */
struct series series_part(const struct series *s, size_t from, size_t n);

struct series_choice;
struct backtest_plan;
struct candidates;

struct series_model {
    const char *name, *summary;    // "naive"; one line with the formula
    const struct option_row *rows; // parameters, fields of params; scalars only
    size_t n_rows;
    size_t params_size;
    const void *defaults; // one params struct
    bool
        laborious; // learning takes some 10 ms of a processor: who only judges lets it go
                   // on by follow in between
    const void
        *family; // its own part, where models share their state's code and say in its
                 // header what is meant (src/models); NULL: all is its own
    size_t of;   // offset in params of a const struct candidates *, the models that it is
                 // made of; 0: it is not

    /* The steps that fit needs, at least 1; SIZE_MAX where no number will do, as without a
     * season for who repeats one. */
    size_t (*least)(const void *params, size_t season);

    /* Learns from a series of at least so many steps, without infinities (checked by the
     * caller, series_fit); any of them may be missing. */
    enum status (*fit)(const struct series_choice *choice, const struct series *s,
                       const struct fit_context *context, void **ret_state,
                       struct error *err);

    /* Hands over the outside columns' values of the k steps that extend or follow take in
     * next, x[p][k]; refuses another number of columns than was fitted.  NULL: the model
     * does without them; else it needs at least one. */
    enum status (*see)(void *state, size_t p, const double *const *x, size_t k,
                       struct arena *mem, struct error *err);

    /* Takes in the k values behind the state's last one, in place: the state is then that
     * of a fit on all of them, bit for bit, also where it followed before.  mem is the
     * arena that the state lives in. */
    enum status (*extend)(void *state, const double *y, size_t k, struct arena *mem,
                          struct error *err);

    /* Takes them in with the parameters that it has: only the filter goes on.  NULL where
     * there is nothing to save by that; then extend is taken. */
    enum status (*follow)(void *state, const double *y, size_t k, struct arena *mem,
                          struct error *err);

    /* The forecasts for the 1st to the horizon-th step behind the last one, into
     * ret[horizon]: NaN where the values that it takes are missing, which are not
     * bridged.  The first of many are those of a shorter horizon, bit for bit. */
    enum status (*forecast)(const void *state, size_t horizon, double *ret,
                            struct error *err);

    /* The same, with the standard deviation of each as the model itself knows it, into
     * ret_spread[horizon], NaN where it has none.  NULL: it knows none. */
    enum status (*forecast_spread)(const void *state, size_t horizon, double *ret,
                                   double *ret_spread, struct error *err);

    /* backtest_series over a series as it is, with a window that grows, for who does it
     * faster than by fit and extend; to the same bits.  NULL: nobody does. */
    enum status (*backtest)(const struct series_choice *choice, const struct series *s,
                            const struct backtest_plan *plan,
                            const struct fit_context *context, struct arena *scratch,
                            double *ret, struct error *err);

    /* State to JSON and back.  load trusts nothing: sizes, ranges and finiteness are
     * checked, against the parameters and the season of the fit; path is for messages. */
    json_t *(*save)(const void *state);
    enum status (*load)(const json_t *saved, const struct series_choice *choice,
                        size_t season, const char *path, struct arena *mem,
                        void **ret_state, struct error *err);
};

/* All models, in the order of models.def. */
extern const struct series_model *const series_all[];
extern const size_t series_count;

/* The naive forecasts among them, those that a model must beat.  They have no
 * parameters. */
extern const struct series_model *const series_baseline[];
extern const size_t series_baselines;

const struct series_model *series_find(const char *name); // or NULL
const char *const *series_names(void);                    // [series_count]

/* A model with its parameters, and what it learns from instead of the values. */
struct series_choice {
    const struct series_model *model;
    const void
        *params; // NULL: the model's defaults; models themselves are given none NULL
    struct transform transform;
};

const void *series_params(const struct series_choice *choice);

/* Whether the model, or one that it is made of, is laborious. */
bool series_laborious(const struct series_choice *choice);

/* What a model is made of, NULL where it is not made of others. */
const struct candidates *series_of(const struct series_model *m, const void *params);

/* What `least` says of the model with these parameters, and the steps that differences take
 * besides. */
size_t series_least(const struct series_choice *choice, size_t season);

/* Whether any step has a value that can be learnt from. */
bool series_known(const struct series_choice *choice, const struct series *s);

/* Refuses what the model cannot learn from: too few steps for it, no season or no outside
 * column where it needs one, an infinite value or one that the transform is not for (naming
 * its step, from 1), no value at all. */
MUST_USE enum status series_check(const struct series_choice *choice,
                                  const struct series *s, struct error *err);

/* Every model with its rows, for --explain and the reference page. */
void series_explain(struct text *out);

/* Refuses infinite values of outside columns, where the model takes them; the first step of
 * s is the given one, from 1. */
MUST_USE enum status series_check_columns(const struct series_choice *choice,
                                          const struct series *s, size_t step,
                                          struct error *err);

/* Refuses a value that the model cannot take, that of the given step, from 1. */
MUST_USE enum status series_check_value(const struct series_choice *choice,
                                        const struct series *s, double y, size_t step,
                                        struct error *err);

#endif
