/* quality.json: every row dropped and every cell repaired, counted by reason and listed.
 *
 * docs/formats.md has the document's shape. */
#ifndef CLEAN_QUALITY_H
#define CLEAN_QUALITY_H

#include "clean/merge.h"
#include "stage/stage.h"

/* Writes the report of tables that have been screened and merged.  Moves their cursors.
 */
MUST_USE enum status quality_write(const struct run *run, struct merge *m,
                                   struct output *out, struct error *err);

#endif
