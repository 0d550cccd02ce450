/* Members of report.json that classification.json tells of; the caller owns them.  JSON's null
 * where there is nothing to tell. */
#ifndef REPORT_REPORT_JSON_INTERNAL_H
#define REPORT_REPORT_JSON_INTERNAL_H

#include "report/verdict.h"

json_t *report_json_classes(const struct classification_json *c);
json_t *report_json_confusion(const struct classification_json *c);
json_t *report_json_anomalies(const struct classification_json *c);

/* says is the verdict of the test. */
json_t *report_json_mcnemar(const struct classification_json *c, enum verdict_says says);

#endif
