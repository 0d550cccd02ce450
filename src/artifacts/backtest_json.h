/* backtest.json: what the rows of backtest.csv or backtest.arrow come to, an origin, a
 * horizon and a group each: what would have been forecast, beside what came.
 *
 *     {"task", "target", "judge", "step", "season",
 *      "plan": {"first", "last", "origins", "step", "horizon", "gap", "refit", "window",
 *               "fits", "answered"} or null,
 *      "why": null or why there is no plan,
 *      "rows", "level", "log",
 *      "all": PART or null, "spans": [PART], "horizons": [PART], "seasons": [PART],
 *      "years": [PART],
 *      "groups": {"n", "worst": [PART], "quantiles": [{"share", figure: value, …}]} or null,
 *      "leaks": {…} (artifacts/leaks.h), "model", "options", "tables", "checksum"}
 *
 *     PART: {"name", "first", "last", "n", figure: value, …,
 *            "bands": {"n", "coverage", "width", "score"} or null,
 *            "baselines": {name: {"n", "model", "skill", "statistic", "p", "clustered",
 *                                 "p_clustered", figure: value, …}}}
 *
 * A part are some of the table's rows: all of them, those whose keys lie in a span, those
 * of a horizon ("1"), of a place in the season ("1" … "12" of months: the calendar's), of a
 * year ("2019"), of a group.  `n` are its rows with an answer of the model; `first` and
 * `last` their keys, null where there is none.  Figures are the same in the same order
 * everywhere: those of learn/metrics.def that the task has and, of numbers, mase and rmsse.
 * Of a baseline they are those on its own `n` rows, which both have an answer for; `model`
 * is the model's figure of the name that `judge` says on these rows, `skill` 1 - model /
 * baseline (of a figure that is better when high: model - baseline).  `statistic` and `p`
 * tell whether chance explains the difference (judge/diebold_mariano.h, over the origins):
 * below 0 the model is the better one.  What does not exist is null, NaN here. */
#ifndef ARTIFACTS_BACKTEST_JSON_H
#define ARTIFACTS_BACKTEST_JSON_H

#include "artifacts/leaks.h"

enum { BACKTEST_WORST = 20 }; // groups that are told one by one, at most

struct backtest_json_plan {
    const char *first, *last; // origins: the last key that is known at them
    size_t origins, step, horizon, gap, refit, window;
    size_t fits; // times that the model was learnt, of each group where each has its own
    size_t answered; // the furthest horizon that the model can answer
};

struct backtest_json_figure {
    const char *name;
    double value;
};

struct backtest_json_baseline {
    const char *name;
    struct backtest_json_versus {
        size_t n; // rows that both have an answer for
        double model, skill;
        double statistic, p;           // judge/diebold_mariano.h, two-sided
        double clustered, p_clustered; // allowing for errors that come in clusters
        size_t n_figures;
        struct backtest_json_figure *figure; // [n_figures] of the baseline
    } versus;
};

struct backtest_json_bands {
    size_t n;        // rows with a band and an actual value
    double coverage; // [0,1] share of them inside
    double width;    // mean upper - lower
    double score;    // mean interval score (Gneiting & Raftery 2007, section 6.2)
};

struct backtest_json_part {
    const char *name;
    const char *first, *last;
    size_t n, n_figures;
    struct backtest_json_figure *figure; // [n_figures] of the model
    struct backtest_json_bands *bands;   // NULL: no row has one
    size_t n_baselines;
    struct backtest_json_baseline *baseline; // [n_baselines]
};

struct backtest_json_quantile {
    double share; // [0,1] of the groups
    size_t n_figures;
    struct backtest_json_figure *figure; // [n_figures] quantiles over the groups
};

struct backtest_json_groups {
    size_t n, n_worst, n_quantiles;
    struct backtest_json_part *worst;        // [n_worst] the worst first
    struct backtest_json_quantile *quantile; // [n_quantiles]
};

struct backtest_json {
    const char *task, *target;
    const char *judge;               // the metric that skill is of
    const char *step;                // "month", …; NULL where rows have no time
    size_t season;                   // steps; 0: none
    struct backtest_json_plan *plan; // NULL: there was no backtest, and
    const char *why;                 // this is why; else NULL
    size_t rows;                     // of the table
    double level;                    // [0,1] of the bands; NaN: there are none
    bool log;                        // their errors are of logarithms (judge/conformal.h)
    struct backtest_json_part *all;  // NULL without a plan
    size_t n_spans, n_horizons, n_seasons, n_years;
    struct backtest_json_part *span, *horizon, *season_place, *year;
    struct backtest_json_groups *groups; // NULL without groups
    struct leaks leaks;
    const char *model; // the checksum of model.json
    struct texts options;
    struct artifact_table table; // backtest.csv or backtest.arrow
};

/* The part's figure of that name; NaN where there is none. */
double backtest_json_value(const struct backtest_json_part *part, const char *figure);

/* The part of that name among n, or NULL. */
const struct backtest_json_part *backtest_json_find(const struct backtest_json_part *part,
                                                    size_t n, const char *name);

/* The baseline of that name beside the part, or NULL. */
const struct backtest_json_versus *backtest_json_versus(
    const struct backtest_json_part *part, const char *baseline);

MUST_USE enum status backtest_json_write(const struct backtest_json *b,
                                         struct output *out, struct error *err);

/* Reads the file into ret, texts and lists into mem. */
MUST_USE enum status backtest_json_read(const char *path, struct arena *mem,
                                        struct backtest_json *ret, struct error *err);

#endif
