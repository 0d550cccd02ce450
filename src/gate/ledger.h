/* The looks that were taken at challengers of one production, as the registry's log tells:
 * every candidate since production took its place, but those of its own recipe, counted
 * as gate/challenge.h has it.  A version that is gone counts as a look. */
#ifndef GATE_LEDGER_H
#define GATE_LEDGER_H

#include "gate/candidacy.h"

struct ledger {
    size_t look;  // tonight's look, from 1; 0: the challenger is not looked at tonight
    size_t again; // origins at which it is; 0 with a look
};

/* The challenger c has as many origins. */
MUST_USE enum status ledger_look(const struct candidacy *c, size_t origins,
                                 struct arena *mem, struct ledger *ret,
                                 struct error *err);

#endif
