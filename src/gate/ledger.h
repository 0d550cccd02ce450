/* The looks that were taken at challengers of one production, as the registry's log tells:
 * every candidate since production took its place, but those of its own recipe, counted
 * as gate/challenge.h has it.  A version that is gone counts as a look. */
#ifndef GATE_LEDGER_H
#define GATE_LEDGER_H

#include "gate/candidacy.h"

struct ledger {
    size_t look;  // tonight's look, from 1; 0: the challenger is not looked at tonight
    size_t again; // origins, or held-out rows, at which it is; 0 with a look
};

/* Of the challenger c. */
MUST_USE enum status ledger_look(const struct candidacy *c, struct arena *mem,
                                 struct ledger *ret, struct error *err);

#endif
