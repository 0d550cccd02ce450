/* importances.json: what the model's answers rest on.
 *
 *     {"score", "rows", "repeats", "value",
 *      "features": [{"name", "mean", "std"}], "other_features",
 *      "columns": [{"name", "share"}], "other_columns",
 *      "figures": [{"name", "value"}],
 *      "model", "options", "checksum"}
 *
 * features: how much worse `score` becomes on held-out rows when the values of one feature
 * are dealt anew among them (permutation importance: Breiman 2001; scikit-learn's
 * permutation_importance, importances_mean and importances_std); `value` is the score on
 * these rows as they are.  Above 0 the feature helps.
 *
 * columns: what share of what the estimator learnt each column that reached it has, by its
 * own account (the fall of impurity or loss, |coefficient|).  figures: what else it says of
 * itself (oob_error, n_iter, ...).
 *
 * The largest come first, IMPORTANCES_LISTED at most.  A series model has none. */
#ifndef ARTIFACTS_IMPORTANCES_JSON_H
#define ARTIFACTS_IMPORTANCES_JSON_H

#include "artifacts/document.h"

enum { IMPORTANCES_LISTED = 100 };

struct importances_json_feature {
    const char *name;
    double mean, std; // NaN: the score does not exist
};

struct importances_json_column {
    const char *name;
    double share; // [0,1]
};

struct importances_json_figure {
    const char *name;
    double value;
};

struct importances_json {
    const char *score;
    size_t rows, repeats;
    double value;
    size_t n_features, other_features;
    struct importances_json_feature *feature; // [n_features]
    size_t n_columns, other_columns;
    struct importances_json_column *column; // [n_columns]
    size_t n_figures;
    struct importances_json_figure *figure; // [n_figures]
    const char *model;                      // the checksum of model.json
    struct texts options;
};

MUST_USE enum status importances_json_write(const struct importances_json *i,
                                            struct output *out, struct error *err);

/* Reads the file into ret, texts and lists into mem. */
MUST_USE enum status importances_json_read(const char *path, struct arena *mem,
                                           struct importances_json *ret,
                                           struct error *err);

#endif
