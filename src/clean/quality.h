/* What clean did to the rows and cells of its tables, for quality.json. */
#ifndef CLEAN_QUALITY_H
#define CLEAN_QUALITY_H

#include "artifacts/quality_json.h"
#include "clean/merge.h"
#include "config/pipeline.h"

/* Tells of tables that have been screened and merged.  Moves their cursors.  Lists live
 * in mem, names are the tables'; options are left to the caller. */
MUST_USE enum status quality_tell(const struct pipeline *p, struct merge *m,
                                  struct arena *mem, struct quality_json *ret,
                                  struct error *err);

#endif
