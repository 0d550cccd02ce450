/* Random forests: trees in batches, each by a worker, put together in their order.
 *
 * What a tree is follows from the seed and its number alone.  A batch of trees grows into
 * places of their own; then, one after the other, each is copied to the forest, its
 * importances are added, and its answers for the rows that it has not drawn.  A batch is
 * the same for any number of threads. */
#include "trees/forest.h"

#include <math.h>
#include <string.h>

#include "base/stop.h"
#include "base/thread.h"
#include "base/transcend.h"
#include "trees/forest_internal.h"

enum { BATCH = 16 };

/* A tree that has just grown. */
struct forest_slot {
    struct arena mem;
    struct forest_tree tree;
    size_t n_out;
    uint32_t *out, *out_node; // [n_out] rows that were not drawn, and their leaves
};

struct forest_growth {
    struct arena *mem;
    const struct forest_rows *rows;
    struct forest_options options;
    struct forest_measure measure;
    size_t n_trees, cap, nodes;
    struct tree *tree;
    double *importance;    // [p] sum over trees, of each the shares
    double *const *answer; // [width][n] sums of the trees that have not drawn the row
    uint32_t *answers;     // [n] how many these are
};

/* Begin. */

static size_t draws_of(const struct forest_growth *g)
{
    return g->options.draws > 0 ? g->options.draws : g->rows->n;
}

static double *inverses(size_t draws, struct arena *mem)
{
    double *inverse = ARENA_ARRAY(mem, double, draws + 1);
    for (size_t w = 1; w <= draws; w++)
        inverse[w] = 1 / (double)w;
    return inverse;
}

static double *logs(size_t draws, struct arena *mem)
{
    double *n_log_n = ARENA_ARRAY(mem, double, draws + 1);
    for (size_t w = 1; w <= draws; w++)
        n_log_n[w] = (double)w * transcend_log((double)w);
    return n_log_n;
}

static struct forest_measure measure_of(const struct forest_growth *g, struct arena *mem)
{
    size_t draws = draws_of(g);
    struct forest_measure m = {.criterion = g->options.criterion,
                               .n_classes = g->rows->y.n_classes,
                               .min_leaf = g->options.min_samples_leaf,
                               .inverse = inverses(draws, mem)};
    while (draws >> m.bits > 0)
        m.bits++;
    m.mask = ((int64_t)1 << m.bits) - 1;
    unsigned room = 62 - m.bits < 52 ? 62 - m.bits : 52;
    m.steps = floor(ldexp(1, (int)room) / (double)draws);
    if (m.criterion == FOREST_ENTROPY)
        m.n_log_n = logs(draws, mem);
    return m;
}

static size_t width_of(const struct forest_growth *g)
{
    return g->rows->y.n_classes > 0 ? g->rows->y.n_classes : 1;
}

struct forest_growth *forest_begin(const struct forest_rows *rows,
                                   const struct forest_options *options,
                                   struct arena *mem)
{
    struct forest_growth *g = ARENA_NEW(mem, struct forest_growth);
    g->mem = mem;
    g->rows = rows;
    g->options = *options;
    g->measure = measure_of(g, mem);
    g->importance = ARENA_ARRAY(mem, double, rows->p);
    double **answer;
    (void)matrix_new(mem, rows->n, width_of(g), NULL, &answer);
    g->answer = answer;
    g->answers = ARENA_ARRAY(mem, uint32_t, rows->n);
    return g;
}

/* A tree. */

/* How often each row is drawn. */
static uint32_t *draw_rows(const struct forest_growth *g, struct rng *rng,
                           struct arena *mem)
{
    size_t n = g->rows->n;
    uint32_t *weight = ARENA_ARRAY(mem, uint32_t, n);
    for (size_t i = 0; i < g->options.draws; i++)
        weight[(rng_next(rng) >> 32) * n >> 32]++;
    for (size_t i = 0; i < n && g->options.draws == 0; i++)
        weight[i] = 1;
    return weight;
}

static int64_t *pack(const struct forest_growth *g, const uint32_t *weight,
                     struct arena *mem)
{
    const struct forest_rows *rows = g->rows;
    int64_t *packed = ARENA_ARRAY(mem, int64_t, rows->n);
    for (size_t i = 0; i < rows->n; i++) {
        double share = rows->most > 0 ? (rows->y.y[i] - rows->middle) / rows->most : 0;
        int64_t step = (int64_t)rint(share * g->measure.steps);
        packed[i] = (step * (g->measure.mask + 1) + 1) * (int64_t)weight[i];
    }
    return packed;
}

/* The leaves of the rows that were not drawn.  The values of a row are put side by side
 * first: their columns are far from each other, a walk looks at many of them. */
static void walk_out(const struct forest_growth *g, struct forest_slot *s,
                     struct arena *scratch)
{
    size_t p = g->rows->p;
    double *value = ARENA_ARRAY(scratch, double, p);
    for (size_t i = 0; i < s->n_out; i++) {
        for (size_t c = 0; c < p; c++)
            value[c] = g->rows->x.col[c][s->out[i]];
        s->out_node[i] = (uint32_t)(tree_walk(s->tree.node, value) - s->tree.node);
    }
}

static void grow_tree(const struct forest_growth *g, struct forest_slot *s, size_t number,
                      struct arena *scratch)
{
    size_t n = g->rows->n, p = g->rows->p, drawn = 0;
    struct arena *mem = &s->mem;
    char use[40];
    struct forest_tree *t = &s->tree;
    *t = (struct forest_tree){.rows = g->rows,
                              .options = &g->options,
                              .measure = &g->measure,
                              .scratch = scratch};
    snprintf(use, sizeof use, "random_forest %zu", number);
    rng_seed(&t->rng, g->options.seed, use);
    t->weight = draw_rows(g, &t->rng, scratch);
    t->packed = t->measure->n_classes == 0 ? pack(g, t->weight, scratch) : NULL;
    uint32_t *row = ARENA_ARRAY(scratch, uint32_t, n);
    s->out = ARENA_ARRAY(mem, uint32_t, n);
    s->out_node = ARENA_ARRAY(mem, uint32_t, n);
    s->n_out = 0;
    for (size_t i = 0; i < n; i++)
        if (t->weight[i] > 0)
            row[drawn++] = (uint32_t)i;
        else
            s->out[s->n_out++] = (uint32_t)i;
    t->order = ARENA_ARRAY(scratch, size_t, p);
    for (size_t c = 0; c < p; c++)
        t->order[c] = c;
    t->left = ARENA_ARRAY(scratch, uint32_t, t->measure->n_classes);
    t->node = ARENA_ARRAY(mem, struct tree_node, 2 * drawn);
    t->leaf = ARENA_ARRAY(mem, double, drawn * t->measure->n_classes);
    t->importance = ARENA_ARRAY(mem, double, p);
    forest_grow(t, row, drawn);
    walk_out(g, s, scratch);
}

/* A batch. */

struct forest_batch {
    const struct forest_growth *g;
    struct forest_slot *slot; // [BATCH]
    struct arena *scratch;    // [BATCH] of the workers
};

static enum status grow_slot(void *context, size_t i, size_t worker, struct error *err)
{
    const struct forest_batch *b = context;
    struct forest_slot *s = &b->slot[i];
    arena_rewind(&s->mem, (struct arena_mark){0});
    arena_rewind(&b->scratch[worker], (struct arena_mark){0});
    grow_tree(b->g, s, b->g->n_trees + i, &b->scratch[worker]);
    return stop_check(err);
}

static void add_importance(struct forest_growth *g, const double *importance)
{
    double sum = 0;
    for (size_t c = 0; c < g->rows->p; c++)
        sum += importance[c];
    for (size_t c = 0; c < g->rows->p && sum > 0; c++)
        g->importance[c] += importance[c] / sum;
}

static void add_answers(struct forest_growth *g, const struct forest_slot *s)
{
    size_t width = width_of(g);
    for (size_t i = 0; i < s->n_out; i++) {
        const struct tree_node *leaf = &s->tree.node[s->out_node[i]];
        const double *share = s->tree.leaf + leaf->place * width;
        for (size_t k = 0; k < width; k++)
            g->answer[k][s->out[i]] +=
                s->tree.measure->n_classes > 0 ? share[k] : leaf->real;
        g->answers[s->out[i]]++;
    }
}

static struct tree copy_of(const struct tree *t, size_t width, struct arena *mem)
{
    struct tree_node *node = ARENA_ARRAY(mem, struct tree_node, t->n_nodes);
    memcpy(node, t->node, t->n_nodes * sizeof *node);
    struct tree copy = {t->n_nodes, t->n_leaves, node, NULL};
    if (!t->leaf)
        return copy;
    double *leaf = ARENA_ARRAY(mem, double, t->n_leaves *width);
    memcpy(leaf, t->leaf, t->n_leaves * width * sizeof *leaf);
    copy.leaf = leaf;
    return copy;
}

static enum status keep(struct forest_growth *g, const struct forest_slot *s,
                        struct error *err)
{
    const struct forest_tree *t = &s->tree;
    bool classes = g->measure.n_classes > 0;
    struct tree tree = {t->n_nodes, t->n_leaves, t->node, classes ? t->leaf : NULL};
    g->nodes += t->n_nodes;
    if (g->nodes > ENSEMBLE_NODES) {
        error_set(err, STATUS_INPUT, "the first %zu trees have %zu nodes, more than %d",
                  g->n_trees + 1, g->nodes, ENSEMBLE_NODES);
        error_hint(err, "a larger min_samples_leaf or a max_depth makes smaller trees");
        return STATUS_INPUT;
    }
    ARENA_ROOM(g->mem, g->tree, g->n_trees, g->cap, 64);
    g->tree[g->n_trees++] = copy_of(&tree, width_of(g), g->mem);
    add_importance(g, t->importance);
    add_answers(g, s);
    return STATUS_OK;
}

static enum status extend(struct forest_growth *g, size_t trees,
                          struct forest_batch *batch, struct error *err)
{
    while (g->n_trees < trees) {
        size_t n = trees - g->n_trees < BATCH ? trees - g->n_trees : BATCH;
        TRY(thread_run(g->options.threads, n, grow_slot, batch, err));
        for (size_t i = 0; i < n; i++)
            TRY(keep(g, &batch->slot[i], err));
    }
    return STATUS_OK;
}

enum status forest_extend(struct forest_growth *g, size_t trees, struct error *err)
{
    struct forest_slot slot[BATCH] = {0};
    struct arena scratch[BATCH] = {0}; // more threads than trees do nothing
    struct forest_batch batch = {g, slot, scratch};
    enum status status = extend(g, trees, &batch, err);
    for (size_t i = 0; i < BATCH; i++) {
        arena_release(&slot[i].mem);
        arena_release(&scratch[i]);
    }
    return status;
}

/* So far. */

/* Of equal shares the first, as prediction_class. */
static size_t class_of(const struct forest_growth *g, size_t row)
{
    size_t best = 0;
    for (size_t k = 1; k < g->measure.n_classes; k++)
        best = g->answer[k][row] > g->answer[best][row] ? k : best;
    return best;
}

static void judge_classes(const struct forest_growth *g, struct forest *f)
{
    size_t right = 0;
    for (size_t i = 0; i < g->rows->n; i++) {
        if (g->answers[i] == 0)
            continue;
        f->oob_rows++;
        right += class_of(g, i) == g->rows->class[i];
    }
    f->oob_score = f->oob_rows > 0 ? (double)right / (double)f->oob_rows : 0;
    f->oob_error = f->oob_rows > 0 ? 1 - f->oob_score : 0;
}

static void judge_reals(const struct forest_growth *g, struct forest *f)
{
    const double *y = g->rows->y.y;
    double mean = 0, off = 0, spread = 0;
    for (size_t i = 0; i < g->rows->n; i++)
        f->oob_rows += g->answers[i] > 0;
    for (size_t i = 0; i < g->rows->n; i++)
        if (g->answers[i] > 0)
            mean += y[i] / (double)f->oob_rows;
    for (size_t i = 0; i < g->rows->n; i++) {
        if (g->answers[i] == 0)
            continue;
        double error = y[i] - g->answer[0][i] / g->answers[i];
        off += error * error / (double)f->oob_rows;
        spread += (y[i] - mean) * (y[i] - mean) / (double)f->oob_rows;
    }
    f->oob_error = off;
    f->oob_score = spread > 0 ? 1 - off / spread : 0;
}

struct forest forest_so_far(const struct forest_growth *g, bool copied, struct arena *mem)
{
    struct forest f = {.n_classes = g->measure.n_classes,
                       .trees = {g->rows->p, width_of(g), 1, g->n_trees, g->tree}};
    for (size_t t = 0; t < g->n_trees; t++)
        f.nodes += g->tree[t].n_nodes;
    if (copied) {
        struct tree *tree = ARENA_ARRAY(mem, struct tree, g->n_trees);
        for (size_t t = 0; t < g->n_trees; t++)
            tree[t] = copy_of(&g->tree[t], width_of(g), mem);
        f.trees.tree = tree;
    }
    double *importance = ARENA_ARRAY(mem, double, g->rows->p), sum = 0;
    for (size_t c = 0; c < g->rows->p; c++)
        sum += g->importance[c];
    for (size_t c = 0; c < g->rows->p && sum > 0; c++)
        importance[c] = g->importance[c] / sum;
    f.importance = importance;
    if (g->measure.n_classes > 0)
        judge_classes(g, &f);
    else
        judge_reals(g, &f);
    return f;
}
