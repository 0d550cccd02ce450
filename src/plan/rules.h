/* The Make rules of the pipelines, as text.
 *
 * flow.mk says which stages and pipelines there are; the Makefile works out from it which
 * of them are meant, and then reads rules.mk, which uses
 *
 *     $(pipelines)            those that are meant
 *     $(ARTIFACTS) $(REPORTS) folders
 *     $(call stale,PIPELINE)  the stages that have to run, whatever the times say
 *     $(call moved,PIPELINE,STAGE)  what else the stage waits for
 *     $(call first,PIPELINE)  what has to be there before any stage runs
 *     $(call stage,PIPELINE,STAGE)  the recipe
 *     $(executables)          what a goal builds besides
 *     $(result)               the rest of its recipe */
#ifndef PLAN_RULES_H
#define PLAN_RULES_H

#include "plan/flow.h"
#include "plan/roster.h"

void rules_flow(const struct flow *flow, const struct roster *roster, struct text *out);
void rules_pipelines(const struct flow *flow, const struct roster *roster,
                     struct text *out);

#endif
