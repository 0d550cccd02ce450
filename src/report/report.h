/* What a report shows: the artifacts of one pipeline, read into plain structs.
 *
 * report_read reads metrics.json, residuals.json, classification.json,
 * importances.json, backtest.json with its table, verdict.json, predictions.json,
 * predictions.csv, search.csv, model.json, production/model.json, features.json,
 * ingest.json, quality.json and rejects.csv (docs/formats.md) from the run's folder. They are files that anybody may have
 * touched: checksums, every number, index and count are checked, and what is missing or
 * damaged is an error that names the command which writes it anew.
 *
 *     struct report report = {0};
 *     TRY(report_read(&again, reports, mem, &report, err));
 *     json_t *summary = report_json(&report);
 *     page_write(&report, &text);
 *
 * Everything lives in mem.  A figure that does not exist is NaN. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "artifacts/backtest_json.h"
#include "artifacts/classification_json.h"
#include "artifacts/features_json.h"
#include "artifacts/importances_json.h"
#include "artifacts/ingest_json.h"
#include "artifacts/metrics_json.h"
#include "artifacts/predictions_csv.h"
#include "artifacts/predictions_json.h"
#include "artifacts/quality_json.h"
#include "artifacts/residuals_json.h"
#include "artifacts/history_csv.h"
#include "artifacts/search_csv.h"
#include "artifacts/verdict_json.h"
#include "base/timestep.h"
#include "config/again.h"
#include "learn/metric.h"

#define REPORT_TABLES ((size_t)6)
#define REPORT_MODEL_TABLES ((size_t)2) // of these that model.json vouches for
#define REPORT_STAGES ((size_t)7)

/* How many rows of each list a report shows; the counts beside them are of all. */
#define REPORT_REPAIRS ((size_t)50)
#define REPORT_REJECTS ((size_t)20)
#define REPORT_FORMULAS ((size_t)64) // different ones
#define REPORT_AXIS_VALUES                                                               \
    ((size_t)256) // of a hyper-parameter, as far as it can be drawn

enum report_part {
    PART_TRAIN,
    PART_VALIDATION,
    PART_HOLDOUT,
    PART_ARRIVED,
    PART_UPCOMING
};

/* Rows to come that are read of predictions.arrow, which are the first. */
#define REPORT_COMING ((size_t)600)

/* Rows in the order of time; of a long table some of them. */
struct report_series {
    const char *key_name;        // "month", "row"
    const struct timestep *step; // NULL: keys have no place in time
    size_t n, of;                // rows here, and in the table
    const char **key;            // [n] of residuals with the group's name
    const char **group;          // [n] of upcoming rows; NULL: without groups
    double
        *place; // [n] days since 1970-01-01; without step the number, upcoming ones last
    double *actual;         // [n] NaN where not known
    double *prediction;     // [n]
    enum report_part *part; // [n]
    double *lower, *upper;  // [n] bands of upcoming rows; NULL: none
};

struct report_axis {
    const char *name;   // "ridge.alpha"
    const char *brief;  // "alpha", or the name where another axis has the same last part
    size_t n;           // different values; 0: more than REPORT_AXIS_VALUES
    const char **value; // [n] in words, numbers ascending, texts as they come
};

/* What a recipe's best cell comes to, beside the best of all on the same folds. */
struct report_recipe {
    const char *name;
    size_t cell;         // of search.csv
    double error;        // standard error of its mean over the folds
    double behind;       // mean of the differences to the best cell, fold by fold
    double behind_error; // their standard error; NaN with one fold and of other rounds
};

struct report_search {
    struct search_csv table;
    const char *recipe;         // the one that is fitted; NULL: there is one alone
    size_t n_recipes;           // with cells in the table; 0: there is one alone
    struct report_recipe *of;   // [n_recipes] the best first
    const struct metric *score; // by which cells were judged
    struct report_axis *axis;   // [n_axes] in the order of the file
    size_t *at;                 // [n_cells][n_axes] index into axis.value
    size_t *order;              // [n_cells] cells from the best to the worst
    double error;               // standard error of the best cell's mean over the folds
    size_t within_error; // cells no further than that from the best, itself included
};

/* The cell that is fitted: the best one of the recipe that is. */
size_t report_fitted(const struct report_search *s);

/* How far a cell's mean is behind the best one; NaN for a cell that failed. */
double report_shortfall(const struct report_search *s, size_t cell);

/* True for the best cell, and for those of the same round within one standard error of it. */
bool report_is_close(const struct report_search *s, size_t cell);

/* The value of a hyper-parameter in a cell, in words; buffer holds 32 bytes. */
const char *report_value(const struct report_search *s, size_t cell, size_t axis,
                         char *buffer);

struct report_feature {
    const char *name;
    double score; // of the select step
    bool chosen;
};

/* What the model's select step kept. */
struct report_selection {
    const char *series; // name of the series model, NULL for a recipe
    bool present;       // the model has a select step that says what it kept
    const char *by;     // "mutual_information"; "" when not said
    size_t n_all;       // features that came in; without a select step texts too
    size_t n_chosen;
    struct report_feature *feature; // [n_all] chosen first, then by score
};

struct report_formula {
    const char *formula;
    size_t window, min_periods, shift, lead;
    size_t columns; // to which it is applied
};

/* The catalogue's features by how they are computed. */
struct report_formulas {
    size_t n;
    struct report_formula *formula; // [n] in order of appearance
    size_t other;                   // features of further formulas
};

struct report_reject {
    const char *file, *line, *column, *value, *reason;
};

struct report_rejects {
    size_t n;
    struct report_reject *row; // [n], at most REPORT_REJECTS
};

/* What a stage was run with, one word each ("--set=train.folds=5"). */
struct report_options {
    const char *stage;
    struct texts words;
};

/* Where the run stood, as an artifact may show it (config/again.h). */
struct report_place {
    const char *file;                // of the pipeline
    const char *artifacts, *reports; // NULL: the usual folder
    struct texts own;                // the report's options
};

/* The row with the largest squared error among those of a part. */
struct report_worst {
    const char *key;
    double share; // [0,1] of the part's squared error
};

struct report {
    const struct pipeline *pipeline;
    struct report_place place;
    struct metrics_json metrics;
    struct residuals_json residuals;
    struct classification_json classes; // of a regression none
    struct importances_json importances;
    struct backtest_json backtest;
    struct report_worst
        *worst; // [1 + n_spans] of its `all` and its spans; NULL: not known
    struct report_series rows; // its points, one in residuals.every
    struct report_series last; // of the table
    struct verdict_json gate;
    struct predictions_json forecast;
    struct report_series upcoming;  // of a regression; of many rows the first
    struct predictions_csv answers; // of classes and labels, so; their columns always
    struct report_search search;
    struct history_csv history; // of the final fit
    struct report_selection selection;
    struct ingest_json ingest;
    struct report_rejects rejects;
    struct quality_json quality;
    struct features_json features;
    struct report_formulas formulas;
    const char *model; // the checksum of model.json
    size_t n_tables;
    struct artifact_table table[REPORT_TABLES]; // what the JSON artifacts vouch for
    size_t n_used;
    struct report_options options[REPORT_STAGES]; // [n_used] in the order of reading
};

/* run is what the report was asked for with, reports the folder where it will stand, NULL:
 * the usual one. */
MUST_USE enum status report_read(const struct again *run, const char *reports,
                                 struct arena *mem, struct report *ret,
                                 struct error *err);

/* What row i is called: "2020-05", "2020-05 of 'Arica'"; may live in mem. */
const char *report_label(const struct report_series *s, size_t i, struct arena *mem);

/* Of an anomaly the rows of `answers` that lie outside their bands, the furthest first; in
 * mem.  Its columns: */
enum { FLAGS_VALUE, FLAGS_FLAG, FLAGS_LOWER, FLAGS_UPPER, FLAGS_N, FLAGS_NOTE };
struct predictions_csv report_flagged(const struct report *r, struct arena *mem);

/* The rows of all sources that clean dropped. */
size_t report_dropped(const struct report *r);

/* The `method` of a map of the pipeline's file, by its place among words (base/option.h);
 * `otherwise` where the file gives none.  map may be NULL or no map. */
unsigned report_method(const struct yaml_node *map, const char *words,
                       unsigned otherwise);

/* The figures of a part; NULL for one that no row is of. */
const struct metrics_json_score *report_score(const struct report *r,
                                              enum report_part part);

/* The naive forecasts on the rows of a part, *ret_n of them. */
const struct metrics_json_baseline *report_baselines(const struct report *r,
                                                     enum report_part part,
                                                     size_t *ret_n);

/* What residuals.json says of a part, and of a forecast on the rows of a part; NULL where
 * it says nothing. */
const struct residuals_json_part *report_residuals(const struct report *r,
                                                   enum report_part part);
const struct residuals_json_baseline *report_common(const struct report *r,
                                                    enum report_part part,
                                                    const char *baseline);

/* A baseline's figure of that name; NaN where there is none. */
double report_versus(const struct backtest_json_versus *v, const char *figure);

/* The metric that the page speaks of: rmse where the task has it, else the one by which
 * the search judged. */
const struct metric *report_metric(const struct report *r);

/* The document of report.json; the caller owns it. */
json_t *report_json(const struct report *r);

#endif
