/* One mini-batch through a perceptron, forwards and backwards (Rumelhart, Hinton & Williams
 * 1986, Nature 323).
 *
 *     struct propagation *p = propagation_new(&mem, net, 32, dropout);
 *     propagation_forward(p, &rows, row, n);     // p->layer[last].out is the answer
 *     propagation_judge(p, y, &sums);
 *     propagation_backward(p, y, &gradient);
 *
 * The gradient is that of the sum of the rows' losses, without penalty.  Every element of
 * it is one chain over the rows of the batch, in their order. */
#ifndef NETWORK_PROPAGATION_H
#define NETWORK_PROPAGATION_H

#include "network/network.h"

struct propagation_layer {
    double *out;   // [most][width] what the activation gives
    double *fed;   // [most][width] what the next layer sees of it; out where keep is NULL
    double *keep;  // [most][width] 0, or 1 / (1 - dropout); NULL: none are dropped
    double *delta; // [most][width] gradient with respect to z
    double dropout;
};

struct propagation {
    const struct network *net;
    size_t most, n; // rows there is room for, and of this batch
    const struct network_rows *rows;
    const size_t *row; // [n] which of them; NULL: from `first` on
    size_t first;
    double *x;                       // [most][p] their reals
    struct propagation_layer *layer; // [n_layers]
    double *turned;                  // weights of a layer, transposed
};

/* Sums over rows of the loss, and of what is told beside it: the absolute error of a
 * regression, 1 where the most probable class is the right one, the share of the labels
 * that are right (o > 0.5). */
struct propagation_sums {
    double loss, score;
};

struct network_gradient {
    double *theta;     // [size], as the network's
    double *sparse_w;  // [seen][width], rows that were not touched are zeros
    uint32_t *touched; // [n_touched] rows of sparse_w in the order of their first value
    size_t n_touched;
    bool *marked; // [seen]
};

/* Room for batches of so many rows; dropout[n_layers - 1] in [0,1) is each hidden layer's,
 * NULL: no neuron is ever dropped. */
struct propagation *propagation_new(struct arena *mem, const struct network *net,
                                    size_t most, const double *dropout);

/* Draws which neurons are kept in the next batches of n rows: inverted dropout (Srivastava
 * et al. 2014, JMLR 15). */
void propagation_drop(struct propagation *p, size_t n, struct rng *rng);

/* Computes all layers' outputs for n rows: those that row names, or from `first` on. */
void propagation_forward(struct propagation *p, const struct network_rows *rows,
                         const size_t *row, size_t first, size_t n);

/* Adds the batch's sums to ret; y[rows->n][shape.out] are the targets: a real, the classes
 * as 0 and one 1, labels as 0 and 1. */
void propagation_judge(const struct propagation *p, const double *y,
                       struct propagation_sums *ret);

struct network_gradient propagation_gradient_new(struct arena *mem,
                                                 const struct network *net);

/* Writes the gradient of the batch that went forward last.  Takes back what the last call
 * left in the rows of the sparse block. */
void propagation_backward(struct propagation *p, const double *y,
                          struct network_gradient *ret);

#endif
