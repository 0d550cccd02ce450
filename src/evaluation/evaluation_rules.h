/* The rules for anomalies beside each other. */
#ifndef EVALUATION_EVALUATION_RULES_H
#define EVALUATION_EVALUATION_RULES_H

#include "evaluation/evaluation.h"

/* Fills the rules of ret, which holds zeros, in e->mem; fails where one cannot learn. */
MUST_USE enum status evaluation_rules(const struct evaluation *e, size_t threads,
                                      struct classification_json_anomalies *ret,
                                      struct error *err);

#endif
