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
report_reader report_metrics_read;
report_reader report_residuals_read;
report_reader report_forecast_read;
report_reader report_predictions_read;

/* Notes what a stage was run with. */
void report_use(struct report *r, const char *stage, struct texts options);

/* Notes the table that a document vouches for. */
void report_vouch(struct report *r, struct artifact_table table);

/* The same two from the document at path, and that it is of the model that was read. */
MUST_USE enum status report_document_read(const json_t *root, const char *stage,
                                          const char *path, struct arena *mem,
                                          struct report *r, struct error *err);

/* A text member copied into mem; "" where it is absent or null.  Any other type is an
 * error. */
MUST_USE enum status report_text(const json_t *object, const char *key, const char *path,
                                 struct arena *mem, const char **ret, struct error *err);

#endif
