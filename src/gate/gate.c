/* Asks all rules, and counts. */
#include "gate/gate.h"

#include <math.h>

#include "gate/gate_internal.h"

void gate_find(struct gate_case *c, const char *rule, const char *of,
               const struct gate_bounds *bounds, double found, const char *says)
{
    struct verdict_json *v = c->verdict;
    double above = found - bounds->min, below = bounds->max - found;
    double by = above < below ? above : below;
    struct verdict_json_rule *rules =
        ARENA_ARRAY(c->mem, struct verdict_json_rule, v->n_rules + 1);
    for (size_t i = 0; i < v->n_rules; i++)
        rules[i] = v->rule[i];
    rules[v->n_rules++] =
        (struct verdict_json_rule){.rule = rule,
                                   .of = of,
                                   .at_least = isfinite(bounds->min) ? bounds->min : NAN,
                                   .at_most = isfinite(bounds->max) ? bounds->max : NAN,
                                   .found = isfinite(found) ? found : NAN,
                                   .by = isfinite(by) ? by : NAN,
                                   .passed = found >= bounds->min && found <= bounds->max,
                                   .says = says};
    v->rule = rules;
}

enum status gate_judge(struct gate_case *c, struct error *err)
{
    static gate_rule *const rules[] = {
#define RULE(id) gate_rule_##id,
#include "gate/rules.def"
#undef RULE
    };
    for (size_t i = 0; i < COUNT_OF(rules); i++)
        TRY((rules[i])(c, err));
    return STATUS_OK;
}

size_t gate_failures(const struct verdict_json *verdict)
{
    size_t n = 0;
    for (size_t i = 0; i < verdict->n_rules; i++)
        n += !verdict->rule[i].passed;
    return n;
}
