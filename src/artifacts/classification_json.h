/* classification.json: how a model of classes or labels does on the held-out rows, class by
 * class.  Of a regression it has no classes.
 *
 *     {"task", "n",
 *      "classes": [{"name", "support", "foretold", "right", "precision", "recall", "f1",
 *                   "score": SCORE or null}],
 *      "other_classes",
 *      "confusion": [[actual, foretold, n]],
 *      "confidence": {"brier", "ece", "bins"} or null,
 *      "baselines": [{"name", "n", "only_model", "only_baseline", "statistic",
 *                     "p_statistic", "p", "p_less"}],
 *      "model", "options", "tables", "checksum"}
 *
 *     SCORE: {"auc", "auc_error", "auc_p", "average_precision", "brier", "ece",
 *             "bins": [[n, probability, positive]],
 *             "curve": [[threshold, fpr, tpr, precision]]}
 *
 * A class is one of a target of classes, or a label; of many those with the most held-out
 * rows, CLASSIFICATION_CLASSES at most, so that the file does not grow with the table.  Rates
 * are scikit-learn's, 0 for 0 / 0.  SCORE is of the probability of that class against the
 * others (null of a model without probabilities): judge/curve.h, delong.h, where auc_p is the
 * chance that a score which knows nothing has such an area, and calibration.h.
 *
 * `confusion` has the cells that are not 0, of classes alone; null stands for all the classes
 * that are not listed.  `confidence` is of the most probable class: brier the mean over rows
 * of sum_c (p_c - [y = c])^2, ece and bins of whether it is right.
 *
 * `anomalies` is there where the task is one, and what planted anomalies show (ANOMALIES:
 * {"planted", "rules": [{"name", "flagged", "found", "precision", "recall", "f1", "factor",
 * "swapped", "currency", "drift"}], "groups", "few", "items": [{"name", "n", "mean", "std",
 * "lower", "upper", "rows", "flagged", "points": [[value, planted, flagged]]}]}).  Rules are the
 * model and the three estimators of bands as they come, learnt from the same rows and asked
 * for the same held-out ones; the last four figures are the shares found of each kind, null
 * where none was planted.  Items are groups, those first of which the largest share of the
 * rows is flagged, CLASSIFICATION_ITEMS at most: n, mean and std (ddof 1) are of the rows
 * learnt from, rows and flagged of all, points of the first CLASSIFICATION_DRAWN items the
 * last CLASSIFICATION_POINTS rows, planted null where nothing is.
 *
 * `baselines` are McNemar's test (judge/mcnemar.h) on rows, of labels right in all: how
 * often only the model and only the baseline is right; p_less is small where the model is
 * better.  What does not exist is null, NaN here. */
#ifndef ARTIFACTS_CLASSIFICATION_JSON_H
#define ARTIFACTS_CLASSIFICATION_JSON_H

#include "artifacts/document.h"

enum {
    CLASSIFICATION_CLASSES = 50,
    CLASSIFICATION_ITEMS = 50,
    CLASSIFICATION_DRAWN = 6,
    CLASSIFICATION_POINTS = 200
};

/* What a rule makes of the held-out rows. */
struct classification_json_rule {
    const char *name;
    size_t flagged, found; // rows; planted ones among them
    double precision, recall, f1;
    double factor, swapped, currency, drift; // [0,1] shares found
};

struct classification_json_value {
    double value, planted; // NaN: not planted
    bool flagged;
};

struct classification_json_item {
    const char *name;
    size_t n;
    double mean, std, lower, upper;
    size_t rows, flagged;
    size_t n_points;
    struct classification_json_value *point; // [n_points] in the order of the table
};

struct classification_json_anomalies {
    size_t planted;
    size_t n_rules;
    struct classification_json_rule *rule; // [n_rules] the model first
    size_t groups, few;                    // learnt from; those with too few rows
    size_t n_items;
    struct classification_json_item *item; // [n_items]
};

struct classification_json_bin {
    size_t n;
    double probability, positive; // mean; share
};

struct classification_json_point {
    double threshold, fpr, tpr, precision;
};

struct classification_json_score {
    double auc, auc_error, auc_p, average_precision, brier, ece;
    size_t n_bins, n_points;
    struct classification_json_bin *bin;     // [n_bins] of rising probability
    struct classification_json_point *point; // [n_points] of falling threshold
};

struct classification_json_class {
    const char *name;
    size_t support, foretold, right; // rows that are, are said to be, and both
    double precision, recall, f1;
    struct classification_json_score *score; // NULL without probabilities
};

struct classification_json_cell {
    const char *actual, *foretold; // NULL: a class that is not listed
    size_t n;
};

struct classification_json_confidence {
    double brier, ece;
    size_t n_bins;
    struct classification_json_bin *bin; // [n_bins]
};

struct classification_json_baseline {
    const char *name;
    size_t n, only_model, only_baseline; // rows
    double statistic, p_statistic, p, p_less;
};

struct classification_json {
    const char *task;
    size_t n; // held-out rows
    size_t n_classes, other_classes;
    struct classification_json_class *class_of; // [n_classes] in the target's order
    size_t n_cells;
    struct classification_json_cell *cell;             // [n_cells]
    struct classification_json_confidence *confidence; // NULL without probabilities
    size_t n_baselines;
    struct classification_json_baseline *baseline;   // [n_baselines]
    struct classification_json_anomalies *anomalies; // NULL: another task
    const char *model;                               // the checksum of model.json
    struct texts options;
    struct artifact_table table; // residuals.json
};

MUST_USE enum status classification_json_write(const struct classification_json *c,
                                               struct output *out, struct error *err);

/* Reads the file into ret, texts and lists into mem. */
MUST_USE enum status classification_json_read(const char *path, struct arena *mem,
                                              struct classification_json *ret,
                                              struct error *err);

#endif
