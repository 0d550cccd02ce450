/* What a stage was made from, where times decide and dvc.lock does not: a small file a
 * stage, newer than the artifacts as soon as its text changes.
 *
 * It holds the keys that the stage looks at, as the pipeline's file and the overrides
 * have them, and for a stage that reads the data names, lengths and times of the files:
 * one that went away leaves nothing newer behind, and one that was moved in may be old.
 * A stage that has lost a table from its folder runs again with an unchanged stamp. */
#ifndef PLAN_STAMP_H
#define PLAN_STAMP_H

#include "file/publish.h"
#include "plan/flow.h"
#include "plan/roster.h"

struct stamp_request {
    const char *folder; // of the stamps
    const char *data;   // where the files are taken from instead, or NULL
};

/* Opens the stamps of a pipeline that change as outputs, and adds the stages that are to
 * run to out, STAGE@PIPELINE, one a line.  publish may be NULL: nothing is written. */
MUST_USE enum status stamp_stages(const struct flow *flow,
                                  const struct roster_pipeline *pipeline,
                                  const struct stamp_request *request,
                                  struct publish *publish, struct text *out,
                                  struct error *err);

#endif
