/* The losses of gradient boosting: where the scores begin, gradients, leaves, means.
 *
 *     loss            scores are       gradient           hessian        loss of a row
 *     squared_error   the target       f - y              1              (y - f)^2
 *     absolute_error  the target       sign(f - y)        1              |y - f|
 *     quantile        its q-quantile   [y <= f] - q       1              q (y - f)+ + (1 - q) (f - y)+
 *     log_loss, one   log-odds         p - y              p (1 - p)      -log p(y)
 *     log_loss, many  logs up to one   p_k - [y = k]      K/(K-1) p_k (1 - p_k)
 *                     constant a row
 *
 * squared_error begins at the mean, absolute_error at the median, quantile at the quantile, log_loss
 * at the logarithm of the odds or shares (Friedman 2001, "Greedy function approximation: a
 * gradient boosting machine", Annals of Statistics 29; the factor of several classes is that
 * of its equation 33).  The leaves of absolute_error and quantile answer the median and the
 * quantile of what is left of their rows' targets. */
#ifndef TREES_BOOST_LOSS_H
#define TREES_BOOST_LOSS_H

#include "base/thread.h"
#include "trees/histogram.h"

enum boost_kind {
    BOOST_SQUARED_ERROR,
    BOOST_ABSOLUTE_ERROR,
    BOOST_QUANTILE,
    BOOST_LOG_LOSS,    // each output is a label of its own, 0 or 1
    BOOST_MULTINOMIAL, // an output for each class
};

struct boost_loss {
    enum boost_kind kind;
    double quantile; // of BOOST_QUANTILE, in (0,1)
    size_t n, outputs;
    const double *const *y; // [outputs][n]; of BOOST_MULTINOMIAL [1][n], the class
};

/* Where the scores of each output begin, for rows row[n]. */
void boost_loss_begin(const struct boost_loss *l, const uint32_t *row, size_t n,
                      double *ret);

/* The probabilities that gradients of several classes need, from the scores; nothing for
 * the others.  Both [outputs][l->n]. */
void boost_loss_shares(const struct boost_loss *l, double *const *score,
                       struct thread_team *team, double *const *ret);

/* Gradients and hessians of an output for all rows: ret[l->n] in *ret_unit, for sums over
 * up to n rows. */
void boost_loss_gradients(const struct boost_loss *l, size_t output, double *const *score,
                          double *const *shares, size_t n, struct thread_team *team,
                          struct histogram_unit *ret_unit, histogram_sum *ret);

/* Whether leaves answer something else than gradients over hessians; and what: for rows
 * row[n], with room for as many reals. */
bool boost_loss_renews(const struct boost_loss *l);
double boost_loss_renewed(const struct boost_loss *l, const double *score,
                          const uint32_t *row, size_t n, double *room);

/* The mean loss of rows row[n], over the outputs, too; NaN of none. */
double boost_loss_mean(const struct boost_loss *l, double *const *score,
                       const uint32_t *row, size_t n);

#endif
