/* The readers of the single artifacts, called by report_read; one function a file.
 *
 * Each fills its part of the report from the document whose root it gets, or from the
 * table at path; results live in mem.  On failure that part is undefined.
 * report_quality_read and report_rejects_read add to what report_ingest_read has
 * filled. */
#ifndef REPORT_REPORT_INTERNAL_H
#define REPORT_REPORT_INTERNAL_H

#include "report/report.h"

typedef enum status report_reader(const char *path, const json_t *root, struct arena *mem,
                                  struct report *r, struct error *err);

report_reader report_ingest_read;
report_reader report_rejects_read;
report_reader report_quality_read;
report_reader report_catalogue_read;
report_reader report_search_read;
report_reader report_selection_read;
report_reader report_metrics_read;
report_reader report_residuals_read;
report_reader report_predictions_read;

/* A text member copied into mem; "" where it is absent or null.  Any other type is an
 * error. */
MUST_USE enum status report_text(const json_t *object, const char *key, const char *path,
                                 struct arena *mem, const char **ret, struct error *err);

#endif
