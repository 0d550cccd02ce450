/* A verdict in words: the table that is printed, and the message of a refusal. */
#include <stdio.h>

#include "gate/gate.h"

void gate_table(const struct verdict_json *verdict, struct text *out)
{
    for (size_t i = 0; i < verdict->n_rules; i++) {
        const struct verdict_json_rule *r = &verdict->rule[i];
        text_addf(out, "  %-7s %-14s %s\n", r->passed ? "passed" : "REFUSED", r->rule,
                  r->says);
    }
    text_addf(out, "%s\n", verdict->says);
}

enum status gate_refuse(const struct verdict_json *verdict, struct error *err)
{
    const struct verdict_json_rule *first = NULL;
    size_t n = gate_failures(verdict);
    for (size_t i = 0; !first && i < verdict->n_rules; i++)
        if (!verdict->rule[i].passed)
            first = &verdict->rule[i];
    char more[40] = "";
    if (n > 1)
        snprintf(more, sizeof more, " (and %zu more)", n - 1);
    (void)error_set(err, STATUS_REFUSED, "the gate refuses version %zu by '%s': %s%s",
                    verdict->candidate.version, first ? first->rule : "",
                    first ? first->says : "", more);
    error_hint(err, "%s; without the gate it had been %s", verdict->says,
               verdict->ungated);
    return STATUS_REFUSED;
}
