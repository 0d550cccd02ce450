/* Grows trees leaf by leaf: Shi 2007, "Best-first decision tree learning"; with histograms
 * and their subtraction as in Ke et al. 2017, "LightGBM", NIPS 30.
 *
 * Histograms are kept for leaves that can be split, as long as there is room for them
 * (HISTOGRAM_BYTES); a leaf that found none free has its children's counted.  That changes
 * no bit, since sums are exact. */
#include "trees/leafwise.h"

#include <string.h>

#include "trees/leafwise_internal.h"

#define HISTOGRAM_BYTES ((size_t)256 << 20)

enum { PART_ROWS = 4096, NOT_SHARED = 4 };

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The most leaves that rows, leaves and depth allow. */
static size_t most_leaves(const struct leafwise_rule *rule, size_t n)
{
    size_t most = n / rule->split.min_samples_leaf;
    if (rule->max_leaf_nodes > 0)
        most = least_of(most, rule->max_leaf_nodes);
    if (rule->max_depth > 0 && rule->max_depth < 32)
        most = least_of(most, (size_t)1 << rule->max_depth);
    return most > 0 ? most : 1;
}

static histogram_sum *histogram_new(const struct leafwise_work *w)
{
    return ARENA_ARRAY(w->mem, histogram_sum, histogram_size(&w->data->packed));
}

static void add_work(struct leafwise_work *w)
{
    size_t p = w->data->packed.p, n = w->data->packed.n;
    size_t bytes = histogram_size(&w->data->packed) * sizeof(histogram_sum);
    w->open = ARENA_ARRAY(w->mem, uint32_t, w->most_leaves);
    w->most_histograms = least_of(w->most_leaves, HISTOGRAM_BYTES / bytes + 2);
    w->free = ARENA_ARRAY(w->mem, histogram_sum *, w->most_histograms);
    w->passing = histogram_new(w);
    w->part = ARENA_ARRAY(w->mem, histogram_sum *, thread_team_size(w->team));
    for (size_t t = 1; t < thread_team_size(w->team); t++)
        w->part[t - 1] = histogram_new(w);
    w->shuffled = ARENA_ARRAY(w->mem, uint32_t, p);
    for (size_t j = 0; j < p; j++)
        w->shuffled[j] = (uint32_t)j;
    for (size_t k = 0; k < 2; k++) {
        w->spare[k] = ARENA_ARRAY(w->mem, uint32_t, n);
        w->tried[k] = ARENA_ARRAY(w->mem, bool, p);
        w->found[k] = ARENA_ARRAY(w->mem, struct best_split, p);
    }
}

struct leafwise *leafwise_new(const struct leafwise_rule *rule,
                              const struct leafwise_data *data, struct thread_team *team,
                              struct arena *mem)
{
    struct leafwise *g = ARENA_NEW(mem, struct leafwise);
    struct leafwise_work *w = ARENA_NEW(mem, struct leafwise_work);
    *w = (struct leafwise_work){.rule = rule, .data = data, .team = team, .mem = mem};
    w->most_leaves = most_leaves(rule, data->packed.n);
    add_work(w);
    g->work = w;
    g->row = ARENA_ARRAY(mem, uint32_t, data->packed.n);
    g->node = ARENA_ARRAY(mem, struct leafwise_node, 2 * w->most_leaves);
    return g;
}

/* A histogram to keep, or NULL where there is no room for one more. */
static histogram_sum *take_histogram(struct leafwise_work *w)
{
    if (w->n_free > 0)
        return w->free[--w->n_free];
    if (w->n_histograms == w->most_histograms)
        return NULL;
    w->n_histograms++;
    return histogram_new(w);
}

static void give_back(struct leafwise_work *w, histogram_sum *hist)
{
    if (hist && hist != w->passing)
        w->free[w->n_free++] = hist;
}

struct counting {
    const struct leafwise *g;
    const struct leafwise_node *node;
    size_t parts;
    histogram_sum *hist;
};

static void count_part(void *context, size_t k, size_t worker UNUSED)
{
    const struct counting *c = context;
    const struct leafwise_work *w = c->g->work;
    size_t n = c->node->to - c->node->from;
    size_t from = n * k / c->parts, to = n * (k + 1) / c->parts;
    histogram_sum *hist = k == 0 ? c->hist : w->part[k - 1];
    memset(hist, 0, histogram_size(&w->data->packed) * sizeof *hist);
    histogram_add(&w->data->packed, w->of, c->g->row + c->node->from + from, to - from,
                  hist);
}

/* Counts the rows of a leaf; returns in how many parts, of which the others have to be
 * added to the first. */
static size_t count_rows(const struct leafwise *g, const struct leafwise_node *node,
                         histogram_sum *hist)
{
    struct counting c = {g, node, (node->to - node->from) / PART_ROWS, hist};
    c.parts = least_of(c.parts > 0 ? c.parts : 1, thread_team_size(g->work->team));
    thread_team_run(g->work->team, c.parts, count_part, &c);
    return c.parts;
}

/* What is searched at once: a leaf, and the other child of its parent. */
struct searching {
    struct leafwise_work *w;
    size_t parts;
    histogram_sum *hist, *parents; // the parent's becomes the other child's; or NULL
    const struct leafwise_node *leaf[2]; // NULL: it cannot be split
};

static void search_column(void *context, size_t j, size_t worker UNUSED)
{
    const struct searching *s = context;
    struct leafwise_work *w = s->w;
    size_t at = j * HISTOGRAM_BINS, bins = w->data->bins->n[j];
    histogram_sum *hist[2] = {s->hist + at, s->parents ? s->parents + at : NULL};
    for (size_t k = 1; k < s->parts; k++)
        for (size_t c = 0; c <= bins; c++)
            hist[0][c] += w->part[k - 1][at + c];
    for (size_t c = 0; s->leaf[1] && c <= bins; c++)
        hist[1][c] -= hist[0][c];
    for (size_t k = 0; k < 2; k++)
        if (s->leaf[k] && w->tried[k][j])
            w->found[k][j] = best_split_of(&w->rule->split, w->unit, (uint32_t)j, hist[k],
                                           bins, s->leaf[k]->all);
        else
            w->found[k][j] = (struct best_split){0};
}

/* The columns that a leaf may use: all, or a share of them by chance. */
static void choose_columns(struct leafwise_work *w, bool *tried)
{
    size_t p = w->data->packed.p;
    size_t wanted = (size_t)((double)p * w->rule->max_features);
    memset(tried, w->rule->max_features >= 1, p);
    if (w->rule->max_features >= 1)
        return;
    for (size_t k = 0; k < (wanted > 0 ? wanted : 1); k++) {
        size_t other = k + (size_t)rng_below(w->rng, p - k);
        uint32_t column = w->shuffled[other];
        w->shuffled[other] = w->shuffled[k];
        w->shuffled[k] = column;
        tried[column] = true;
    }
}

static bool before(const struct leafwise *g, uint32_t a, uint32_t b)
{
    double x = g->node[a].split.gain, y = g->node[b].split.gain;
    return x > y || (x == y && a < b);
}

static void push_open(struct leafwise *g, uint32_t leaf)
{
    struct leafwise_work *w = g->work;
    size_t at = w->n_open++;
    for (; at > 0 && before(g, leaf, w->open[(at - 1) / 2]); at = (at - 1) / 2)
        w->open[at] = w->open[(at - 1) / 2];
    w->open[at] = leaf;
}

static uint32_t pop_open(struct leafwise *g)
{
    struct leafwise_work *w = g->work;
    uint32_t top = w->open[0], last = w->open[--w->n_open];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < w->n_open; at = child) {
        if (child + 1 < w->n_open && before(g, w->open[child + 1], w->open[child]))
            child++;
        if (!before(g, w->open[child], last))
            break;
        w->open[at] = w->open[child];
    }
    w->open[at] = last;
    return top;
}

/* Settles a leaf that was searched: it waits for its turn, or stays a leaf. */
static void settle(struct leafwise *g, struct leafwise_node *leaf, size_t k,
                   histogram_sum *hist)
{
    struct leafwise_work *w = g->work;
    for (size_t j = 0; leaf && j < w->data->packed.p; j++)
        if (w->found[k][j].gain > leaf->split.gain)
            leaf->split = w->found[k][j];
    if (!leaf || leaf->split.gain <= 0) {
        give_back(w, hist);
        return;
    }
    leaf->hist = hist == w->passing ? NULL : hist;
    push_open(g, (uint32_t)(leaf - g->node));
}

/* Counts and searches one leaf, and by the parent's histogram, where there is one, the
 * other child.  A leaf that is NULL cannot be split. */
static void search_leaves(struct leafwise *g, const struct leafwise_node *counted,
                          struct leafwise_node *leaf, struct leafwise_node *other,
                          histogram_sum *parents)
{
    struct leafwise_work *w = g->work;
    histogram_sum *hist = take_histogram(w);
    struct searching s = {w, 0, hist ? hist : w->passing, parents, {leaf, other}};
    if (leaf)
        choose_columns(w, w->tried[0]);
    if (other)
        choose_columns(w, w->tried[1]);
    s.parts = count_rows(g, counted, s.hist);
    size_t p = w->data->packed.p;
    if (p < NOT_SHARED)
        for (size_t j = 0; j < p; j++)
            search_column(&s, j, 0);
    else
        thread_team_run(w->team, p, search_column, &s);
    settle(g, leaf, 0, s.hist);
    if (parents)
        settle(g, other, 1, parents);
}

static bool may_split(const struct leafwise *g, const struct leafwise_node *node)
{
    const struct leafwise_rule *rule = g->work->rule;
    return g->work->n_leaves < g->work->most_leaves &&
           (rule->max_depth == 0 || node->depth < rule->max_depth) &&
           (node->to - node->from) / 2 >= rule->split.min_samples_leaf;
}

static struct leafwise_node *add_node(struct leafwise *g, size_t from, size_t to,
                                      uint32_t depth, histogram_sum all)
{
    struct leafwise_node *node = &g->node[g->n_nodes++];
    *node = (struct leafwise_node){
        .depth = depth,
        .from = from,
        .to = to,
        .all = all,
        .answer = best_split_answer(&g->work->rule->split, g->work->unit, all)};
    return node;
}

static void split_leaf(struct leafwise *g, struct leafwise_node *leaf)
{
    size_t middle = leafwise_divide(g, leaf);
    leaf->left = (uint32_t)g->n_nodes;
    struct leafwise_node *left =
        add_node(g, leaf->from, middle, leaf->depth + 1, leaf->split.left);
    struct leafwise_node *right =
        add_node(g, middle, leaf->to, leaf->depth + 1, leaf->all - leaf->split.left);
    g->work->n_leaves++;
    bool left_is_smaller = middle - leaf->from < leaf->to - middle;
    struct leafwise_node *small = left_is_smaller ? left : right;
    struct leafwise_node *large = left_is_smaller ? right : left;
    struct leafwise_node *small_leaf = may_split(g, small) ? small : NULL;
    struct leafwise_node *large_leaf = may_split(g, large) ? large : NULL;
    if (!small_leaf && !large_leaf) {
        give_back(g->work, leaf->hist);
    } else if (leaf->hist) {
        search_leaves(g, small, small_leaf, large_leaf, leaf->hist);
    } else {
        if (small_leaf)
            search_leaves(g, small, small_leaf, NULL, NULL);
        if (large_leaf)
            search_leaves(g, large, large_leaf, NULL, NULL);
    }
    leaf->hist = NULL;
}

/* Those of the last tree that were never split. */
static void forget_leaves(struct leafwise *g)
{
    for (; g->work->n_open > 0; g->work->n_open--) {
        struct leafwise_node *leaf = &g->node[g->work->open[g->work->n_open - 1]];
        give_back(g->work, leaf->hist);
        leaf->hist = NULL;
    }
}

static histogram_sum sum_rows(const histogram_sum *of, const uint32_t *row, size_t n)
{
    histogram_sum sum = {0, 0};
    for (size_t i = 0; i < n; i++)
        sum += of[row[i]];
    return sum;
}

void leafwise_grow(struct leafwise *g, const struct histogram_unit *unit,
                   const histogram_sum *of, const uint32_t *row, size_t n,
                   struct rng *rng)
{
    struct leafwise_work *w = g->work;
    w->unit = unit;
    w->of = of;
    w->rng = rng;
    memcpy(g->row, row, n * sizeof *row);
    g->n_nodes = 0;
    w->n_leaves = 1;
    struct leafwise_node *root = add_node(g, 0, n, 0, sum_rows(of, row, n));
    if (may_split(g, root))
        search_leaves(g, root, root, NULL, NULL);
    while (w->n_open > 0 && w->n_leaves < w->most_leaves)
        split_leaf(g, &g->node[pop_open(g)]);
    forget_leaves(g);
}

size_t leafwise_leaf(const struct leafwise *g, size_t i)
{
    const struct leafwise_data *data = g->work->data;
    size_t at = 0;
    while (g->node[at].left > 0) {
        const struct best_split *s = &g->node[at].split;
        uint8_t code = data->code[s->column * data->packed.n + i];
        bool left = code == data->bins->n[s->column] ? s->missing_left : code <= s->code;
        at = g->node[at].left + !left;
    }
    return at;
}
