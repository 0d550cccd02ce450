/* The readers of the single artifacts, called by report_read; one function a file.
 *
 * Each fills its part of the report from the file at path; results live in mem.  On
 * failure that part is undefined.  They are called in the order of the flow: a reader may
 * look at what those before it have read. */
#ifndef REPORT_REPORT_INTERNAL_H
#define REPORT_REPORT_INTERNAL_H

#include "report/report.h"

typedef enum status report_reader(const char *path, struct arena *mem, struct report *r,
                                  struct error *err);

report_reader report_ingest_read;
report_reader report_rejects_read;
report_reader report_quality_read;
report_reader report_features_read;
report_reader report_model_read;
report_reader report_search_read;
report_reader report_history_read;
report_reader report_metrics_read;
report_reader report_residuals_read;
report_reader report_classification_read;
report_reader report_importances_read;
report_reader report_backtest_read;
report_reader report_backtest_rows_read; // backtest.csv or backtest.arrow
report_reader report_gate_read;          // verdict.json
report_reader report_production_read;    // the model that predicts
report_reader report_forecast_read;
report_reader report_predictions_read; // predictions.csv or predictions.arrow

/* Notes what a stage was run with. */
void report_use(struct report *r, const char *stage, struct texts options);

/* Notes the table that a document vouches for. */
void report_vouch(struct report *r, struct artifact_table table);

/* Makes the rows of residuals.json that stand in r ready to be drawn. */
report_reader report_series_read;

/* The part of that name; STATUS_INPUT when there is none. */
MUST_USE enum status report_part_of(const char *name, const char *path,
                                    enum report_part *ret, struct error *err);

/* STATUS_INPUT unless the document at path is of the candidate, model.json. */
MUST_USE enum status report_check_model(const struct report *r, const char *digits,
                                        const char *path, struct error *err);

#endif
