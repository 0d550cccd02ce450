/* A perceptron in a model file:
 *
 *     {"activation": "relu", "output": "identity", "hidden": [64.0, 32.0], "out": 1,
 *      "weights": REALS, "columns": REALS, "sparse_weights": REALS}
 *
 * REALS are as json_reals writes them.  weights has those of each layer, input by input,
 * and then its biases; columns are those of the sparse block that have weights, ascending,
 * and sparse_weights theirs, column by column; both are there only with such a block. */
#ifndef NETWORK_NETWORK_JSON_H
#define NETWORK_NETWORK_JSON_H

#include "file/json.h"
#include "network/network.h"

#define ACTIVATION_WORDS "relu|tanh|logistic|identity"
#define OUTPUT_WORDS "identity|softmax|logistic"

json_t *network_to_json(const struct network *net);

/* Reads one for p columns of reals and a sparse block of so many. */
MUST_USE enum status network_from_json(const json_t *saved, size_t p, size_t sparse,
                                       const char *path, struct arena *mem,
                                       struct network *ret, struct error *err);

#endif
