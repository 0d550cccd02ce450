/* Multilayer perceptron: Rumelhart, Hinton & Williams 1986, Nature 323; src/network.
 *
 * Names and defaults are those of scikit-learn's MLPRegressor and MLPClassifier, with
 * Keras' dropout.  Choices that differ in max_iter only are one descent, looked at on its
 * way. */
#include <math.h>

#include "network/network_input.h"
#include "network/network_json.h"
#include "network/propagation.h"
#include "steps/mlp.h"

enum { PREDICTED_ROWS = 256 }; // at a time

/* clang-format off */
static const struct option_row rows[] = {
    OPTION(struct mlp_params, hidden_layer_sizes, 0, 0, "TEXT",
           "neurons of each hidden layer, as '64 32'; '0' is none"),
    OPTION_ENUM(struct mlp_params, activation, ACTIVATION_WORDS, "function of a hidden neuron"),
    OPTION_ENUM(struct mlp_params, solver, MLP_SOLVERS, "how weights move against the gradient"),
    OPTION(struct mlp_params, alpha, 0, 1e300, "REAL",
           "penalty on the squared weights, half of it shared among the rows of a batch"),
    OPTION(struct mlp_params, batch_size, 1, 1e9, "N", "rows of a mini-batch, at most all"),
    OPTION(struct mlp_params, learning_rate_init, 1e-12, 1e6, "REAL", "size of a step"),
    OPTION(struct mlp_params, max_iter, 1, 1e9, "N", "epochs at most"),
    OPTION(struct mlp_params, momentum, 0, 1, "REAL", "of sgd: share of the last step"),
    OPTION(struct mlp_params, nesterovs_momentum, 0, 0, "BOOL", "of sgd: look ahead"),
    OPTION(struct mlp_params, beta_1, 0, 0.999999, "REAL", "of adam: decay of the first moment"),
    OPTION(struct mlp_params, beta_2, 0, 0.999999, "REAL", "of adam: decay of the second moment"),
    OPTION(struct mlp_params, epsilon, 1e-300, 1, "REAL", "of adam: beside the root (Keras: 1e-7)"),
    OPTION(struct mlp_params, dropout, 0, 0, "TEXT",
           "share of the neurons that a batch leaves out, '0.1' in every hidden layer or "
           "'0.1 0' in each"),
    OPTION(struct mlp_params, early_stopping, 0, 0, "BOOL",
           "stop by the loss of rows held out and keep the best epoch's weights"),
    OPTION(struct mlp_params, validation_fraction, 0.0001, 0.9999, "REAL",
           "of early stopping: share of the rows held out where the split has none"),
    OPTION(struct mlp_params, n_iter_no_change, 1, 1e9, "N", "epochs without progress that are borne"),
    OPTION(struct mlp_params, tol, 0, 1e300, "REAL", "fall of the loss that counts as progress"),
    OPTION(struct mlp_params, shuffle, 0, 0, "BOOL", "rows in a new order in every epoch"),
    OPTION(struct mlp_params, scale_target, 0, 0, "BOOL",
           "of a regression: learn the target standardised (false: as scikit-learn)"),
};
/* clang-format on */

static const struct mlp_params defaults = {.hidden_layer_sizes = "100",
                                           .dropout = "0",
                                           .alpha = 1e-4,
                                           .learning_rate_init = 1e-3,
                                           .momentum = 0.9,
                                           .beta_1 = 0.9,
                                           .beta_2 = 0.999,
                                           .epsilon = 1e-8,
                                           .tol = 1e-4,
                                           .validation_fraction = 0.1,
                                           .batch_size = 200,
                                           .max_iter = 200,
                                           .n_iter_no_change = 10,
                                           .nesterovs_momentum = true,
                                           .shuffle = true,
                                           .scale_target = true};

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    size_t hidden[NETWORK_LAYERS - 1], n;
    double dropout[NETWORK_LAYERS - 1];
    TRY(mlp_layers(params, hidden, &n, err));
    TRY(mlp_dropout(params, n, dropout, err));
    *ret = *in;
    return STATUS_OK;
}

static void answer_rows(const struct mlp_state *s, const struct propagation *p,
                        size_t from, double **ret)
{
    const struct network_layer *last = &s->net.layer[s->net.n_layers - 1];
    for (size_t i = 0; i < p->n; i++) {
        const double *o = p->layer[s->net.n_layers - 1].out + i * last->width;
        for (size_t c = 0; c < last->out; c++)
            ret[c][from + i] = s->shift + s->scale * o[c];
    }
}

static enum status predict(const void *state, const struct matrix *x, struct arena *mem,
                           struct prediction *ret, struct error *err UNUSED)
{
    const struct mlp_state *s = state;
    bool values = s->net.shape.output == OUTPUT_IDENTITY;
    double **col;
    *ret = prediction_new(mem, values ? ANSWER_VALUES : ANSWER_PROBABILITIES, x->n,
                          s->net.shape.out, &col);
    struct arena scratch = {0};
    struct network_rows in = network_input(&scratch, x, NULL, x->n);
    size_t most = x->n < PREDICTED_ROWS ? x->n : PREDICTED_ROWS, n;
    struct propagation *p = propagation_new(&scratch, &s->net, most, NULL);
    for (size_t from = 0; from < x->n; from += n) {
        n = x->n - from < most ? x->n - from : most;
        propagation_forward(p, &in, NULL, from, n);
        answer_rows(s, p, from, col);
    }
    arena_release(&scratch);
    return STATUS_OK;
}

static void tell(const void *state,
                 void (*take)(void *sink, const char *name, double value), void *sink)
{
    const struct mlp_state *s = state;
    take(sink, "n_iter", (double)s->n_iter);
    take(sink, "best_epoch", (double)s->best_epoch);
    take(sink, "loss", s->loss);
}

static json_t *save(const void *state)
{
    const struct mlp_state *s = state;
    return json_pack("{s:I, s:I, s:f, s:f, s:f, s:o}", "n_iter", (json_int_t)s->n_iter,
                     "best_epoch", (json_int_t)s->best_epoch, "loss", s->loss, "shift",
                     s->shift, "scale", s->scale, "network", network_to_json(&s->net));
}

static enum status load(const json_t *saved, const struct shape *in, const char *path,
                        struct arena *mem, void **ret_state, struct shape *ret,
                        struct error *err)
{
    struct mlp_state *s = ARENA_NEW(mem, struct mlp_state);
    json_t *net;
    TRY(json_get_size(saved, "n_iter", path, &s->n_iter, err));
    TRY(json_get_size(saved, "best_epoch", path, &s->best_epoch, err));
    TRY(json_get_real(saved, "loss", path, &s->loss, err));
    TRY(json_get_real(saved, "shift", path, &s->shift, err));
    TRY(json_get_real(saved, "scale", path, &s->scale, err));
    TRY(json_get_object(saved, "network", path, &net, err));
    TRY(network_from_json(net, in->p, in->sparse, path, mem, &s->net, err));
    if (s->net.shape.output != OUTPUT_IDENTITY && (s->shift != 0 || s->scale != 1))
        return error_refuse(err, path, "scale", "chances are not shifted or scaled");
    *ret_state = s;
    *ret = (struct shape){.p = s->net.shape.out};
    return STATUS_OK;
}

const struct step est_mlp = {
    .name = "mlp",
    .summary = "multilayer perceptron: layers f(xW + b), learnt by gradient descent",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct mlp_params),
    .defaults = &defaults,
    .takes = STEP_SPARSE,
    .tasks = ON_REGRESSION | ON_CLASSES | ON_LABELS,
    .answer = ANSWER_PROBABILITIES,
    .width = width,
    .fit_path = mlp_fit_path,
    .predict = predict,
    .tell = tell,
    .save = save,
    .load = load,
};
