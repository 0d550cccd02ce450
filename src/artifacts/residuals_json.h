/* residuals.json: what a person is shown of the residuals, summed up from all rows.
 *
 *     {"by", "rows", "every", "largest",
 *      "parts": [{"part", "n", "first", "last", "worst": {"key", "actual", "prediction", "part"}}],
 *      "points": [[key, actual, prediction, part]], "last": [[the same]],
 *      "baselines": [{"part", "baseline", "n", "rmse", "errors"}],
 *      "model", "options", "tables", "checksum"}
 *
 * Its length does not grow with the table's: one in `every` rows is a point, from the
 * first one on (0: none is, of classes and labels); where that leaves rows out, the last
 * ones stand under "last".  `baselines` compares the model with the naive forecasts on
 * the rows, held out or arrived, that both have an answer for. */
#ifndef ARTIFACTS_RESIDUALS_JSON_H
#define ARTIFACTS_RESIDUALS_JSON_H

#include "artifacts/document.h"

enum { RESIDUALS_POINTS = 600, RESIDUALS_LAST = 120 };

struct residuals_json_row {
    const char *key;           // "2020-04"; without a time the id or the row's number
    double actual, prediction; // NaN is missing
    const char *part;          // "train" | "validation" | "holdout" | "arrived"
};

struct residuals_json_part {
    const char *part;
    size_t n;
    const char *first, *last;         // keys; the part's rows may lie among others
    struct residuals_json_row *worst; // of the largest residual, NULL where there is none
};

struct residuals_json_baseline {
    const char *part, *baseline;
    size_t n;      // rows that both have an answer for
    double rmse;   // of the model, on these; NaN where there are none
    double errors; // model against baseline, DBL_MAX for infinity:
                   // `clustered` of judge/diebold_mariano.h
};

struct residuals_json {
    const char *by; // what a row is: "month", "day", …, the id's name, or "row"
    size_t rows, every;
    double largest; // of all |actual|
    size_t n_parts;
    struct residuals_json_part *part; // [n_parts] that have rows
    size_t n_points;
    struct residuals_json_row *point; // [n_points] at most RESIDUALS_POINTS
    size_t n_last;
    struct residuals_json_row *last; // [n_last] at most RESIDUALS_LAST
    size_t n_baselines;
    struct residuals_json_baseline *baseline; // [n_baselines]
    const char *model;                        // the checksum of model.json
    struct texts options;
    struct artifact_table table; // residuals.csv or residuals.arrow
};

MUST_USE enum status residuals_json_write(const struct residuals_json *r,
                                          struct output *out, struct error *err);

/* Reads the file into ret, texts and lists into mem. */
MUST_USE enum status residuals_json_read(const char *path, struct arena *mem,
                                         struct residuals_json *ret, struct error *err);

#endif
