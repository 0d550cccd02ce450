/* A model's answers for every row of a table, measured beside the real values and beside what
 * a model has to beat: naive forecasts of the target's history or, for classes and labels,
 * the most frequent value of the training rows.
 *
 * Figures are of a part of the rows at a time (learn/division.h): held out, learnt from,
 * arrived since.  A baseline and the model are compared on the rows that both have an
 * answer for. */
#ifndef EVALUATION_EVALUATION_H
#define EVALUATION_EVALUATION_H

#include "artifacts/classification_json.h"
#include "artifacts/metrics_json.h"
#include "artifacts/residuals_json.h"
#include "data/history.h"
#include "data/ids.h"
#include "data/long_table.h"
#include "learn/frame.h"
#include "bands/planting.h"

/* What a model has to beat. */
struct naive {
    const char *name;
    struct prediction prediction; // value NULL: no row has any
};

struct evaluation {
    const struct pipeline *pipeline;
    struct arena *mem, *scratch;
    struct frame frame; // keys, groups and target of all rows, no features
    struct ids ids;     // of these rows
    struct prediction prediction;
    uint8_t *part;    // [n] enum division_part
    uint8_t *planted; // [n] enum planting_kind of an anomaly's rows; NULL: of others
    double **part_y, **part_value; // [columns][n] room for what is measured
    size_t n_baselines;
    struct naive *baseline; // [n_baselines]
};

/* Fills the baselines with the naive forecasts, each series' own, on so many threads;
 * rows have a time. */
MUST_USE enum status evaluation_forecast(struct evaluation *e,
                                         const struct histories *histories,
                                         size_t threads, struct error *err);

/* Fills them with the mean of the training rows, where rows have no time. */
void evaluation_mean(struct evaluation *e);

/* Fills them with one band for all rows, between the quantiles 0.01 and 0.99 of the training
 * rows: what bands of groups have to beat. */
MUST_USE enum status evaluation_bands(struct evaluation *e, struct error *err);

/* Plants anomalies among the held-out rows: the frame's target becomes one of two columns. */
void evaluation_plant(struct evaluation *e, const struct planting_rule *rule);

/* Fills them with the most frequent value. */
void evaluation_majority(struct evaluation *e);

/* Fills the figures of ret, and which baselines the model beats. */
void evaluation_measure(const struct evaluation *e, struct metrics_json *ret);

/* Fills the figures of ret class by class, on the held-out rows: all but the task, the
 * model, the options and the table, in e->mem.  Of a regression there are none. */
void evaluation_classify(const struct evaluation *e, struct classification_json *ret);

/* Fills the anomalies of ret: the rules beside each other on what is planted, and the groups
 * of which most is flagged.  The frame has features.  STATUS_INPUT where a rule cannot
 * learn. */
MUST_USE enum status evaluation_anomalies(const struct evaluation *e, size_t threads,
                                          struct classification_json *ret,
                                          struct error *err);

/* Writes a line a row: key, group, id, real value, prediction, residual, part, baselines. */
MUST_USE enum status evaluation_residuals(struct evaluation *e,
                                          const struct long_files *files,
                                          struct error *err);

/* Sums the residuals up for who looks at them: fills all of ret but the model, the options
 * and the table, in e->mem.  What comes out does not grow with the table.  Classes and labels
 * have no residuals: of them the parts are counted.  STATUS_INPUT where the ids cannot be
 * read. */
MUST_USE enum status evaluation_sum(struct evaluation *e, struct residuals_json *ret,
                                    struct error *err);

#endif
