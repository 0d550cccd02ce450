/* The stages of dvc.yaml, one a row of the table: `train@milk` for each tracked pipeline.
 *
 * Stages depend on sources (src/, stages/NAME.c), not on what the compiler makes of them,
 * so that dvc.lock is the same on every machine; that is why each command is preceded by
 * `make`.  The files of the sources may be many and new ones arrive: ingest depends on
 * their folder. */
#ifndef PLAN_STANZA_H
#define PLAN_STANZA_H

#include "plan/flow.h"
#include "plan/roster.h"

/* Adds one stage, from its key on, as lines indented by two; nothing when no pipeline is
 * tracked. */
void stanza_add(const struct flow_stage *stage, const struct roster *roster,
                struct text *out);

#endif
