/* What the groups of a screened table lost, for quality.json: of ten thousand series nobody
 * reads a list of runs each, but which of them lack most. */
#ifndef CLEAN_QUALITY_GROUPS_H
#define CLEAN_QUALITY_GROUPS_H

#include "artifacts/quality_json.h"
#include "clean/screen.h"
#include "config/pipeline.h"

/* Counts them, and lists those that lost most; in mem. */
struct quality_json_groups *quality_groups(const struct pipeline *p,
                                           const struct screen *s, struct arena *mem);

#endif
