/* The rule `leaks`: no column shows what nobody knows yet at its row's time (src/leaks).
 * Each that does is a finding of its own; without one there is none.  One that somebody
 * accepted is a finding without a bound, so that the verdict shows it. */
#include <math.h>

#include "gate/gate_internal.h"

enum status gate_rule_leaks(struct gate_case *c, struct error *err UNUSED)
{
    const struct gate_bounds none = {-INFINITY, 0}, any = {-INFINITY, INFINITY};
    for (size_t i = 0; i < c->leaks->n; i++) {
        const struct leak *l = &c->leaks->leak[i];
        struct text says = {.mem = c->mem};
        leak_say(l, &says);
        gate_find(c, "leaks", l->column, l->accepted ? &any : &none, (double)l->rows,
                  says.p);
    }
    return STATUS_OK;
}
