/* A challenger beside production: the rule `production`, which refuses what is worse, and
 * the challenge, which promotes what is better.
 *
 * What is worse is told by the squared errors, as everywhere; what is better must have the
 * smaller RMSE and prove it by the absolute errors, which a few large ones do not decide:
 * where errors have heavy tails their squares prove nothing in a year. */
#include <math.h>

#include "gate/challenge.h"
#include "gate/gate.h"
#include "gate/gate_internal.h"
#include "judge/diebold_mariano.h"

static double root_mean(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return n > 0 ? sqrt(sum / (double)n) : NAN;
}

static void ask_not_worse(struct gate_case *c, const struct candidacy *s,
                          const struct duel *d)
{
    double mine = root_mean(d->mine_root, d->n), theirs = root_mean(d->theirs_root, d->n);
    struct diebold_mariano dm =
        diebold_mariano(d->theirs_root, d->mine_root, d->n, DM_SQUARED, d->horizon);
    struct gate_bounds bounds = {c->config->production.not_worse, INFINITY};
    struct text says = {.mem = c->mem};
    double p = isnan(dm.p_clustered_less) ? 1 : dm.p_clustered_less;
    text_addf(
        &says,
        "RMSE %.4g against %.4g of version %zu on the same %zu origins; one as good "
        "looks as bad with a chance of %.2g",
        mine, theirs, s->rival.version, d->n, p);
    gate_find(c, "production", "", &bounds, p, says.p);
}

/* The challenge in words, and whether it is won. */
static bool take_look(const struct duel *d, const struct ledger *l, double better,
                      struct verdict_json_challenge *ret, struct arena *mem)
{
    double *more = ARENA_ARRAY(mem, double, d->n), mine = 0, theirs = 0;
    for (size_t i = 0; i < d->n; i++) {
        more[i] = d->theirs[i] - d->mine[i];
        mine += d->mine[i];
        theirs += d->theirs[i];
    }
    bool smaller = root_mean(d->mine_root, d->n) < root_mean(d->theirs_root, d->n);
    ret->p = challenge_p(more, d->n);
    struct text says = {.mem = mem};
    text_addf(&says, "mean absolute error %.4g against %.4g on %zu origins, p %.2g",
              mine / (double)d->n, theirs / (double)d->n, d->n, ret->p);
    if (l->look > 0) {
        ret->level = challenge_level(better, l->look);
        text_addf(&says, "; look %zu asks for less than %.2g", l->look, ret->level);
    } else {
        text_addf(&says, "; it is looked at again from %zu origins on", l->again);
    }
    ret->says = says.p;
    return l->look > 0 && smaller && ret->p < ret->level;
}

bool gate_challenge(struct gate_case *c, const struct candidacy *s,
                    const struct duel *duel, const struct ledger *ledger)
{
    struct verdict_json_challenge *challenge =
        ARENA_NEW(c->mem, struct verdict_json_challenge);
    *challenge = (struct verdict_json_challenge){
        .origins = duel->n, .look = ledger->look, .level = NAN, .p = NAN};
    c->verdict->challenge = challenge;
    if (duel->why) {
        challenge->says = arena_format(c->mem, "they cannot be compared: %s", duel->why);
        return false;
    }
    ask_not_worse(c, s, duel);
    return take_look(duel, ledger, c->config->production.better, challenge, c->mem);
}
