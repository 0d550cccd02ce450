/* Multilayer perceptrons: dense layers, the first of which may also read a sparse block.
 *
 *     z = x W + b,  a = f(z)      hidden layers, f the activation
 *     z = a W + b,  o = g(z)      the last one, g the output's function
 *
 * The output goes with its loss, so that the gradient with respect to z is o - y for all
 * three (Bishop 2006, Pattern Recognition and Machine Learning, 4.3 and 5.2):
 *
 *     identity   half the squared error, (o - y)^2 / 2
 *     softmax    cross-entropy, -log o of the class that is
 *     logistic   binary cross-entropy, the sum over the labels
 *
 * Rows of weights are padded with zeros to product_width (network/product.h), which stay
 * zeros.  Of the sparse block only columns that have a value somewhere in the rows that
 * are learnt from have weights; others weigh nothing. */
#ifndef NETWORK_NETWORK_H
#define NETWORK_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rng.h"

enum network_activation {
    ACTIVATION_RELU,     // max(0, z)
    ACTIVATION_TANH,     // tanh(z)
    ACTIVATION_LOGISTIC, // 1 / (1 + exp(-z))
    ACTIVATION_IDENTITY, // z
    ACTIVATIONS
};

enum network_output { OUTPUT_IDENTITY, OUTPUT_SOFTMAX, OUTPUT_LOGISTIC, OUTPUTS };

enum {
    NETWORK_LAYERS = 32,
    NETWORK_NEURONS = 1 << 20
}; // at most, the last layer included; of one

#define NETWORK_UNSEEN UINT32_MAX

struct network_layer {
    size_t in, out, width; // width: out with its padding
    double *w;             // [in][width]
    double *b;             // [width]
};

struct network_shape {
    size_t p, sparse, out; // columns of reals, of the sparse block, of the answer
    size_t n_hidden;
    size_t hidden[NETWORK_LAYERS - 1]; // neurons of each
    enum network_activation activation;
    enum network_output output;
};

struct network {
    struct network_shape shape;
    const uint32_t *place; // [sparse] a column's row in sparse_w, or NETWORK_UNSEEN
    size_t seen;           // rows of sparse_w
    double *sparse_w;      // [seen][layer[0].width]
    size_t n_layers;
    struct network_layer *layer; // [n_layers]; the first one's `in` is p
    size_t size;                 // elements of theta
    double *theta;               // all w and b of the layers, one after another
};

/* Rows for a network.  Reals are row by row here; of a sparse block row i is col[k],
 * value[k] for k in [start[i], start[i + 1]). */
struct network_rows {
    size_t n;
    const double *x;     // [n][p]
    const size_t *start; // [n + 1] or NULL
    const uint32_t *col;
    const double *value;
};

/* A network of zeros in mem; place is kept by reference. */
struct network network_new(struct arena *mem, const struct network_shape *shape,
                           const uint32_t *place, size_t seen);

/* Draws the weights, uniform within sqrt(6 / (in + out)) of a layer with so many inputs
 * and outputs (Glorot & Bengio 2010, AISTATS 9, eq. 16); biases are 0.  A column of the
 * sparse block draws those that it would draw as one of reals. */
void network_draw(struct network *net, struct rng *rng);

/* Copies the weights of a network of the same shape. */
void network_copy(const struct network *from, struct network *to);

/* Whether all weights are finite. */
bool network_finite(const struct network *net);

#endif
