/* A tree from its root: histograms of bins while nodes are large.
 *
 * A node with many rows adds them up in the bins of each column that it looks at and runs
 * through the bins.  Where nodes look at all columns of reals, only the smaller child is
 * added up: the larger one is what is left of their parent, exactly, since sums are whole
 * numbers.  The smaller child grows first, so that at most log n histograms wait.  Nodes
 * of at most BLOCK rows are sorted instead (forest_block.c): a histogram has 255 bins
 * however few the rows are. */
#include "trees/forest_internal.h"

#include <string.h>

enum { BLOCK = 512, BINS = 256 };

/* The sums of all columns; empty where nodes draw columns. */
struct forest_histogram {
    int64_t *steps; // [p][BINS]
    uint32_t *rows; // [p][BINS], NULL where min_leaf is 1
};

struct forest_growing {
    struct forest_tree *t;
    uint32_t *row, *moved; // [n]
    uint32_t *count;       // [n_classes] of the node
    bool all;              // every node looks at all columns of reals
    int64_t *packed;       // [n] of the rows of a node, in their order
    struct forest_histogram one;
    uint32_t *counts; // [BINS][n_classes] of one column
};

static struct forest_histogram histogram_new(const struct forest_growing *g, size_t p)
{
    struct forest_histogram h = {ARENA_ARRAY(g->t->scratch, int64_t, p * BINS), NULL};
    if (g->t->measure->min_leaf > 1)
        h.rows = ARENA_ARRAY(g->t->scratch, uint32_t, p * BINS);
    return h;
}

/* Adds the rows of a task to the bins of a column, which are zero. */
static void add_steps(const struct forest_growing *g, const struct forest_task *task,
                      size_t column, int64_t *steps, uint32_t *rows)
{
    const uint8_t *bin = g->t->rows->bin + column * g->t->rows->n;
    const uint32_t *row = g->row + task->from;
    const int64_t *packed = g->packed;
    size_t n = task->to - task->from;
    for (size_t i = 0; i < n; i++)
        steps[bin[row[i]]] += packed[i];
    for (size_t i = 0; rows && i < n; i++)
        rows[bin[row[i]]]++;
}

static void read_packed(const struct forest_growing *g, const struct forest_task *task)
{
    for (size_t i = task->from; i < task->to; i++)
        g->packed[i - task->from] = g->t->packed[g->row[i]];
}

static void add_all(const struct forest_growing *g, const struct forest_task *task,
                    struct forest_histogram *h)
{
    read_packed(g, task);
    for (size_t c = 0; c < g->t->rows->p; c++)
        add_steps(g, task, c, h->steps + c * BINS, h->rows ? h->rows + c * BINS : NULL);
}

static void subtract(const struct forest_growing *g, const struct forest_histogram *part,
                     struct forest_histogram *from)
{
    size_t n = g->t->rows->p * BINS;
    for (size_t i = 0; i < n; i++)
        from->steps[i] -= part->steps[i];
    for (size_t i = 0; from->rows && i < n; i++)
        from->rows[i] -= part->rows[i];
}

static struct forest_sums sum_up(const struct forest_growing *g,
                                 const struct forest_task *task)
{
    const struct forest_tree *t = g->t;
    size_t n_classes = t->measure->n_classes;
    uint32_t first = g->row[task->from];
    const double *y = t->rows->y.y;
    struct forest_sums s = {
        .rows = task->to - task->from, .count = g->count, .pure = true};
    memset(g->count, 0, n_classes * sizeof *g->count);
    for (size_t i = task->from; i < task->to; i++) {
        uint32_t r = g->row[i], w = t->weight[r];
        s.weight += w;
        s.pure &= y[r] == y[first];
        if (n_classes > 0)
            g->count[t->rows->class[r]] += w;
        else
            s.packed += t->packed[r];
    }
    return s;
}

static double mean_of(const struct forest_growing *g, const struct forest_task *task,
                      const struct forest_sums *sums)
{
    const double *y = g->t->rows->y.y;
    double sum = 0;
    if (sums->pure)
        return y[g->row[task->from]];
    for (size_t i = task->from; i < task->to; i++)
        sum += y[g->row[i]] * (double)g->t->weight[g->row[i]];
    return sum / (double)sums->weight;
}

static bool scan_classes(const struct forest_growing *g, const struct forest_task *task,
                         const struct forest_sums *sums, size_t column,
                         struct forest_split *best)
{
    const struct forest_tree *t = g->t;
    size_t n_classes = t->measure->n_classes, codes = t->rows->codes[column];
    const uint8_t *bin = t->rows->bin + column * t->rows->n;
    uint32_t *rows = g->one.rows;
    memset(g->counts, 0, codes * n_classes * sizeof *g->counts);
    if (rows)
        memset(rows, 0, codes * sizeof *rows);
    for (size_t i = task->from; i < task->to; i++) {
        uint32_t r = g->row[i];
        g->counts[bin[r] * n_classes + t->rows->class[r]] += t->weight[r];
        if (rows)
            rows[bin[r]]++;
    }
    return forest_scan_counts(t->measure, sums, g->counts, rows, codes, t->left, column,
                              best);
}

static bool scan_steps(const struct forest_growing *g, const struct forest_task *task,
                       const struct forest_sums *sums, size_t column,
                       const struct forest_histogram *h, struct forest_split *best)
{
    size_t codes = g->t->rows->codes[column];
    const int64_t *steps = g->one.steps;
    const uint32_t *rows = g->one.rows;
    if (h) {
        steps = h->steps + column * BINS;
        rows = h->rows ? h->rows + column * BINS : NULL;
    } else {
        memset(g->one.steps, 0, codes * sizeof *g->one.steps);
        if (rows)
            memset(g->one.rows, 0, codes * sizeof *rows);
        add_steps(g, task, column, g->one.steps, g->one.rows);
    }
    return forest_scan_steps(g->t->measure, sums, steps, rows, codes, column, best);
}

static struct forest_split best_split(const struct forest_growing *g,
                                      const struct forest_task *task,
                                      const struct forest_sums *sums,
                                      const struct forest_histogram *h)
{
    struct forest_split best = {0};
    bool varied = false, classes = g->t->measure->n_classes > 0;
    if (!classes && !h)
        read_packed(g, task);
    for (size_t v = 0; forest_draws_on(g->t, sums, v, varied); v++) {
        size_t column = forest_draw(g->t, v);
        varied |= classes ? scan_classes(g, task, sums, column, &best)
                          : scan_steps(g, task, sums, column, h, &best);
    }
    return best;
}

/* Puts the rows of the left child before those of the right one, each in their order. */
static size_t divide(const struct forest_growing *g, const struct forest_task *task,
                     const struct forest_split *split)
{
    const uint8_t *bin = g->t->rows->bin + split->column * g->t->rows->n;
    size_t left = task->from, right = 0;
    for (size_t i = task->from; i < task->to; i++) {
        uint32_t r = g->row[i];
        bool goes_left = bin[r] <= split->low;
        g->row[left] = r;
        g->moved[right] = r;
        left += goes_left;
        right += !goes_left;
    }
    memcpy(g->row + left, g->moved, right * sizeof *g->row);
    return left;
}

static void grow(struct forest_growing *g, struct forest_task task,
                 struct forest_histogram *h);

/* Grows the smaller child; *h becomes the larger one's. */
static void grow_smaller(struct forest_growing *g, struct forest_task small,
                         const struct forest_task *large, struct forest_histogram **h)
{
    struct arena_mark mark = arena_mark(g->t->scratch);
    struct forest_histogram part = {0};
    if (large->to - large->from <= BLOCK)
        *h = NULL;
    if (*h) {
        part = histogram_new(g, g->t->rows->p);
        add_all(g, &small, &part);
        subtract(g, &part, *h);
    }
    grow(g, small, *h ? &part : NULL);
    arena_rewind(g->t->scratch, mark);
}

/* Makes the node of a task a fork, or a leaf; *left is the task of the left child, what
 * stays in *task that of the right one. */
static bool grow_fork(struct forest_growing *g, struct forest_task *task,
                      const struct forest_histogram *h, struct forest_task *left)
{
    struct forest_sums sums = sum_up(g, task);
    struct forest_split split = {0};
    if (forest_may_split(g->t, &sums, task->depth))
        split = best_split(g, task, &sums, h);
    if (!split.found) {
        forest_leaf(g->t, task->node, &sums, mean_of(g, task, &sums));
        return false;
    }
    size_t middle = divide(g, task, &split);
    uint32_t node = forest_fork(g->t, task->node, &sums, &split);
    *left = (struct forest_task){task->from, middle, node, task->depth + 1};
    *task = (struct forest_task){middle, task->to, node + 1, task->depth + 1};
    return true;
}

static void grow(struct forest_growing *g, struct forest_task task,
                 struct forest_histogram *h)
{
    struct forest_task small;
    while (task.to - task.from > BLOCK) {
        if (!grow_fork(g, &task, h, &small))
            return;
        if (small.to - small.from > task.to - task.from) {
            struct forest_task held = small;
            small = task;
            task = held;
        }
        grow_smaller(g, small, &task, &h);
    }
    forest_grow_block(g->t, g->row + task.from, task.to - task.from, task.node,
                      task.depth);
}

void forest_grow(struct forest_tree *t, uint32_t *row, size_t n)
{
    size_t n_classes = t->measure->n_classes;
    t->n_nodes = 1;
    t->n_leaves = 0;
    if (t->rows->rank) {
        forest_grow_block(t, row, n, 0, 0);
        return;
    }
    struct forest_growing g = {.t = t, .row = row};
    g.all = n_classes == 0 && t->options->max_features == t->rows->p;
    g.moved = ARENA_ARRAY(t->scratch, uint32_t, n);
    g.packed = ARENA_ARRAY(t->scratch, int64_t, n);
    g.count = ARENA_ARRAY(t->scratch, uint32_t, n_classes);
    g.counts = ARENA_ARRAY(t->scratch, uint32_t, BINS * n_classes);
    g.one = histogram_new(&g, g.all ? t->rows->p : 1);
    struct forest_task root = {0, n, 0, 0};
    if (g.all)
        add_all(&g, &root, &g.one);
    grow(&g, root, g.all ? &g.one : NULL);
}
