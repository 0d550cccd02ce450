/* The training loop.
 *
 * Training figures of an epoch are those of its batches as they went by, with dropped
 * neurons and before each move, as other libraries report them; check figures are of the
 * whole network at the end of the epoch.  Rows are checked in blocks, whose sums are added
 * in order. */
#include "network/descent.h"

#include <math.h>
#include <string.h>

#include "base/stop.h"
#include "base/vector.h"

enum { USUAL_BATCH = 200, CHECK_ROWS = 256 };

struct descent_work {
    struct network *net, best;
    struct network first, second; // moments
    struct descent_rule rule;
    const struct descent_data *train, *check;
    struct propagation *batch, *block; // of the training, of the check
    struct network_gradient gradient;
    size_t *order; // [train rows]
    struct rng order_rng, drop_rng;
    size_t waited;
    double least;
};

static struct network like(struct arena *mem, const struct network *net)
{
    return network_new(mem, &net->shape, net->place, net->seen);
}

static size_t batch_rows(const struct descent_rule *rule, size_t n)
{
    size_t wanted = rule->batch == 0 ? USUAL_BATCH : rule->batch;
    return wanted < n ? wanted : n;
}

struct descent *descent_begin(struct arena *mem, struct network *net,
                              const struct descent_rule *rule,
                              const struct descent_data *train,
                              const struct descent_data *check, uint64_t seed)
{
    struct descent *d = ARENA_NEW(mem, struct descent);
    struct descent_work *w = ARENA_NEW(mem, struct descent_work);
    struct rng rng;
    *w = (struct descent_work){
        .net = net, .rule = *rule, .train = train, .check = check, .least = INFINITY};
    rng_seed(&rng, seed, "mlp weights");
    rng_seed(&w->order_rng, seed, "mlp order");
    rng_seed(&w->drop_rng, seed, "mlp dropout");
    network_draw(net, &rng);
    w->first = like(mem, net);
    if (rule->optimiser.solver == SOLVER_ADAM)
        w->second = like(mem, net);
    if (check && rule->stop_early)
        w->best = like(mem, net);
    w->rule.batch = batch_rows(rule, train->rows.n);
    w->batch = propagation_new(mem, net, w->rule.batch, rule->dropout);
    if (check)
        w->block = propagation_new(mem, net, CHECK_ROWS, NULL);
    w->gradient = propagation_gradient_new(mem, net);
    w->order = ARENA_ARRAY(mem, size_t, train->rows.n);
    for (size_t i = 0; i < train->rows.n; i++)
        w->order[i] = i;
    d->work = w;
    return d;
}

static double squares(const struct network *net)
{
    double sum = 0;
    for (size_t l = 0; l < net->n_layers; l++) {
        const struct network_layer *layer = &net->layer[l];
        sum += vector_dot(layer->w, layer->w, layer->in * layer->width);
    }
    return sum +
           vector_dot(net->sparse_w, net->sparse_w, net->seen * net->layer[0].width);
}

/* Elements of an array beside theta, at the same places. */
static double *beside(const struct network *other, const struct network *net,
                      const double *at)
{
    return other->theta ? other->theta + (at - net->theta) : NULL;
}

static void move_dense(struct descent_work *w, size_t rows)
{
    const struct network *net = w->net;
    const double *g = w->gradient.theta;
    for (size_t l = 0; l < net->n_layers; l++) {
        const struct network_layer *layer = &net->layer[l];
        size_t n = layer->in * layer->width;
        optimiser_move(&w->rule.optimiser, g + (layer->w - net->theta), rows,
                       w->rule.alpha, n, layer->w, beside(&w->first, net, layer->w),
                       beside(&w->second, net, layer->w));
        optimiser_move(&w->rule.optimiser, g + (layer->b - net->theta), rows, 0,
                       layer->width, layer->b, beside(&w->first, net, layer->b),
                       beside(&w->second, net, layer->b));
    }
}

static void move_sparse(struct descent_work *w, size_t rows)
{
    size_t width = w->net->layer[0].width;
    for (size_t t = 0; t < w->gradient.n_touched; t++) {
        size_t at = w->gradient.touched[t] * width;
        double *second = w->second.sparse_w ? w->second.sparse_w + at : NULL;
        optimiser_move(&w->rule.optimiser, w->gradient.sparse_w + at, rows, w->rule.alpha,
                       width, w->net->sparse_w + at, w->first.sparse_w + at, second);
    }
}

/* All batches; ret becomes the means over the rows. */
static void train(struct descent_work *w, struct propagation_sums *ret)
{
    size_t n = w->train->rows.n, rows;
    struct propagation_sums sums = {0, 0};
    for (size_t from = 0; from < n; from += rows) {
        rows = n - from < w->rule.batch ? n - from : w->rule.batch;
        propagation_drop(w->batch, rows, &w->drop_rng);
        propagation_forward(w->batch, &w->train->rows, w->order + from, 0, rows);
        propagation_judge(w->batch, w->train->y, &sums);
        if (w->rule.alpha > 0)
            sums.loss += 0.5 * w->rule.alpha * squares(w->net);
        propagation_backward(w->batch, w->train->y, &w->gradient);
        optimiser_next(&w->rule.optimiser);
        move_dense(w, rows);
        move_sparse(w, rows);
    }
    *ret = (struct propagation_sums){sums.loss / (double)n, sums.score / (double)n};
}

static struct propagation_sums checked(struct descent_work *w)
{
    struct propagation_sums sums = {0, 0};
    size_t n = w->check->rows.n, rows;
    for (size_t from = 0; from < n; from += rows) {
        rows = n - from < CHECK_ROWS ? n - from : CHECK_ROWS;
        propagation_forward(w->block, &w->check->rows, NULL, from, rows);
        propagation_judge(w->block, w->check->y, &sums);
    }
    return (struct propagation_sums){sums.loss / (double)n, sums.score / (double)n};
}

/* Whether the loss has stood still for too long, and which network is the result. */
static void decide(struct descent *d)
{
    struct descent_work *w = d->work;
    bool early = w->check && w->rule.stop_early;
    double loss = early ? d->last.check_loss : d->last.train_loss;
    w->waited = loss > w->least - w->rule.tol ? w->waited + 1 : 0;
    if (!early || loss < w->least) {
        d->best_epoch = d->epochs;
        d->best = d->last;
        if (early)
            network_copy(w->net, &w->best);
    }
    w->least = loss < w->least ? loss : w->least;
    d->over = w->waited > w->rule.patience;
}

enum status descent_epoch(struct descent *d, struct error *err)
{
    struct descent_work *w = d->work;
    struct propagation_sums sums;
    TRY(stop_check(err));
    if (w->rule.shuffle)
        rng_shuffle(&w->order_rng, w->train->rows.n, w->order);
    train(w, &sums);
    d->epochs++;
    d->last = (struct descent_epoch){sums.loss, NAN, sums.score, NAN};
    if (w->check) {
        struct propagation_sums check = checked(w);
        d->last.check_loss = check.loss;
        d->last.check_score = check.score;
    }
    if (!isfinite(sums.loss) || !network_finite(w->net)) {
        error_set(err, STATUS_INPUT, "the loss is not finite any more in epoch %zu",
                  d->epochs);
        error_hint(err, "standardise the columns (step scale), or lower "
                        "learning_rate_init");
        return STATUS_INPUT;
    }
    decide(d);
    return STATUS_OK;
}

void descent_result(const struct descent *d, struct network *ret)
{
    const struct descent_work *w = d->work;
    network_copy(w->best.theta ? &w->best : w->net, ret);
}
