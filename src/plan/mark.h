/* The mark of a generated stage, a comment behind its key:
 *
 *     train:  # made from pipeline/stages.tbl 4f3a9c21
 *
 * The digest goes over what the stage says, not over how it is written. */
#ifndef PLAN_MARK_H
#define PLAN_MARK_H

#include "config/yaml.h"

#define MARK "# made from pipeline/stages.tbl "

/* Of what the node says. */
uint32_t mark_digest(const struct yaml_node *node, struct arena *mem);

/* The digest that the mark on the line holds; false when there is none. */
bool mark_find(struct view line, uint32_t *ret);

/* True when a comment ends the line, behind a blank and not inside quotes; generated lines
 * have none but the mark. */
bool mark_is_commented(struct view line);

/* Reads a stage as it is generated: lines from its key on, indented by two. */
MUST_USE enum status mark_parse(struct view stage, struct arena *mem,
                                const struct yaml_node **ret, struct error *err);

/* The same lines at another indent, with the mark behind the key. */
struct view mark_stage(struct view stage, size_t indent, struct arena *mem,
                       uint32_t digest);

#endif
