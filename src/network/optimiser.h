/* Steps of gradient descent.
 *
 *     sgd    v' = momentum v - rate g;  w += v', or with Nesterov's look ahead
 *            w += momentum v' - rate g  (Sutskever et al. 2013, ICML)
 *     adam   m' = beta_1 m + (1 - beta_1) g,  v' = beta_2 v + (1 - beta_2) g^2,
 *            w -= rate_t m' / (sqrt(v') + epsilon),
 *            rate_t = rate sqrt(1 - beta_2^t) / (1 - beta_1^t)
 *
 * Adam is that of Kingma & Ba 2015 (ICLR, section 2, the form whose bias correction stands
 * in the rate), as scikit-learn and Keras have it.  g is (gradient + penalty w) / rows. */
#ifndef NETWORK_OPTIMISER_H
#define NETWORK_OPTIMISER_H

#include <stdbool.h>
#include <stddef.h>

enum optimiser_solver { SOLVER_ADAM, SOLVER_SGD };

struct optimiser {
    enum optimiser_solver solver;
    double rate;
    double momentum; // [0,1)
    bool nesterov;
    double beta_1, beta_2, epsilon;
    size_t step;             // t, and
    double power_1, power_2; // beta_1^t, beta_2^t: kept by optimiser_next
};

/* Begins the next step. */
void optimiser_next(struct optimiser *o);

/* Moves w[n], n a multiple of PRODUCT_COLUMNS, against the sums of gradients g of so many
 * rows, with a penalty on w; first and second [n] are the moments, zeros at the start (sgd
 * has the first only, its velocity). */
void optimiser_move(const struct optimiser *o, const double *g, size_t rows,
                    double penalty, size_t n, double *w, double *first, double *second);

#endif
