/* The rounds of gradient boosting: Friedman 2001, "Greedy function approximation: a gradient
 * boosting machine", Annals of Statistics 29, 1189-1232; each round on a part of the rows
 * where subsample says so (Friedman 2002, "Stochastic gradient boosting").
 *
 * Rows that a tree was grown on get its answer by the leaf that they stand in; the others
 * walk down by their codes. */
#include "trees/boosting.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/stop.h"

enum { OTHERS = 2048 };

struct boosting_work {
    const struct boosting_params *params;
    const struct boosting_data *data;
    struct thread_team *team;
    struct leafwise *grower;
    struct leafwise_rule rule;
    struct rng rows, columns;
    struct arena *mem;
    double **score, **share; // [outputs][n]; share: NULL where no gradient needs it
    histogram_sum *of;       // [n]
    uint32_t *bag, *rest;    // rows of this round, and those that are not in it
    size_t n_bag, n_rest;
    double *room; // [n] for leaves that answer by their own rule
};

static double **reals(struct arena *mem, size_t k, size_t n)
{
    double **x = ARENA_ARRAY(mem, double *, k);
    for (size_t i = 0; i < k; i++)
        x[i] = ARENA_ARRAY(mem, double, n);
    return x;
}

static void prepare(struct boosting_work *w, uint64_t seed, struct arena *scratch)
{
    const struct boosting_params *p = w->params;
    size_t n = w->data->loss.n, k = w->data->loss.outputs;
    w->rule = (struct leafwise_rule){
        {p->min_samples_leaf, p->min_hessian_to_split, p->l2_regularization},
        p->max_leaf_nodes,
        p->max_depth,
        p->max_features};
    w->grower = leafwise_new(&w->rule, &w->data->columns, w->team, scratch);
    w->score = reals(scratch, k, n);
    w->share = w->data->loss.kind == BOOST_MULTINOMIAL ? reals(scratch, k, n) : NULL;
    w->of = ARENA_ARRAY(scratch, histogram_sum, n);
    w->bag = ARENA_ARRAY(scratch, uint32_t, n);
    w->rest = ARENA_ARRAY(scratch, uint32_t, n);
    w->room = boost_loss_renews(&w->data->loss) ? ARENA_ARRAY(scratch, double, n) : NULL;
    rng_seed(&w->rows, seed, "gradient boosting, rows");
    rng_seed(&w->columns, seed, "gradient boosting, columns");
}

static void begin(struct boosting_work *w, double *ret_begin)
{
    boost_loss_begin(&w->data->loss, w->data->row, w->data->n, ret_begin);
    for (size_t k = 0; k < w->data->loss.outputs; k++)
        for (size_t i = 0; i < w->data->loss.n; i++)
            w->score[k][i] = ret_begin[k];
}

/* The rows of a round: each set of that many is as likely as any other (selection sampling,
 * Knuth, "The Art of Computer Programming" 2, 3.4.2, algorithm S). */
static void draw_rows(struct boosting_work *w)
{
    const struct boosting_data *d = w->data;
    size_t wanted = (size_t)((double)d->n * w->params->subsample);
    wanted = wanted > 0 ? wanted : 1;
    w->n_bag = w->n_rest = 0;
    for (size_t i = 0; i < d->n; i++)
        if (w->params->subsample >= 1 ||
            rng_real(&w->rows) * (double)(d->n - i) < (double)(wanted - w->n_bag))
            w->bag[w->n_bag++] = d->row[i];
        else
            w->rest[w->n_rest++] = d->row[i];
    memcpy(w->rest + w->n_rest, d->check, d->n_check * sizeof *d->check);
    w->n_rest += d->n_check;
}

struct adding {
    const struct leafwise *g;
    double *score;
    const uint32_t *row; // those that are not in the tree
    size_t n;
};

static void add_leaf(void *context, size_t k, size_t worker UNUSED)
{
    const struct adding *a = context;
    const struct leafwise_node *node = &a->g->node[k];
    for (size_t i = node->from; node->left == 0 && i < node->to; i++)
        a->score[a->g->row[i]] += node->answer;
}

static void add_others(void *context, size_t k, size_t worker UNUSED)
{
    const struct adding *a = context;
    size_t from = k * OTHERS, to = a->n - from < OTHERS ? a->n : from + OTHERS;
    for (size_t i = from; i < to; i++)
        a->score[a->row[i]] += a->g->node[leafwise_leaf(a->g, a->row[i])].answer;
}

static void answer_leaves(struct boosting_work *w, const double *score)
{
    struct leafwise *g = w->grower;
    for (size_t k = 0; k < g->n_nodes; k++) {
        struct leafwise_node *node = &g->node[k];
        if (node->left > 0)
            continue;
        if (w->room)
            node->answer = boost_loss_renewed(&w->data->loss, score, g->row + node->from,
                                              node->to - node->from, w->room);
        node->answer *= w->params->learning_rate;
    }
}

static void add_scores(struct boosting_work *w, double *score)
{
    struct adding a = {w->grower, score, w->rest, w->n_rest};
    thread_team_run(w->team, w->grower->n_nodes, add_leaf, &a);
    thread_team_run(w->team, (w->n_rest + OTHERS - 1) / OTHERS, add_others, &a);
}

/* The threshold that says of numbers what the code says; behind the last bin all of them
 * are left. */
static double threshold_of(const struct bins *bins, const struct best_split *s)
{
    return s->code + 1u < bins->n[s->column] ? bins->upper[s->column][s->code] : DBL_MAX;
}

static struct boosting_tree tree_of(const struct leafwise *g, const struct bins *bins,
                                    struct arena *mem)
{
    struct tree_node *node = ARENA_ARRAY(mem, struct tree_node, g->n_nodes);
    double *gain = ARENA_ARRAY(mem, double, g->n_nodes);
    uint32_t leaves = 0;
    for (size_t k = 0; k < g->n_nodes; k++) {
        const struct leafwise_node *from = &g->node[k];
        const struct best_split *s = &from->split;
        if (from->left == 0) {
            node[k] = (struct tree_node){from->answer, 0, leaves++};
            continue;
        }
        uint32_t column = s->column + (s->missing_left ? (uint32_t)bins->p : 0);
        node[k] = (struct tree_node){threshold_of(bins, s), from->left, column};
        gain[k] = s->gain;
    }
    return (struct boosting_tree){{(uint32_t)g->n_nodes, leaves, node, NULL}, gain};
}

/* A tree for each output, on the gradients of the scores before all of them. */
static void grow_round(struct boosting_work *w, struct boosting_tree *ret)
{
    const struct boosting_data *d = w->data;
    draw_rows(w);
    boost_loss_shares(&d->loss, w->score, w->team, w->share);
    for (size_t k = 0; k < d->loss.outputs; k++) {
        struct histogram_unit unit;
        boost_loss_gradients(&d->loss, k, w->score, w->share, w->n_bag, w->team, &unit,
                             w->of);
        leafwise_grow(w->grower, &unit, w->of, w->bag, w->n_bag, &w->columns);
        answer_leaves(w, w->score[k]);
        add_scores(w, w->score[k]);
        ret[k] = tree_of(w->grower, d->columns.bins, w->mem);
    }
}

/* What is known of a round, and which one is the best so far. */
static struct boosting_round judge(const struct boosting_work *w, bool told, size_t round,
                                   const struct boosting_round *before, double *best_loss)
{
    const struct boosting_data *d = w->data;
    struct boosting_round r = {NAN, NAN, before ? before->best : 0};
    if (told)
        r.train_loss = boost_loss_mean(&d->loss, w->score, d->row, d->n);
    if (d->n_check > 0 && (told || w->params->early_stopping))
        r.check_loss = boost_loss_mean(&d->loss, w->score, d->check, d->n_check);
    if (r.check_loss < *best_loss - w->params->tol || (r.best == 0 && d->n_check > 0)) {
        r.best = round;
        *best_loss = r.check_loss;
    }
    return r;
}

/* Whether another round follows those that were run. */
static bool goes_on(const struct boosting_params *params, const struct boosted *b)
{
    if (b->rounds == 0)
        return true;
    size_t since = b->rounds - b->round[b->rounds - 1].best;
    return b->rounds < params->max_iter &&
           (!params->early_stopping || since < params->n_iter_no_change);
}

static enum status run_rounds(struct boosting_work *w, const struct boosting_watch *watch,
                              struct boosted *ret, struct error *err)
{
    size_t k = w->data->loss.outputs, most = w->params->max_iter;
    struct boosting_tree *tree = ARENA_ARRAY(w->mem, struct boosting_tree, most * k);
    struct boosting_round *round = ARENA_ARRAY(w->mem, struct boosting_round, most);
    double best_loss = INFINITY;
    ret->tree = tree;
    ret->round = round;
    begin(w, ret->begin);
    while (goes_on(w->params, ret)) {
        size_t t = ret->rounds;
        TRY(stop_check(err));
        grow_round(w, tree + t * k);
        round[t] = judge(w, watch, t + 1, t > 0 ? &round[t - 1] : NULL, &best_loss);
        if (watch)
            watch->round(watch->context, t + 1, &round[t]);
        ret->rounds = t + 1;
    }
    return STATUS_OK;
}

enum status boosting_run(const struct boosting_params *params,
                         const struct boosting_data *data, uint64_t seed, size_t threads,
                         const struct boosting_watch *watch, struct arena *mem,
                         struct boosted *ret, struct error *err)
{
    struct arena scratch = {0};
    struct boosting_work w = {.params = params, .data = data, .mem = mem};
    struct boosted b = {.begin = ARENA_ARRAY(mem, double, data->loss.outputs)};
    w.team = thread_team_open(threads, &scratch);
    prepare(&w, seed, &scratch);
    enum status status = run_rounds(&w, watch, &b, err);
    thread_team_close(w.team);
    arena_release(&scratch);
    if (status == STATUS_OK)
        *ret = b;
    return status;
}
