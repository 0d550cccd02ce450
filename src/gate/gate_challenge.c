/* A challenger beside production: the rule `production`, which refuses what is worse, and
 * the challenge, which promotes what is better.
 *
 * What is worse is told by the squared errors, as everywhere; what is better must have the
 * smaller RMSE and prove it by the absolute errors, which a few large ones do not decide:
 * where errors have heavy tails their squares prove nothing in a year.  Of classes and
 * labels both are the share of what is wrong. */
#include <math.h>

#include "gate/challenge.h"
#include "gate/gate.h"
#include "gate/gate_internal.h"
#include "gate/odds.h"

/* "120 origins", "30 held-out rows". */
static const char *units_of(const struct duel *d, struct arena *mem)
{
    static const char *const word[] = {"origin", "held-out row", "held-out group"};
    return arena_format(mem, "%zu %s%s", d->n, word[d->unit], d->n == 1 ? "" : "s");
}

static void add_areas(const struct duel *d, struct text *out)
{
    if (d->scored)
        text_addf(out, ", area under the ROC curve %.4g against %.4g", d->auc.auc_b,
                  d->auc.auc_a);
}

static void ask_not_worse(struct gate_case *c, const struct candidacy *s,
                          const struct duel *d)
{
    static const char *const title[] = {"RMSE", "share of wrong classes",
                                        "share of wrong labels",
                                        "share of wrong flags"};
    struct odds_figures f = odds_figures(d);
    struct gate_bounds bounds = {c->config->production.not_worse, INFINITY};
    struct text says = {.mem = c->mem};
    double p = odds_worse(d);
    text_addf(&says, "%s %.4g against %.4g of version %zu on the same %s", title[d->task],
              f.mine, f.theirs, s->rival.version, units_of(d, c->mem));
    add_areas(d, &says);
    text_addf(&says, "; one as good looks as bad with a chance of %.2g", p);
    gate_find(c, "production", "", &bounds, p, says.p);
}

/* What p rests on. */
static void add_evidence(const struct duel *d, struct arena *mem, struct text *out)
{
    struct odds_figures f = odds_figures(d);
    size_t mine, theirs;
    if (d->unit == DUEL_ORIGINS || d->task == TASK_REGRESSION) {
        const char *title =
            d->task == TASK_REGRESSION ? "mean absolute error" : "share of wrong answers";
        text_addf(out, "%s %.4g against %.4g on %s", title, f.mine_mean, f.theirs_mean,
                  units_of(d, mem));
        return;
    }
    odds_won(d, &mine, &theirs);
    text_addf(out, "of %s it errs less on %zu, production on %zu", units_of(d, mem), mine,
              theirs);
    add_areas(d, out);
}

/* The challenge in words, and whether it is won. */
static bool take_look(const struct duel *d, const struct ledger *l, double better,
                      struct verdict_json_challenge *ret, struct arena *mem)
{
    static const char *const of[] = {"origins", "held-out rows", "held-out rows"};
    struct text says = {.mem = mem};
    ret->p = odds_better(d);
    add_evidence(d, mem, &says);
    text_addf(&says, ", p %.2g", ret->p);
    if (l->look > 0) {
        ret->level = challenge_level(better, l->look);
        text_addf(&says, "; look %zu asks for less than %.2g", l->look, ret->level);
    } else {
        text_addf(&says, "; it is looked at again from %zu %s on", l->again, of[d->unit]);
    }
    ret->says = says.p;
    return l->look > 0 && odds_leads(d) && ret->p < ret->level;
}

bool gate_challenge(struct gate_case *c, const struct candidacy *s,
                    const struct duel *duel, const struct ledger *ledger)
{
    struct verdict_json_challenge *challenge =
        ARENA_NEW(c->mem, struct verdict_json_challenge);
    *challenge = (struct verdict_json_challenge){
        .of = option_string(DUEL_UNITS, duel->unit, c->mem),
        .n = duel->n,
        .look = ledger->look,
        .level = NAN,
        .p = NAN};
    c->verdict->challenge = challenge;
    if (duel->why) {
        challenge->says = arena_format(c->mem, "they cannot be compared: %s", duel->why);
        return false;
    }
    ask_not_worse(c, s, duel);
    return take_look(duel, ledger, c->config->production.better, challenge, c->mem);
}
