/* metrics.json: how good the model is on each part of the rows, and the naive forecasts
 * beside it.
 *
 *     {"task", "target",
 *      "holdout": {"n", metric: figure, …}, "training": {…}, "validation": {…},
 *      "all": {…},
 *      "arrived": {…, "first", "last"} or null,
 *      "baselines": {name: {"n", metric: figure, …}},
 *      "arrived_baselines": {name: {…}} or null, "beats": {name: true|false},
 *      "model", "options", "tables", "checksum"}
 *
 * Without a validation part that member is not there.
 *
 * Which metrics there are is learn's business (learn/metrics.def, by the task): here they
 * are names and figures, the same names in the same order for every part and forecast.  A
 * figure that does not exist is null, NaN here. */
#ifndef ARTIFACTS_METRICS_JSON_H
#define ARTIFACTS_METRICS_JSON_H

#include "artifacts/document.h"

struct metrics_json_figure {
    const char *name; // of a metric
    double value;
};

struct metrics_json_score {
    size_t n; // rows
    size_t n_figures;
    struct metrics_json_figure *figure; // [n_figures]
};

struct metrics_json_arrived {
    struct metrics_json_score score;
    const char *first, *last; // keys
};

struct metrics_json_baseline {
    const char *name;
    struct metrics_json_score score; // n: rows that it has a forecast for
};

struct metrics_json_beats {
    const char *name; // of a baseline
    bool yes;         // the model is better by metric_judge, on the rows that both have
};

struct metrics_json {
    const char *task, *target;
    struct metrics_json_score holdout, training, all; // all: without what arrived
    struct metrics_json_score *validation;            // NULL: no such part
    struct metrics_json_arrived *arrived;             // NULL where nothing did
    size_t n_baselines;
    struct metrics_json_baseline *baseline; // [n_baselines] on rows held out
    size_t n_arrived_baselines;
    struct metrics_json_baseline *arrived_baseline; // [n_arrived_baselines]
    size_t n_beats;
    struct metrics_json_beats *beats; // [n_beats]
    const char *model;                // the checksum of model.json
    struct texts options;
    struct artifact_table table; // residuals.json
};

/* The figure of that metric; NaN where there is none. */
double metrics_json_value(const struct metrics_json_score *s, const char *metric);

MUST_USE enum status metrics_json_write(const struct metrics_json *m, struct output *out,
                                        struct error *err);

/* Reads the file into ret, texts and lists into mem. */
MUST_USE enum status metrics_json_read(const char *path, struct arena *mem,
                                       struct metrics_json *ret, struct error *err);

#endif
