/* The Make rules of the pipelines, as text.
 *
 * flow.mk says which stages and pipelines there are, $(meant_STAGE) what the goal STAGE
 * goes up to; the Makefile works out from it which of them are meant, and then reads
 * rules.mk, which uses
 *
 *     $(pipelines)            those that are meant
 *     $(loose)                those of them that get rules: times decide
 *     $(ARTIFACTS) $(REPORTS) folders
 *     $(call moved,PIPELINE,STAGE)  what else the stage waits for
 *     $(call stage,PIPELINE,STAGE)  the recipe
 *     $B/built                what a goal builds besides
 *     $(tracking)             what brings the others up to date
 *     $(result)               the rest of its recipe */
#ifndef PLAN_RULES_H
#define PLAN_RULES_H

#include "plan/flow.h"
#include "plan/roster.h"

void rules_flow(const struct flow *flow, const struct roster *roster, struct text *out);
void rules_pipelines(const struct flow *flow, struct text *out);

#endif
