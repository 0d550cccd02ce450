/* quality.json: every row dropped and every cell repaired, counted by reason and listed.
 *
 * docs/formats.md has the document's shape. */
#ifndef DATA_QUALITY_H
#define DATA_QUALITY_H

#include "base/stage.h"
#include "data/merge.h"

/* The share of its rows that a stage may leave out without a warning. */
#define QUALITY_DROPPED 0.1

/* Writes the report of tables that have been screened and merged.  Moves their cursors.
 */
MUST_USE enum status quality_write(const struct run *run, struct merge *m,
                                   struct output *out, struct error *err);

#endif
