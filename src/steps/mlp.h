/* What est_mlp.c learns: its parameters, its state, and the fit of several choices. */
#ifndef STEPS_MLP_H
#define STEPS_MLP_H

#include "network/network.h"
#include "steps/step.h"

#define MLP_SOLVERS "adam|sgd" // as enum optimiser_solver

struct mlp_params {
    const char *hidden_layer_sizes, *dropout; // numbers with blanks between
    unsigned activation, solver;              // enum network_activation, optimiser_solver
    double alpha, learning_rate_init, momentum, beta_1, beta_2, epsilon, tol;
    double validation_fraction;
    size_t batch_size, max_iter, n_iter_no_change;
    bool nesterovs_momentum, early_stopping, shuffle, scale_target;
};

struct mlp_state {
    struct network net;
    double shift, scale; // of a regression: the target is shift + scale times the answer
    size_t n_iter, best_epoch; // epochs, and the one whose weights these are
    double loss;               // of that one, of the rows that decide when to stop
};

/* The hidden layers that the text names, and what each drops; STATUS_INPUT with the
 * parameter as the field. */
MUST_USE enum status mlp_layers(const struct mlp_params *p,
                                size_t ret[NETWORK_LAYERS - 1], size_t *ret_n,
                                struct error *err);
MUST_USE enum status mlp_dropout(const struct mlp_params *p, size_t n,
                                 double ret[NETWORK_LAYERS - 1], struct error *err);

/* fit_path of struct step: choices that differ in max_iter only are one descent. */
MUST_USE enum status mlp_fit_path(const void *const *params, size_t n,
                                  const struct matrix *x, const struct target *y,
                                  const struct fit_context *context,
                                  const struct step_sink *sink, struct error *err);

#endif
