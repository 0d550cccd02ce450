/* What comes of a candidate whose rules have all been asked, and the sentence that says it. */
#include <string.h>

#include "gate/gate.h"

static enum verdict_outcome decide(const struct candidacy *s, bool refused, bool proven)
{
    bool is_production = s->candidate.version == s->production.version;
    if (refused)
        return OUTCOME_REFUSED;
    if (s->left)
        return OUTCOME_WAITS;
    if (s->kind == CANDIDACY_FIRST)
        return OUTCOME_PROMOTED;
    if (s->kind == CANDIDACY_REFRESH)
        return OUTCOME_REFRESHED;
    if (proven)
        return OUTCOME_PROMOTED;
    return is_production ? OUTCOME_UNCHANGED : OUTCOME_WAITS;
}

static void add_waits(const struct candidacy *s, const struct verdict_json *v,
                      struct text *out)
{
    if (s->left)
        text_addf(out, "waits: it was production until %s moved on: %s", s->left->who,
                  s->left->why);
    else
        text_addf(out, "waits: it is not proven better than version %zu (%s)",
                  s->rival.version, v->challenge ? v->challenge->says : "");
}

static void add_outcome(const struct candidacy *s, const struct verdict_json *v,
                        struct text *out)
{
    text_addf(out, "version %zu ", s->candidate.version);
    switch (verdict_json_outcome(v)) {
    case OUTCOME_REFUSED:
        text_puts(out, s->candidate.version == s->production.version
                           ? "does not pass, but is production already"
                           : "is refused");
        break;
    case OUTCOME_WAITS: add_waits(s, v, out); break;
    case OUTCOME_UNCHANGED: text_puts(out, "is production by somebody's word"); break;
    case OUTCOME_REFRESHED:
        text_addf(out, "replaces version %zu: the same recipe, learnt anew",
                  s->rival.version);
        break;
    case OUTCOME_PROMOTED:
        text_puts(out, "is promoted");
        if (s->rival.version > 0)
            text_addf(out, " in the place of version %zu", s->rival.version);
        break;
    }
}

static const char *sentence(const struct candidacy *s, const struct verdict_json *v,
                            struct arena *mem)
{
    struct text t = {.mem = mem};
    add_outcome(s, v, &t);
    if (strcmp(v->predicts.of, "candidate") == 0)
        text_puts(&t, "; nothing was ever promoted: it predicts all the same");
    else
        text_addf(&t, "; version %zu predicts", v->predicts.version);
    return t.p;
}

static const char *word(enum verdict_outcome outcome, struct arena *mem)
{
    return option_string(VERDICT_OUTCOMES, outcome, mem);
}

bool gate_promotes(const struct candidacy *s, const struct verdict_json *v)
{
    enum verdict_outcome outcome = verdict_json_outcome(v);
    return (outcome == OUTCOME_PROMOTED || outcome == OUTCOME_REFRESHED) &&
           s->candidate.version != s->production.version;
}

void gate_decide(const struct candidacy *s, bool proven, struct arena *mem,
                 struct verdict_json *v)
{
    v->candidate = s->candidate.told;
    v->production = NULL;
    if (s->rival.version > 0) {
        v->production = ARENA_NEW(mem, struct verdict_json_version);
        *v->production = s->rival.told;
    }
    v->outcome = word(decide(s, gate_failures(v) > 0, proven), mem);
    v->ungated =
        word(s->kind == CANDIDACY_REFRESH ? OUTCOME_REFRESHED : OUTCOME_PROMOTED, mem);
    const struct candidacy_version *predicts =
        gate_promotes(s, v) || s->production.version == 0 ? &s->candidate
                                                          : &s->production;
    bool any = gate_promotes(s, v) || s->production.version > 0;
    v->predicts = (struct verdict_json_predicts){predicts->version, predicts->told.model,
                                                 any ? "production" : "candidate"};
    v->says = sentence(s, v, mem);
}
