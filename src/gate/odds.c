/* Chooses the test; every p comes from src/judge, or from the blocks of a challenge. */
#include "gate/odds.h"

#include <math.h>

#include "gate/challenge.h"
#include "judge/diebold_mariano.h"
#include "judge/mcnemar.h"
#include "judge/pvalue.h"

static double or_one(double p)
{
    return isnan(p) ? 1 : p;
}

static double mean(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return n > 0 ? sum / (double)n : NAN;
}

static double root_mean(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return n > 0 ? sqrt(sum / (double)n) : NAN;
}

struct odds_figures odds_figures(const struct duel *d)
{
    struct odds_figures f = {.mine_mean = mean(d->mine, d->n),
                             .theirs_mean = mean(d->theirs, d->n)};
    bool numbers = d->task == TASK_REGRESSION;
    f.mine = numbers ? root_mean(d->mine_root, d->n) : f.mine_mean;
    f.theirs = numbers ? root_mean(d->theirs_root, d->n) : f.theirs_mean;
    return f;
}

void odds_won(const struct duel *d, size_t *ret_mine, size_t *ret_theirs)
{
    *ret_mine = *ret_theirs = 0;
    for (size_t i = 0; i < d->n; i++) {
        *ret_mine += d->mine[i] < d->theirs[i];
        *ret_theirs += d->theirs[i] < d->mine[i];
    }
}

/* Of classes and labels, where `mine` says who is asked for erring less. */
static double odds_of_signs(const struct duel *d, bool mine)
{
    size_t ours, other;
    odds_won(d, &ours, &other);
    double p = or_one((mine ? mcnemar(ours, other) : mcnemar(other, ours)).p_less);
    double z = mine ? d->auc.statistic : -d->auc.statistic;
    if (!d->scored || d->n < CHALLENGE_LEAST)
        return p;
    return fmin(1, 2 * fmin(p, or_one(pvalue_normal_below(z))));
}

double odds_worse(const struct duel *d)
{
    if (d->unit != DUEL_ORIGINS && d->task != TASK_REGRESSION)
        return odds_of_signs(d, false);
    struct diebold_mariano dm =
        diebold_mariano(d->theirs_root, d->mine_root, d->n, DM_SQUARED, d->horizon);
    return or_one(d->unit == DUEL_ORIGINS ? dm.p_clustered_less : dm.p_less);
}

/* The p of the blocks of origins. */
static double odds_of_blocks(const struct duel *d)
{
    struct arena scratch = {0};
    double *more = ARENA_ARRAY(&scratch, double, d->n);
    for (size_t i = 0; i < d->n; i++)
        more[i] = d->theirs[i] - d->mine[i];
    double p = challenge_p(more, d->n);
    arena_release(&scratch);
    return p;
}

double odds_better(const struct duel *d)
{
    if (d->unit == DUEL_ORIGINS)
        return odds_of_blocks(d);
    if (d->task != TASK_REGRESSION)
        return odds_of_signs(d, true);
    if (d->n < CHALLENGE_LEAST)
        return 1;
    return or_one(diebold_mariano(d->mine, d->theirs, d->n, DM_ABSOLUTE, 1).p_less);
}

bool odds_leads(const struct duel *d)
{
    struct odds_figures f = odds_figures(d);
    if (d->scored)
        return f.mine <= f.theirs && d->auc.auc_b >= d->auc.auc_a;
    return f.mine < f.theirs;
}
