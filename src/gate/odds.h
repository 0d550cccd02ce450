/* How well chance alone explains what a duel shows, by the test that its units allow.
 *
 *     units            worse                               better
 *     origins          Diebold and Mariano's test of       blocks of the losses' differences
 *                      squared errors, clustered           (gate/challenge.h)
 *     rows or groups,  paired t of the squared errors      paired t of the absolute errors,
 *     of numbers                                           from CHALLENGE_LEAST units on
 *     rows or groups,  McNemar's test, exact               the same
 *     of classes and
 *     labels
 *
 * Rows without a time, and groups, hang together by nothing, so that each is a witness of
 * its own: Student's t of n - 1 degrees of freedom is that of Diebold and Mariano at one
 * step.  Of classes and labels a unit counts for who errs less in it, and the binomial
 * distribution asks nothing more, however few they are.  Where both give probabilities of a
 * yes or no, the areas under their ROC curves are compared, too (judge/delong.h), and p is
 * twice the smaller one of both tests (Bonferroni): the better one must then not be behind
 * in the other figure. */
#ifndef GATE_ODDS_H
#define GATE_ODDS_H

#include "gate/duel.h"

struct odds_figures {
    double mine, theirs; // RMSE, or the share that is wrong: what must be smaller
    double mine_mean, theirs_mean; // mean absolute error, or the same share
};
struct odds_figures odds_figures(const struct duel *d);

/* One-sided p of what is compared: that one as good looks as bad, or as one no better
 * looks as good.  1 where nothing can be told. */
double odds_worse(const struct duel *d);
double odds_better(const struct duel *d);

/* True where the challenger has the smaller figure; with scores, where it is behind in
 * neither. */
bool odds_leads(const struct duel *d);

/* Units in which the challenger's losses are smaller, and production's. */
void odds_won(const struct duel *d, size_t *ret_mine, size_t *ret_theirs);

#endif
