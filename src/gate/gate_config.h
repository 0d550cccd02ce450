/* The section `gate:` of a pipeline's file: what a candidate must show before it predicts.
 *
 *     gate:
 *       beats: {naive: 0.05, seasonal_drift: 0}   # or 0.05 for all, or a list of names
 *       rmse: {max: 20}
 *       r2: {min: 0.5}
 *       dropped: [0, 0.2]
 *       production: {not_worse: 0.05, better: 0.05}
 *       drift: {psi: 0.25, ks: 0.2}
 *       prediction_time: {max: 0.001}
 *
 * beats names naive forecasts and by which share the candidate must be better; without it
 * the candidate beats every one.  production is in gate/challenge.h.  The other keys are rows of learn/metrics.def and
 * gate/figures.def: each holds bounds, inclusive. */
#ifndef GATE_GATE_CONFIG_H
#define GATE_GATE_CONFIG_H

#include "config/pipeline.h"

struct gate_bounds {
    double min, max; // infinite: none
};

#define METRIC(id, title, tasks, better, least, most, text) GATE_METRIC_##id,
#define FIGURE(id, title, least, most, text) GATE_FIGURE_##id,
enum gate_bounded {
#include "learn/metrics.def"
    GATE_METRICS,
    GATE_BEFORE_FIGURES = GATE_METRICS - 1,
#include "gate/figures.def"
    GATE_BOUNDED
};
#undef METRIC
#undef FIGURE

/* A naive forecast that must be beaten. */
struct gate_margin {
    const char *name;             // NULL: every one
    double margin;                // share by which the candidate must be better
    const struct yaml_node *node; // for messages; NULL where the file says nothing
};

/* Beside what predicts now. */
struct gate_production {
    double not_worse; // p below which a challenger that looks worse is refused
    double better;    // chance that is allowed for promoting one that is not better
};

/* How far a column may have moved since production learnt from it (judge/drift.h). */
struct gate_drift {
    double psi, ks; // 0: not asked for
};

/* What the model may take to predict a row. */
struct gate_limit {
    double max; // seconds of one processor; 0: not asked for
};

struct gate_config {
    const struct yaml_node *beats;
    const struct yaml_node *bounds[GATE_BOUNDED];
    struct gate_production production;
    struct gate_drift drift;
    struct gate_limit prediction_time;
};

#define GATE_DEFAULTS                                                                    \
    {                                                                                    \
        .production = {.not_worse = 0.05, .better = 0.05},                               \
    }

extern const struct option_row gate_rows[4 + GATE_BOUNDED]; // beats, bounded, the others

/* The name of a key that holds bounds. */
const char *gate_bounded_name(enum gate_bounded which);

/* Reads bounds; false in *ret_any where the file sets none.  STATUS_INPUT, or STATUS_USAGE
 * for --set, at the node's place. */
MUST_USE enum status gate_config_bounds(const struct gate_config *config,
                                        enum gate_bounded which, bool *ret_any,
                                        struct gate_bounds *ret, struct error *err);

/* Reads the margins, *ret_n of them, into mem; fails likewise. */
MUST_USE enum status gate_config_beats(const struct gate_config *config,
                                       struct arena *mem, struct gate_margin **ret,
                                       size_t *ret_n, struct error *err);

#endif
