/* Perceptrons: gradients against differences, sparse rows against reals, descent. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <math.h>
#include <string.h>

#include "network/descent.h"
#include "network/product.h"

enum { ROWS = 9, REALS = 4, SPARSE = 6, OUT = 3 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(network, .fini = release);

/* Rows by a formula: reals, and a sparse block whose last column has no value. */
static struct network_rows rows_of(size_t p, bool sparse)
{
    double *x = ARENA_ARRAY(&mem, double, ROWS *p);
    for (size_t i = 0; i < ROWS * p; i++)
        x[i] = (double)((i * 37 + i * i * 5) % 23) / 11 - 1;
    struct network_rows rows = {.n = ROWS, .x = x};
    if (!sparse)
        return rows;
    size_t *start = ARENA_ARRAY(&mem, size_t, ROWS + 1), used = 0;
    uint32_t *col = ARENA_ARRAY(&mem, uint32_t, ROWS * SPARSE);
    double *value = ARENA_ARRAY(&mem, double, ROWS *SPARSE);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t c = 0; c + 1 < SPARSE; c++)
            if ((i * 3 + c * 5) % 4 < 2) {
                col[used] = (uint32_t)c;
                value[used++] = (double)((i * 7 + c * 3) % 9) / 4 - 0.9;
            }
        start[i + 1] = used;
    }
    rows.start = start;
    rows.col = col;
    rows.value = value;
    return rows;
}

static const double *targets_of(enum network_output output)
{
    double *y = ARENA_ARRAY(&mem, double, ROWS *OUT);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t c = 0; c < OUT; c++)
            y[i * OUT + c] = output == OUTPUT_SOFTMAX    ? (i * 2 + 1) % OUT == c
                             : output == OUTPUT_LOGISTIC ? (i + c * c) % 2 == 0
                                                         : (double)((i * 5 + c) % 7) / 3;
    return y;
}

static const uint32_t *places(size_t p)
{
    uint32_t *place = ARENA_ARRAY(&mem, uint32_t, p);
    for (size_t c = 0; c < p; c++)
        place[c] = c + 1 < p ? (uint32_t)c : NETWORK_UNSEEN;
    return place;
}

static struct network drawn(size_t p, size_t sparse, enum network_activation activation,
                            enum network_output output)
{
    struct network_shape shape = {.p = p,
                                  .sparse = sparse,
                                  .out = OUT,
                                  .n_hidden = 2,
                                  .hidden = {5, 8},
                                  .activation = activation,
                                  .output = output};
    struct rng rng;
    struct network net =
        network_new(&mem, &shape, places(sparse), sparse > 0 ? sparse - 1 : 0);
    rng_seed(&rng, 42, "test");
    network_draw(&net, &rng);
    for (size_t l = 0; l < net.n_layers; l++) // biases that tell
        for (size_t j = 0; j < net.layer[l].out; j++)
            net.layer[l].b[j] = 0.1 * (double)(j + 1) / (double)(l + 2);
    return net;
}

static double loss_of(struct propagation *p, const struct network_rows *rows,
                      const double *y)
{
    struct propagation_sums sums = {0, 0};
    propagation_forward(p, rows, NULL, 0, ROWS);
    propagation_judge(p, y, &sums);
    return sums.loss;
}

/* g against the slope of the loss over w, by differences to both sides. */
static void expect_slope(struct propagation *p, const struct network_rows *rows,
                         const double *y, double g, double *w, const char *what)
{
    const double step = 1e-5, held = *w;
    *w = held + step;
    double above = loss_of(p, rows, y);
    *w = held - step;
    double below = loss_of(p, rows, y);
    *w = held;
    cr_assert_float_eq(g, (above - below) / (2 * step), 1e-6, "%s: %.17g, not %.17g",
                       what, g, (above - below) / (2 * step));
}

static const double no_dropout[] = {0, 0}, dropout[] = {0.3, 0.2};

/* Activation, output, sparse, dropout. */
ParameterizedTestParameters(network, gradients_are_those_of_central_differences)
{
    static size_t index[ACTIVATIONS * OUTPUTS * 4];
    for (size_t i = 0; i < sizeof index / sizeof *index; i++)
        index[i] = i;
    return cr_make_param_array(size_t, index, sizeof index / sizeof *index);
}

ParameterizedTest(size_t *at, network, gradients_are_those_of_central_differences,
                  .fini = release)
{
    enum network_activation activation = (enum network_activation)(*at % ACTIVATIONS);
    enum network_output output = (enum network_output)(*at / ACTIVATIONS % OUTPUTS);
    bool sparse = *at / (ACTIVATIONS * OUTPUTS) % 2,
         drops = *at / (ACTIVATIONS * OUTPUTS) / 2;
    struct network net = drawn(REALS, sparse ? SPARSE : 0, activation, output);
    struct network_rows rows = rows_of(REALS, sparse);
    const double *y = targets_of(output);
    struct propagation *p =
        propagation_new(&mem, &net, ROWS, drops ? dropout : no_dropout);
    struct network_gradient g = propagation_gradient_new(&mem, &net);
    struct rng rng;
    rng_seed(&rng, 1, "mask");
    propagation_drop(p, ROWS, &rng);
    loss_of(p, &rows, y);
    propagation_backward(p, y, &g);
    for (size_t l = 0; l < net.n_layers; l++)
        for (size_t k = 0; k <= net.layer[l].in; k++)
            for (size_t j = 0; j < net.layer[l].width; j++) {
                double *w = net.layer[l].w + k * net.layer[l].width + j;
                double slope = g.theta[w - net.theta];
                if (j < net.layer[l].out)
                    expect_slope(p, &rows, y, slope, w, "weight");
                else
                    cr_assert_eq(slope, 0, "padding moves");
            }
    for (size_t i = 0; i < net.seen * net.layer[0].out; i++) {
        size_t e = i / net.layer[0].out * net.layer[0].width + i % net.layer[0].out;
        expect_slope(p, &rows, y, g.sparse_w[e], net.sparse_w + e, "sparse weight");
    }
}

/* sgd with rate 1 and no momentum takes the gradient of the mean loss and of its penalty
 * off: that of alpha |w|^2 / (2 n). */
Test(network, the_penalty_is_half_the_squares_shared_by_the_rows)
{
    double w[PRODUCT_COLUMNS] = {0.5, -2}, first[PRODUCT_COLUMNS] = {0},
           g[PRODUCT_COLUMNS] = {3, 4};
    struct optimiser o = {.solver = SOLVER_SGD, .rate = 1};
    optimiser_move(&o, g, 8, 0.2, PRODUCT_COLUMNS, w, first, NULL);
    cr_assert_float_eq(w[0], 0.5 - (3 + 0.2 * 0.5) / 8, 1e-15);
    cr_assert_float_eq(w[1], -2 - (4 - 0.2 * 2) / 8, 1e-15);
    cr_assert_eq(w[2], 0);
}

/* Every element of a product is one chain, whatever tile it falls into. */
Test(network, products_are_plain_chains_to_the_bit)
{
    enum { M = 23, N = 24, K = 7 };
    double a[M * K], b[K * N], c[M * N], base[N];
    for (size_t i = 0; i < M * K; i++)
        a[i] = sin((double)i);
    for (size_t i = 0; i < K * N; i++)
        b[i] = cos((double)(i * i)) / 3;
    for (size_t j = 0; j < N; j++)
        base[j] = 1 / (double)(j + 1);
    for (int turned = 0; turned < 2; turned++) {
        struct product p = {
            M, N, K, a, turned ? 1 : K, turned ? M : 1, b, N, turned ? NULL : base, c, N};
        product_compute(&p);
        for (size_t i = 0; i < M; i++)
            for (size_t j = 0; j < N; j++) {
                double sum = turned ? 0 : base[j];
                for (size_t k = 0; k < K; k++)
                    sum += (turned ? a[k * M + i] : a[i * K + k]) * b[k * N + j];
                cr_assert_eq(c[i * N + j], sum, "%zu %zu", i, j);
            }
    }
}

static struct descent *descended(struct network *net, const struct descent_rule *rule,
                                 const struct descent_data *train,
                                 const struct descent_data *check, size_t epochs)
{
    struct error err = {0};
    struct descent *d = descent_begin(&mem, net, rule, train, check, 7);
    while (d->epochs < epochs && !d->over)
        cr_assert_eq(descent_epoch(d, &err), STATUS_OK, "%s", err.message);
    return d;
}

static struct network empty(size_t p, size_t sparse)
{
    struct network_shape shape = {
        .p = p, .sparse = sparse, .out = OUT, .n_hidden = 1, .hidden = {8}};
    uint32_t *place = ARENA_ARRAY(&mem, uint32_t, sparse);
    for (size_t c = 0; c < sparse; c++)
        place[c] = (uint32_t)c;
    return network_new(&mem, &shape, place, sparse);
}

/* Once with the block as it is, once with its columns behind the reals: batches that meet
 * all columns, or sgd without momentum and penalty. */
Test(network, a_sparse_block_is_learnt_as_its_columns_are)
{
    struct network_rows block = rows_of(REALS, true), reals = {.n = ROWS};
    enum { P = REALS + SPARSE - 1 };
    double *x = ARENA_ARRAY(&mem, double, ROWS *P);
    for (size_t i = 0; i < ROWS; i++) {
        memcpy(x + i * P, block.x + i * REALS, REALS * sizeof *x);
        for (size_t k = block.start[i]; k < block.start[i + 1]; k++)
            x[i * P + REALS + block.col[k]] = block.value[k];
    }
    reals.x = x;
    const double *y = targets_of(OUTPUT_IDENTITY);
    struct descent_data sparse_data = {block, y}, data = {reals, y};
    struct descent_rule rules[] = {
        {.optimiser = {SOLVER_ADAM, 0.01, .beta_1 = 0.9, .beta_2 = 0.999,
                       .epsilon = 1e-8},
         .alpha = 0.1,
         .shuffle = true,
         .patience = 99},
        {.optimiser = {.solver = SOLVER_SGD, .rate = 0.01}, .batch = 2, .shuffle = true, .patience = 99},
    };
    for (size_t r = 0; r < 2; r++) {
        struct network a = empty(REALS, SPARSE - 1), b = empty(P, 0);
        descended(&a, &rules[r], &sparse_data, NULL, 20);
        descended(&b, &rules[r], &data, NULL, 20);
        size_t width = a.layer[0].width;
        cr_assert_arr_eq(a.layer[0].w, b.layer[0].w, REALS * width * sizeof(double));
        cr_assert_arr_eq(a.sparse_w, b.layer[0].w + REALS * width,
                         (SPARSE - 1) * width * sizeof(double));
        cr_assert_arr_eq(a.layer[1].w, b.layer[1].w,
                         8 * PRODUCT_COLUMNS * sizeof(double));
    }
}

/* Reals that have nothing to do with the target: the check loss turns soon. */
Test(network, early_stopping_brings_the_best_epoch_back)
{
    struct network_rows rows = rows_of(REALS, false);
    const double *y = targets_of(OUTPUT_IDENTITY);
    struct descent_data train = {rows, y}, check = {rows, y + OUT};
    train.rows.n = 6;
    check.rows.n = 3;
    struct descent_rule rule = {
        .optimiser = {SOLVER_ADAM, 0.02, .beta_1 = 0.9, .beta_2 = 0.999, .epsilon = 1e-8},
        .shuffle = true,
        .stop_early = true,
        .patience = 5};
    struct network net = empty(REALS, 0), best = empty(REALS, 0), again = empty(REALS, 0);
    struct descent *d = descended(&net, &rule, &train, &check, 500);
    cr_assert(d->over);
    cr_assert_eq(d->epochs, d->best_epoch + 6);
    cr_assert_lt(d->best.check_loss, d->last.check_loss);
    descent_result(d, &best);
    rule.stop_early = false;
    descended(&again, &rule, &train, &check, d->best_epoch);
    cr_assert_arr_eq(best.theta, again.theta, best.size * sizeof(double));
}

Test(network, a_loss_that_is_not_finite_is_refused)
{
    double x[] = {1e200, -1e200}, y[] = {1, 1, 1, 2, 2, 2};
    struct descent_data train = {{.n = 2, .x = x}, y};
    struct descent_rule rule = {.optimiser = {.solver = SOLVER_SGD, .rate = 1}, .patience = 99};
    struct network net = empty(1, 0);
    struct error err = {0};
    struct descent *d = descent_begin(&mem, &net, &rule, &train, NULL, 7);
    cr_assert_eq(descent_epoch(d, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "the loss is not finite any more in epoch 1");
    cr_assert_str_eq(err.hint,
                     "standardise the columns (step scale), or lower learning_rate_init");
}
