/* The rule `leaks`: no column shows what nobody knows yet at its row's time (src/leaks).
 * Each that does is a finding of its own; without one there is none. */
#include <math.h>

#include "gate/gate_internal.h"

enum status gate_rule_leaks(struct gate_case *c, struct error *err UNUSED)
{
    const struct gate_bounds none = {-INFINITY, 0};
    for (size_t i = 0; i < c->leaks->n; i++) {
        const struct leak *l = &c->leaks->leak[i];
        struct text says = {.mem = c->mem};
        leak_say(l, &says);
        text_addf(&says, " in %zu row%s", l->rows, l->rows == 1 ? "" : "s");
        gate_find(c, "leaks", l->column, &none, (double)l->rows, says.p);
    }
    return STATUS_OK;
}
