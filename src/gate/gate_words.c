/* A verdict in words: the table that is printed, and the message of a refusal. */
#include <string.h>

#include "gate/gate.h"

/* "version 3", "the candidate": what a person calls it. */
static const char *called(size_t version, const char *otherwise, struct arena *mem)
{
    return version > 0 ? arena_format(mem, "version %zu", version) : otherwise;
}

static void add_outcome(const struct verdict_json *v, struct text *out)
{
    const struct verdict_json_version *p = v->production;
    const char *candidate = called(v->candidate.version, "the candidate", out->mem);
    const char *production = p ? called(p->version, "production", out->mem) : "nothing";
    switch (verdict_json_outcome(v)) {
    case OUTCOME_REFUSED: text_addf(out, "%s is refused", candidate); break;
    case OUTCOME_WAITS:
        text_addf(out, "%s waits: it is not proven better than %s", candidate,
                  production);
        break;
    case OUTCOME_UNCHANGED: text_addf(out, "%s is production already", candidate); break;
    case OUTCOME_REFRESHED:
        text_addf(out, "%s replaces %s: the same recipe, learnt anew", candidate,
                  production);
        break;
    case OUTCOME_PROMOTED:
        text_addf(out, "%s is promoted", candidate);
        if (p)
            text_addf(out, " in the place of %s", production);
        break;
    }
}

static void add_predicts(const struct verdict_json *v, struct text *out)
{
    bool none = strcmp(v->predicts.of, "candidate") == 0;
    if (none)
        text_puts(out, "nothing was ever promoted: the candidate predicts");
    else
        text_addf(out, "%s predicts",
                  called(v->predicts.version, "production", out->mem));
}

const char *gate_sentence(const struct verdict_json *v, struct arena *mem)
{
    struct text t = {.mem = mem};
    add_outcome(v, &t);
    text_puts(&t, "; ");
    add_predicts(v, &t);
    return t.p;
}

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
    struct arena mem = {0};
    struct text predicts = {.mem = &mem};
    const struct verdict_json_rule *first = NULL;
    size_t n = gate_failures(verdict);
    for (size_t i = 0; !first && i < verdict->n_rules; i++)
        if (!verdict->rule[i].passed)
            first = &verdict->rule[i];
    add_predicts(verdict, &predicts);
    (void)error_set(err, STATUS_REFUSED, "the gate refuses %s by '%s': %s%s",
                    called(verdict->candidate.version, "the candidate", &mem),
                    first ? first->rule : "", first ? first->says : "",
                    n > 1 ? arena_format(&mem, " (and %zu more)", n - 1) : "");
    error_hint(err, "%s; without the gate it had been %s", predicts.p, verdict->ungated);
    arena_release(&mem);
    return STATUS_REFUSED;
}
