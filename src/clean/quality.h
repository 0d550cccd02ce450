/* quality.json: every row dropped and every cell repaired, counted by reason and listed.
 *
 * docs/formats.md has the document's shape. */
#ifndef CLEAN_QUALITY_H
#define CLEAN_QUALITY_H

#include <jansson.h>

#include "clean/merge.h"
#include "config/pipeline.h"

/* Writes the report of tables that have been screened and merged, and drops the reference
 * to the options, also on failure.  Moves the tables' cursors. */
MUST_USE enum status quality_write(const struct pipeline *p, struct merge *m,
                                   json_t *options, struct output *out,
                                   struct error *err);

#endif
