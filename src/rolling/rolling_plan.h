/* The plan of an evaluation by rolling origin: the section `evaluate` of a pipeline's file,
 * and what it comes to for the rows that there are.
 *
 *     evaluate:
 *       backtest: {first: 1983-12, horizon: 1, refit: 1}
 *       intervals: {level: 0.9}
 *       spans: {long: [1995-01, 2021-02], recent: [2017-03, 2020-04]}
 *
 * An origin is a key, the last one that is known at it; from each the gap is left out and
 * the steps behind it are forecast: the rows of origin o have the keys o + gap + 1 to o +
 * gap + horizon (Tashman 2000, "Out-of-sample tests of forecasting accuracy",
 * International Journal of Forecasting 16).
 *
 * Where the file says nothing of them
 *   - first is the middle of the time that there is, or the first origin at which there are
 *     steps enough to learn from, where that is later
 *   - horizon and gap are those of train.backtest
 *   - step is 1, or as large as it takes to have no more than about ROLLING_ROWS rows
 *   - for a laborious series model the origins are the last ones, half a horizon apart, that
 *     forecast two horizons, ROLLING_LATE steps at least (of a horizon of one step
 *     ROLLING_LATE_ONE), and it is learnt once, at the first of them, and goes on
 *   - refit is 1, or as large as it takes to learn no more than ROLLING_FITS times and, of a
 *     recipe, to spend no more than ROLLING_WORK cells times rows times columns in all.
 *     Where that would not let it be learnt twice, and for a recipe's table of more than
 *     ROLLING_ROWS rows, there is no backtest: the evaluation of a large table is not to
 *     take longer than its training, unless somebody asks. */
#ifndef ROLLING_ROLLING_PLAN_H
#define ROLLING_ROLLING_PLAN_H

#include "base/option.h"
#include "config/pipeline.h"
#include "bands/planting.h"
#include "series/backtest.h"

#define ROLLING_LATE ((size_t)12)
#define ROLLING_LATE_ONE ((size_t)36)
#define ROLLING_ROWS 100000.0
#define ROLLING_FITS 500.0
#define ROLLING_WORK 2e8

struct rolling_settings {
    struct rolling_backtest {
        const struct yaml_node *first;            // a key, "none", or NULL: not given
        size_t step, horizon, gap, refit, window; // 0: not given
    } backtest;
    struct rolling_intervals {
        double level; // (0,1)
    } intervals;
    const struct yaml_node *spans; // NULL: none
    struct rolling_leaks {
        const struct yaml_node *accept; // leaks/leak_accept.h
    } leaks;
    struct planting_rule planted; // of anomalies
};

#define ROLLING_DEFAULTS                                                                 \
    {                                                                                    \
        .intervals = {.level = 0.9}, .planted = PLANTING_DEFAULTS,                       \
    }

enum { ROLLING_SETTINGS_ROWS = 5 };
extern const struct option_row rolling_settings_rows[ROLLING_SETTINGS_ROWS];

/* Rows that are told for themselves. */
struct rolling_span {
    const struct yaml_node *at;
    const char *name;
    int32_t first, last; // keys
};

struct rolling_plan {
    size_t origins;                           // 0: there is no backtest, and
    const char *why;                          // this is why
    int32_t first;                            // the first origin
    size_t step, horizon, gap, refit, window; // as in series/backtest.h
    size_t season;                            // steps; 0: none
    double level;                             // of the bands
    size_t n_spans;
    struct rolling_span *span; // [n_spans]
};

/* What the plan depends on. */
struct rolling_extent {
    int32_t first, last; // keys of the first and the last row that may be forecast
    size_t rows;         // of them
    size_t series;       // that they are of
    size_t least;        // steps that must be known before anything can be learnt
    double work;         // of a recipe: cells times rows times columns; else 0
    bool laborious;      // series models: learning takes long
    const struct backtest_plan *usual; // train.backtest
};

/* Why there is no backtest, whatever the rows are: they have no time, the settings say none,
 * or a table of so much work has to be asked for; NULL: there may be one.  Of the extent
 * rows and work count. */
const char *rolling_plan_none(const struct rolling_settings *settings,
                              const struct pipeline *p,
                              const struct rolling_extent *extent);

/* STATUS_INPUT, with the place, for a key that is none, a span that ends before it begins,
 * and where no row lies behind a first origin that is given. */
MUST_USE enum status rolling_plan_of(const struct rolling_settings *settings,
                                     const struct pipeline *p,
                                     const struct rolling_extent *extent,
                                     struct arena *mem, struct rolling_plan *ret,
                                     struct error *err);

/* The key of the i-th origin. */
int32_t rolling_origin(const struct rolling_plan *plan, const struct pipeline *p,
                       size_t i);

/* The origins at which something is learnt: 0, refit, 2 refit, …; their number. */
size_t rolling_fits(const struct rolling_plan *plan);

#endif
