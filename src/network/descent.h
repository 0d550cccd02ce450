/* Learning by mini-batches: epochs, their losses, and when to stop.
 *
 *     struct descent *d = descent_begin(&mem, &net, &rule, &train, &check, seed);
 *     while (d->epochs < max_iter && !d->over)
 *         TRY(descent_epoch(d, &told, err));
 *     descent_result(d, &best);
 *
 * An epoch takes all rows once, in an order drawn anew, and moves the weights after each
 * batch.  What the first m epochs do does not depend on how many follow.
 *
 * Where rows to check by are given and stop_early is set, descent is over when their loss
 * has not fallen by more than tol below its least for `patience` epochs running, and the
 * result is the network of the epoch whose loss was least.  Otherwise the training loss,
 * penalty included, decides likewise, and the result is the last network.
 *
 * Of a sparse block, a batch moves only the columns that have a value in it: penalty and
 * moments of the others rest until they are met again (as LazyAdam and SparseAdam of other
 * libraries do).  Where all columns are met in every batch, and with sgd without momentum
 * and penalty, that is the same as if the block were reals, to the bit. */
#ifndef NETWORK_DESCENT_H
#define NETWORK_DESCENT_H

#include "base/error.h"
#include "network/network.h"
#include "network/optimiser.h"
#include "network/propagation.h"

struct descent_rule {
    struct optimiser optimiser;
    double alpha; // penalty: alpha |w|^2 / 2 of the weights, not of the biases, shared
                  // among the rows of a batch
    size_t batch; // rows of one; 0: 200, or all where they are fewer
    bool shuffle; // else batches take the rows as they stand
    bool stop_early;
    size_t patience;
    double tol;
    const double *dropout; // [hidden layers]; NULL: none
};

/* Rows and their targets, as propagation_judge wants them. */
struct descent_data {
    struct network_rows rows;
    const double *y; // [n][out]
};

/* Means over rows; of the check NaN where there are none. */
struct descent_epoch {
    double train_loss, check_loss, train_score, check_score;
};

struct descent {
    size_t epochs;     // done
    size_t best_epoch; // of the result, from 1
    bool over;
    struct descent_epoch last, best;
    struct descent_work *work;
};

/* Draws the first weights of net, a network of zeros, and makes ready; everything lives in
 * mem and borrows what is handed in.  check NULL: no rows to check by. */
struct descent *descent_begin(struct arena *mem, struct network *net,
                              const struct descent_rule *rule,
                              const struct descent_data *train,
                              const struct descent_data *check, uint64_t seed);

/* Does one epoch.  STATUS_INPUT when losses or weights are not finite any more;
 * STATUS_STOPPED when the process is to end. */
MUST_USE enum status descent_epoch(struct descent *d, struct error *err);

/* Copies the resulting weights into a network of the same shape. */
void descent_result(const struct descent *d, struct network *ret);

#endif
