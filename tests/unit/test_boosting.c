/* The kernels of gradient boosting: sums, splits, trees, losses, rounds. */
#include <criterion/criterion.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "trees/boosting.h"

enum { ROWS = 700, COLUMNS = 11 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(boosting, .fini = release);

/* Rows of random codes whose target depends on three columns, a fifth of column 2 missing. */
struct toy {
    struct matrix x;
    struct bins bins;
    struct leafwise_data data;
    double *y;
    uint32_t *row;
};

static struct toy toy_of(size_t n)
{
    struct toy t;
    struct rng rng;
    struct error err = {0};
    double **col;
    rng_seed(&rng, 3, "toy");
    t.x = matrix_new(&mem, n, COLUMNS, NULL, &col);
    t.y = ARENA_ARRAY(&mem, double, n);
    t.row = ARENA_ARRAY(&mem, uint32_t, n);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < COLUMNS; j++)
            col[j][i] = rng_real(&rng);
        t.y[i] = 3 * col[0][i] + sin(9 * col[1][i]) + (col[2][i] > 0.8 ? 2 : 0) +
                 0.3 * rng_real(&rng);
        col[2][i] = col[2][i] > 0.8 ? NAN : col[2][i];
        t.row[i] = (uint32_t)i;
    }
    cr_assert_eq(bins_learn(&t.x, 40, 1, &mem, &t.bins, &err), STATUS_OK);
    uint8_t *code = ARENA_ARRAY(&mem, uint8_t, n * COLUMNS);
    cr_assert_eq(bins_code(&t.bins, &t.x, 1, n, code, &err), STATUS_OK);
    t.data = (struct leafwise_data){NULL, code, histogram_pack(code, n, COLUMNS, &mem)};
    return t;
}

/* Sums */

Test(boosting, sums_are_those_of_rows_one_by_one)
{
    struct toy t = toy_of(ROWS);
    struct histogram_unit unit = histogram_unit_for(ROWS, 5, 0.25, false);
    histogram_sum of[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        of[i] = histogram_row(&unit, t.y[i] - 2, 0.25 * t.x.col[3][i]);
    histogram_sum *hist =
        ARENA_ARRAY(&mem, histogram_sum, histogram_size(&t.data.packed));
    histogram_add(&t.data.packed, of, t.row, ROWS, hist);
    for (size_t j = 0; j < COLUMNS; j++)
        for (size_t c = 0; c < HISTOGRAM_BINS; c++) {
            double g = 0, h = 0;
            size_t n = 0;
            for (size_t i = 0; i < ROWS; i++)
                if (t.data.code[j * ROWS + i] == c) {
                    g += t.y[i] - 2;
                    h += 0.25 * t.x.col[3][i];
                    n++;
                }
            struct histogram_total s =
                histogram_total(&unit, hist[j * HISTOGRAM_BINS + c]);
            cr_assert_eq(s.n, n);
            cr_assert_float_eq(s.gradient, g, 1e-12);
            cr_assert_float_eq(s.hessian, h, 1e-9);
        }
}

Test(boosting, sums_of_as_many_rows_as_there_may_be_do_not_overflow)
{
    static const size_t rows[] = {1, 2, 3, 1000, 100000, HISTOGRAM_ROWS};
    for (size_t k = 0; k < COUNT_OF(rows); k++) {
        struct histogram_unit unit = histogram_unit_for(rows[k], 7.99, 0.5, false);
        histogram_sum one = histogram_row(&unit, -7.99, 0.5), all = one;
        for (size_t n = 1; n < rows[k]; n *= 2) // by doubling, then what is left
            all += n * 2 <= rows[k] ? all : one * (int64_t)(rows[k] - n);
        struct histogram_total s = histogram_total(&unit, all);
        cr_assert_eq(s.n, rows[k]);
        cr_assert_float_eq(s.gradient / (double)rows[k], -7.99, 1e-7);
        cr_assert_float_eq(s.hessian / (double)rows[k], 0.5, 1e-3);
    }
}

/* Trees */

static const struct leafwise_rule usual = {{5, 1e-3, 0.5}, 12, 0, 1};

struct grown {
    struct toy toy;
    struct histogram_unit unit;
    histogram_sum *of;
    struct leafwise *g;
    struct thread_team *team;
};

static struct grown grow(size_t n, const struct leafwise_rule *rule, size_t threads)
{
    struct grown f = {.toy = toy_of(n)};
    struct leafwise_data *data = ARENA_NEW(&mem, struct leafwise_data);
    struct bins *bins = ARENA_NEW(&mem, struct bins);
    struct rng rng;
    rng_seed(&rng, 1, "grow");
    *bins = f.toy.bins;
    *data = f.toy.data;
    data->bins = bins;
    f.unit = histogram_unit_for(n, 8, 0, true);
    f.of = ARENA_ARRAY(&mem, histogram_sum, n);
    for (size_t i = 0; i < n; i++)
        f.of[i] = histogram_row(&f.unit, 2 - f.toy.y[i], 0);
    f.team = thread_team_open(threads, &mem);
    f.g = leafwise_new(rule, data, f.team, &mem);
    leafwise_grow(f.g, &f.unit, f.of, f.toy.row, n, &rng);
    return f;
}

/* What a split by column and code gains for rows row[n], without histograms; -1 where it is
 * not allowed. */
static double gain_of(const struct grown *f, const struct leafwise_rule *rule,
                      const uint32_t *row, size_t n, size_t column, size_t code,
                      bool missing_left)
{
    double g[2] = {0, 0}, rows[2] = {0, 0};
    size_t all = f->toy.x.n;
    for (size_t i = 0; i < n; i++) {
        uint8_t c = f->toy.data.code[column * all + row[i]];
        bool left = c == f->toy.bins.n[column] ? missing_left : c <= code;
        g[!left] += 2 - f->toy.y[row[i]];
        rows[!left]++;
    }
    if (fmin(rows[0], rows[1]) < (double)rule->split.min_samples_leaf)
        return -1;
    double l2 = rule->split.l2, sum = g[0] + g[1];
    return g[0] * g[0] / (rows[0] + l2) + g[1] * g[1] / (rows[1] + l2) -
           sum * sum / (rows[0] + rows[1] + l2);
}

/* The best of all splits of a leaf, tried one by one. */
static double best_gain(const struct grown *f, const struct leafwise_rule *rule,
                        const struct leafwise_node *leaf)
{
    double best = 0;
    for (size_t j = 0; j < COLUMNS; j++)
        for (size_t c = 0; c < f->toy.bins.n[j]; c++)
            for (int side = 0; side < 2; side++)
                best = fmax(best, gain_of(f, rule, f->g->row + leaf->from,
                                          leaf->to - leaf->from, j, c, side));
    return best;
}

Test(boosting, every_split_is_the_best_that_its_leaf_has)
{
    struct grown f = grow(ROWS, &usual, 1);
    double least = INFINITY, most_left = 0;
    cr_assert_eq(f.g->n_nodes, 23);
    for (size_t k = 0; k < f.g->n_nodes; k++) {
        const struct leafwise_node *node = &f.g->node[k];
        double best = best_gain(&f, &usual, node);
        if (node->left > 0) {
            cr_assert_float_eq(node->split.gain, best, 1e-8, "%zu", k);
            least = fmin(least, best);
        } else {
            most_left = fmax(most_left, best);
        }
    }
    cr_assert_geq(least, most_left, "the leaf that gains most is split first");
    thread_team_close(f.team);
}

Test(boosting, rows_of_a_leaf_are_those_that_walk_there_in_order)
{
    struct grown f = grow(ROWS, &usual, 1);
    size_t held = 0;
    for (size_t k = 0; k < f.g->n_nodes; k++) {
        const struct leafwise_node *node = &f.g->node[k];
        double sum = 0;
        if (node->left > 0)
            continue;
        for (size_t i = node->from; i < node->to; i++, held++) {
            cr_assert_eq(leafwise_leaf(f.g, f.g->row[i]), k);
            cr_assert(i == node->from || f.g->row[i] > f.g->row[i - 1]);
            sum += f.toy.y[f.g->row[i]] - 2;
        }
        double n = (double)(node->to - node->from);
        cr_assert_geq(n, 5);
        cr_assert_float_eq(node->answer, sum / (n + 0.5), 1e-9);
    }
    cr_assert_eq(held, ROWS);
    thread_team_close(f.team);
}

static void expect_same_tree(const struct leafwise *a, const struct leafwise *b, size_t n)
{
    cr_assert_eq(a->n_nodes, b->n_nodes);
    cr_assert_eq(memcmp(a->row, b->row, n * sizeof *a->row), 0);
    for (size_t k = 0; k < a->n_nodes; k++) {
        cr_assert_eq(a->node[k].left, b->node[k].left);
        cr_assert_eq(a->node[k].answer, b->node[k].answer);
        cr_assert_eq(a->node[k].split.gain, b->node[k].split.gain);
        cr_assert_eq(a->node[k].split.missing_left, b->node[k].split.missing_left);
    }
}

/* So many rows that leaves are counted and divided in parts. */
Test(boosting, any_number_of_threads_grows_the_same_tree)
{
    enum { MANY = 40000 };
    struct grown one = grow(MANY, &usual, 1);
    for (size_t threads = 2; threads <= 5; threads += 3) {
        struct grown f = grow(MANY, &usual, threads);
        expect_same_tree(f.g, one.g, MANY);
        thread_team_close(f.team);
    }
    thread_team_close(one.team);
}

Test(boosting, leaves_depth_and_columns_keep_to_their_limits)
{
    struct leafwise_rule deep = {{1, 1e-3, 0}, 0, 3, 1},
                         free = {{1, 1e-3, 0}, 0, 0, 0.01};
    struct grown f = grow(ROWS, &deep, 1);
    cr_assert_eq(f.g->n_nodes, 15);
    for (size_t k = 0; k < f.g->n_nodes; k++)
        cr_assert_leq(f.g->node[k].depth, 3);
    thread_team_close(f.team);
    f = grow(ROWS, &free, 1);
    cr_assert_gt(f.g->n_nodes, ROWS);
    size_t used[COLUMNS] = {0};
    for (size_t k = 0; k < f.g->n_nodes; k++)
        used[f.g->node[k].split.column] += f.g->node[k].left > 0;
    for (size_t j = 0; j < COLUMNS; j++)
        cr_assert_gt(used[j], 20, "one column a leaf, each as often: %zu", used[j]);
    thread_team_close(f.team);
}

/* Losses */

static struct boost_loss loss_of(enum boost_kind kind, size_t n)
{
    static double y[3][8] = {
        {0, 1, 1, 0, 1, 2, 2, 0}, {1, 1, 0, 0, 1, 0, 0, 1}, {0.5, -3, 7, 7, 2, 1, 0, 4}};
    static const double *labels[] = {y[1], y[1]}, *classes[] = {y[0]}, *real[] = {y[2]};
    return (struct boost_loss){kind, 0.3, n,
                               kind == BOOST_MULTINOMIAL ? 3
                               : kind == BOOST_LOG_LOSS  ? 2
                                                         : 1,
                               kind == BOOST_MULTINOMIAL ? classes
                               : kind == BOOST_LOG_LOSS  ? labels
                                                         : real};
}

/* n times the mean loss, of row i alone, with one score moved. */
static double moved(const struct boost_loss *l, double **score, size_t k, uint32_t i,
                    double by)
{
    score[k][i] += by;
    double loss = boost_loss_mean(l, score, &i, 1);
    score[k][i] -= by;
    return loss;
}

Test(boosting, gradients_are_slopes_of_the_losses)
{
    /* What the mean of a loss has to be multiplied by to be what gradients are of. */
    static const double factor[] = {0.5, 1, 1, 2, 1};
    struct thread_team *team = thread_team_open(1, &mem);
    for (int kind = 0; kind <= BOOST_MULTINOMIAL; kind++) {
        struct boost_loss l = loss_of(kind, 8);
        double f[3][8] = {{1.5, 1.2, -0.3, 2, 0.1, 1.1, -4, 0.2},
                          {-1, 0.4, 0.7, 0.9, 3, -2, 0.6, 1},
                          {0.3, 0.2, 2, -1, 1, 1.1, 0, 5}};
        double p[3][8], *score[] = {f[0], f[1], f[2]}, *share[] = {p[0], p[1], p[2]};
        boost_loss_shares(&l, score, team, share);
        for (size_t k = 0; k < l.outputs; k++) {
            struct histogram_unit unit;
            histogram_sum of[8];
            boost_loss_gradients(&l, k, score, share, 8, team, &unit, of);
            for (uint32_t i = 0; i < 8; i++) {
                struct histogram_total t = histogram_total(&unit, of[i]);
                double h = 1e-4, up = moved(&l, score, k, i, h);
                double down = moved(&l, score, k, i, -h), at = moved(&l, score, k, i, 0);
                cr_assert_float_eq(t.gradient, (up - down) / (2 * h) * factor[kind],
                                   1e-7);
                double bend = (up - 2 * at + down) / (h * h) * factor[kind];
                if (kind == BOOST_MULTINOMIAL)
                    bend *= 1.5; // K / (K - 1)
                if (kind != BOOST_ABSOLUTE_ERROR && kind != BOOST_QUANTILE)
                    cr_assert_float_eq(t.hessian, bend, 1e-5, "%d %g", kind, bend);
            }
        }
    }
    thread_team_close(team);
}

Test(boosting, scores_begin_where_one_constant_loses_least)
{
    static const uint32_t row[] = {0, 1, 2, 3, 4, 5, 6, 7};
    for (int kind = 0; kind <= BOOST_MULTINOMIAL; kind++) {
        if (kind == BOOST_QUANTILE) // between two values it is told by their distance
            continue;
        struct boost_loss l = loss_of(kind, 8);
        double begin[3], f[3][8], *score[] = {f[0], f[1], f[2]}, loss[3];
        boost_loss_begin(&l, row, 8, begin);
        for (size_t k = 0; k < l.outputs; k++)
            for (int step = 0; step < 3; step++) {
                for (size_t c = 0; c < l.outputs; c++)
                    for (size_t i = 0; i < 8; i++)
                        f[c][i] = begin[c] + (c == k ? 0.01 * (step - 1) : 0);
                loss[step] = boost_loss_mean(&l, score, row, 8);
                cr_assert(step < 2 || (loss[0] >= loss[1] && loss[2] >= loss[1]), "%d",
                          kind);
            }
    }
    struct boost_loss l = loss_of(BOOST_QUANTILE, 8);
    double zero[8] = {0}, room[8];
    cr_assert_float_eq(boost_loss_renewed(&l, zero, row, 8, room), 0.55, 1e-12,
                       "numpy.quantile(y, .3)");
}
