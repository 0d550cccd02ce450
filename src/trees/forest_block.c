/* The subtree of rows that are few enough to be near the processor.
 *
 * Codes, draws and targets of the rows are copied side by side once; all nodes of the
 * subtree work on them.  A cut runs through the rows in the order of a column's codes: a
 * few are sorted by insertion, more of them by counting.  Where nodes look at most columns
 * the rows are sorted by all of them once, at the root, and a fork divides each of these
 * lists among its children (SLIQ: Mehta, Agrawal & Rissanen 1996), until they are so short
 * that sorting is as fast.  Rows of the same code may come in any order, as sums are
 * exact. */
#include "trees/forest_internal.h"

#include <string.h>

enum { INSERTION = 20, PLACE = 16, LISTED = 4 };

struct forest_block {
    struct forest_tree *t;
    size_t n;
    const uint16_t *code;   // [p][n]
    const double *y;        // [n]
    const uint32_t *weight; // [n]
    struct forest_keys keys;
    uint32_t *key, *spare; // [n] of the node
    uint32_t *list;        // [p][n] keys in order, of nodes with more than LISTED rows
    uint8_t *side;         // [n] 1: goes left
    uint32_t *row;         // [n] rows in the order of the leaves
    struct forest_task *task;
};

static void sort_few(uint32_t *key, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t held = key[i];
        size_t at = i;
        for (; at > 0 && key[at - 1] > held; at--)
            key[at] = key[at - 1];
        key[at] = held;
    }
}

/* By the digit of so many bits from `shift` on. */
static void count_sort(const uint32_t *key, size_t n, unsigned shift, unsigned bits,
                       uint32_t *ret)
{
    uint32_t count[256], sum = 0;
    size_t digits = (size_t)1 << bits;
    memset(count, 0, digits * sizeof *count);
    for (size_t i = 0; i < n; i++)
        count[key[i] >> shift & (digits - 1)]++;
    for (size_t d = 0; d < digits; d++) {
        uint32_t here = count[d];
        count[d] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++)
        ret[count[key[i] >> shift & (digits - 1)]++] = key[i];
}

static const uint32_t *sorted(const struct forest_block *b, size_t n, size_t codes)
{
    unsigned bits = 1;
    while (codes > (size_t)1 << bits)
        bits++;
    if (n <= INSERTION) {
        sort_few(b->key, n);
        return b->key;
    }
    if (bits <= 8) {
        count_sort(b->key, n, PLACE, bits, b->spare);
        return b->spare;
    }
    count_sort(b->key, n, PLACE, bits / 2, b->spare);
    count_sort(b->spare, n, PLACE + bits / 2, bits - bits / 2, b->key);
    return b->key;
}

static struct forest_sums sum_up(const struct forest_block *b, size_t from, size_t to,
                                 uint32_t *count)
{
    const struct forest_measure *m = b->t->measure;
    struct forest_sums s = {.rows = to - from, .count = count, .pure = true};
    memset(count, 0, m->n_classes * sizeof *count);
    for (size_t i = from; i < to; i++) {
        uint32_t r = b->row[i], w = b->weight[r];
        s.weight += w;
        if (m->n_classes > 0) {
            count[b->keys.class[r]] += w;
            s.pure &= b->keys.class[r] == b->keys.class[b->row[from]];
        } else {
            s.packed += b->keys.packed[r];
            s.pure &= b->y[r] == b->y[b->row[from]];
        }
    }
    return s;
}

static double mean_of(const struct forest_block *b, size_t from, size_t to,
                      const struct forest_sums *sums)
{
    double sum = 0;
    if (b->t->measure->n_classes > 0)
        return 0;
    if (sums->pure)
        return b->y[b->row[from]];
    for (size_t i = from; i < to; i++)
        sum += b->y[b->row[i]] * (double)b->weight[b->row[i]];
    return sum / (double)sums->weight;
}

static const uint32_t *sort_column(const struct forest_block *b, size_t from, size_t to,
                                   size_t column)
{
    const uint16_t *code = b->code + column * b->n;
    const uint32_t *row = b->row + from;
    uint32_t *key = b->key;
    for (size_t i = 0; i < to - from; i++)
        key[i] = (uint32_t)code[row[i]] << PLACE | row[i];
    return sorted(b, to - from, b->t->rows->codes[column]);
}

static bool is_listed(const struct forest_block *b, const struct forest_task *task)
{
    return b->list && task->to - task->from > LISTED;
}

static bool scan_column(struct forest_block *b, const struct forest_task *task,
                        const struct forest_sums *sums, size_t column,
                        struct forest_split *best)
{
    b->keys.key = is_listed(b, task) ? b->list + column * b->n + task->from
                                     : sort_column(b, task->from, task->to, column);
    return forest_scan_keys(b->t->measure, sums, &b->keys, b->t->left, column, best);
}

static struct forest_split best_split(struct forest_block *b,
                                      const struct forest_task *task,
                                      const struct forest_sums *sums)
{
    struct forest_split best = {0};
    bool varied = false;
    for (size_t v = 0; forest_draws_on(b->t, sums, v, varied); v++)
        varied |= scan_column(b, task, sums, forest_draw(b->t, v), &best);
    return best;
}

/* Puts the rows of the left child before those of the right one, each in their order. */
static size_t divide(struct forest_block *b, const struct forest_task *task,
                     const struct forest_split *split)
{
    const uint16_t *code = b->code + split->column * b->n;
    size_t left = task->from, right = 0;
    for (size_t i = task->from; i < task->to; i++) {
        uint32_t r = b->row[i];
        bool goes_left = code[r] <= split->low;
        b->side[r] = goes_left;
        b->row[left] = r;
        b->spare[right] = r;
        left += goes_left;
        right += !goes_left;
    }
    memcpy(b->row + left, b->spare, right * sizeof *b->row);
    return left;
}

/* The same of the sorted keys of all columns. */
static void divide_lists(const struct forest_block *b, const struct forest_task *task)
{
    const uint8_t *side = b->side;
    uint32_t *spare = b->spare;
    size_t n = task->to - task->from;
    for (size_t c = 0; c < b->t->rows->p; c++) {
        uint32_t *list = b->list + c * b->n + task->from;
        size_t left = 0, right = 0;
        for (size_t i = 0; i < n; i++) {
            uint32_t key = list[i];
            size_t goes_left = side[key & 0xffff];
            list[left] = key;
            spare[right] = key;
            left += goes_left;
            right += 1 - goes_left;
        }
        memcpy(list + left, spare, right * sizeof *list);
    }
}

static void grow_node(struct forest_block *b, struct forest_task task, uint32_t *count,
                      size_t *tasks)
{
    struct forest_sums sums = sum_up(b, task.from, task.to, count);
    struct forest_split split = {0};
    if (forest_may_split(b->t, &sums, task.depth))
        split = best_split(b, &task, &sums);
    if (!split.found) {
        forest_leaf(b->t, task.node, &sums, mean_of(b, task.from, task.to, &sums));
        return;
    }
    size_t middle = divide(b, &task, &split);
    if (b->list && (middle - task.from > LISTED || task.to - middle > LISTED))
        divide_lists(b, &task);
    uint32_t left = forest_fork(b->t, task.node, &sums, &split);
    b->task[(*tasks)++] = (struct forest_task){middle, task.to, left + 1, task.depth + 1};
    b->task[(*tasks)++] = (struct forest_task){task.from, middle, left, task.depth + 1};
}

/* The rows' codes and targets, side by side. */
static struct forest_block block_of(struct forest_tree *t, const uint32_t *row, size_t n)
{
    const struct forest_rows *rows = t->rows;
    struct arena *mem = t->scratch;
    uint16_t *code = ARENA_ARRAY(mem, uint16_t, rows->p * n);
    uint32_t *weight = ARENA_ARRAY(mem, uint32_t, n);
    uint16_t *class = ARENA_ARRAY(mem, uint16_t, n);
    int64_t *packed = ARENA_ARRAY(mem, int64_t, n);
    double *y = ARENA_ARRAY(mem, double, n);
    struct forest_block b = {.t = t, .n = n, .code = code, .y = y, .weight = weight};
    for (size_t c = 0; c < rows->p; c++)
        for (size_t i = 0; i < n; i++)
            code[c * n + i] = rows->rank ? rows->rank[c * rows->n + row[i]]
                                         : rows->bin[c * rows->n + row[i]];
    b.row = ARENA_ARRAY(mem, uint32_t, n);
    for (size_t i = 0; i < n; i++) {
        b.row[i] = (uint32_t)i;
        weight[i] = t->weight[row[i]];
        class[i] = rows->class ? rows->class[row[i]] : 0;
        packed[i] = t->packed ? t->packed[row[i]] : 0;
        y[i] = rows->y.y[row[i]];
    }
    b.keys = (struct forest_keys){NULL, packed, weight, class};
    b.key = ARENA_ARRAY(mem, uint32_t, n);
    b.spare = ARENA_ARRAY(mem, uint32_t, n);
    b.side = ARENA_ARRAY(mem, uint8_t, n);
    b.task = ARENA_ARRAY(mem, struct forest_task, n + 1);
    return b;
}

/* Sorts all rows by each column. */
static void list_rows(struct forest_block *b)
{
    b->list = ARENA_ARRAY(b->t->scratch, uint32_t, b->t->rows->p * b->n);
    for (size_t c = 0; c < b->t->rows->p; c++)
        memcpy(b->list + c * b->n, sort_column(b, 0, b->n, c), b->n * sizeof *b->list);
}

void forest_grow_block(struct forest_tree *t, const uint32_t *row, size_t n,
                       uint32_t node, uint32_t depth)
{
    struct arena_mark mark = arena_mark(t->scratch);
    struct forest_block b = block_of(t, row, n);
    uint32_t *count = ARENA_ARRAY(t->scratch, uint32_t, t->measure->n_classes);
    size_t tasks = 0;
    if (t->rows->p <= 3 * t->options->max_features)
        list_rows(&b);
    b.task[tasks++] = (struct forest_task){0, n, node, depth};
    while (tasks > 0)
        grow_node(&b, b.task[--tasks], count, &tasks);
    arena_rewind(t->scratch, mark);
}
