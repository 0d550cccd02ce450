/* What the rules add to, and how. */
#ifndef GATE_GATE_INTERNAL_H
#define GATE_GATE_INTERNAL_H

#include "gate/gate.h"

typedef enum status gate_rule(struct gate_case *c, struct error *err);

#define RULE(id) gate_rule gate_rule_##id;
#include "gate/rules.def"
#undef RULE

typedef double gate_figure(const struct gate_case *c);

#define FIGURE(id, title, least, most, text) gate_figure gate_figure_##id;
#include "gate/figures.def"
#undef FIGURE

/* Adds a finding: whether found lies within the bounds, which it does not where it is NaN.
 * says is what it is called, "RMSE 12.5 on 15 held-out rows"; the words about the bounds
 * come behind. */
void gate_find(struct gate_case *c, const char *rule, const char *of,
               const struct gate_bounds *bounds, double found, const char *says);

#endif
