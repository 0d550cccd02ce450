/* Ensembles as JSON, written.
 *
 * Fully grown trees have as many forks as rows, but few cuts: those between the values or
 * bins of a column.  Leaves are mostly of one row or one class, so their answers repeat as
 * well.  So each real is kept in a pool and named by its number: a forest takes 3 to 6 bytes
 * a node instead of 16, and is read in half of the time. */
#include "trees/ensemble_internal.h"

#include <string.h>

#include "file/json.h"

/* Records of `width` reals, each distinct one once, in the order of their first coming. */
struct real_pool {
    struct arena *mem;
    size_t width, n, cap;
    double *real;   // [n][width]
    uint32_t *slot; // [2 cap] number of a record plus 1; 0: free
};

static uint64_t pool_hash(const double *real, size_t width)
{
    uint64_t h = TEXT_HASH_START;
    for (size_t k = 0; k < width; k++) {
        uint64_t bits;
        memcpy(&bits, &real[k], sizeof bits);
        h = (h ^ bits) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 32;
    }
    return h;
}

/* The slot in which the record stands or would stand. */
static size_t pool_slot(const struct real_pool *pool, const double *real)
{
    size_t mask = 2 * pool->cap - 1, bytes = pool->width * sizeof(double);
    size_t at = (size_t)pool_hash(real, pool->width) & mask;
    while (pool->slot[at] > 0 &&
           memcmp(pool->real + (pool->slot[at] - 1) * pool->width, real, bytes) != 0)
        at = (at + 1) & mask;
    return at;
}

static void pool_grow(struct real_pool *pool)
{
    size_t old = pool->cap * pool->width * sizeof(double);
    pool->cap = pool->cap > 0 ? 2 * pool->cap : 256;
    pool->real =
        arena_grow(pool->mem, pool->real, old, pool->cap * pool->width * sizeof(double));
    pool->slot = ARENA_ARRAY(pool->mem, uint32_t, 2 * pool->cap);
    for (size_t i = 0; i < pool->n; i++)
        pool->slot[pool_slot(pool, pool->real + i * pool->width)] = (uint32_t)i + 1;
}

static uint32_t pool_number(struct real_pool *pool, const double *real)
{
    if (pool->n == pool->cap)
        pool_grow(pool);
    size_t at = pool_slot(pool, real);
    if (pool->slot[at] == 0) {
        memcpy(pool->real + pool->n * pool->width, real, pool->width * sizeof(double));
        pool->slot[at] = (uint32_t)++pool->n;
    }
    return pool->slot[at] - 1;
}

static json_t *numbers(const uint32_t *number, size_t n, size_t end)
{
    struct arena scratch = {0};
    size_t bytes = number_bytes(end);
    unsigned char *to = ARENA_ARRAY(&scratch, unsigned char, n *bytes);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < bytes; k++)
            to[i * bytes + k] = (unsigned char)(number[i] >> 8 * k);
    json_t *ret = json_bytes(to, n * bytes);
    arena_release(&scratch);
    return ret;
}

/* All trees in the order of a walk. */
struct ensemble_walk {
    size_t nodes, forks, leaves;
    unsigned char *shape;
    uint32_t *cut, *answer;
    struct real_pool cuts, answers;
};

static void walk_node(const struct ensemble *e, const struct tree *t,
                      const struct tree_node *node, struct ensemble_walk *w)
{
    size_t bit = w->nodes++;
    if (node->left > 0) {
        double cut[] = {(double)node->place, node->real};
        w->shape[bit / 8] |= (unsigned char)(1u << bit % 8);
        w->cut[w->forks++] = pool_number(&w->cuts, cut);
        return;
    }
    const double *answer = e->width == 1 ? &node->real : t->leaf + node->place * e->width;
    w->answer[w->leaves++] = pool_number(&w->answers, answer);
}

/* stack has room for the nodes of the tree. */
static void walk_tree(const struct ensemble *e, const struct tree *t, uint32_t *stack,
                      struct ensemble_walk *w)
{
    size_t depth = 0;
    stack[depth++] = 0;
    while (depth > 0) {
        const struct tree_node *node = t->node + stack[--depth];
        walk_node(e, t, node, w);
        if (node->left > 0) {
            stack[depth++] = node->left + 1;
            stack[depth++] = node->left;
        }
    }
}

static void walk(const struct ensemble *e, struct arena *mem, struct ensemble_walk *ret)
{
    size_t nodes = 0, most = 0;
    for (size_t t = 0; t < e->n_trees; t++) {
        nodes += e->tree[t].n_nodes;
        most = e->tree[t].n_nodes > most ? e->tree[t].n_nodes : most;
    }
    *ret =
        (struct ensemble_walk){.shape = ARENA_ARRAY(mem, unsigned char, (nodes + 7) / 8),
                               .cut = ARENA_ARRAY(mem, uint32_t, nodes),
                               .answer = ARENA_ARRAY(mem, uint32_t, nodes),
                               .cuts = {.mem = mem, .width = 2},
                               .answers = {.mem = mem, .width = e->width}};
    uint32_t *stack = ARENA_ARRAY(mem, uint32_t, most + 1);
    for (size_t t = 0; t < e->n_trees; t++)
        walk_tree(e, &e->tree[t], stack, ret);
}

/* The columns and the thresholds of the cuts, apart. */
static void put_cuts(const struct ensemble *e, const struct ensemble_walk *w,
                     struct arena *mem, json_t *object)
{
    size_t n = w->cuts.n;
    uint32_t *column = ARENA_ARRAY(mem, uint32_t, n);
    double *threshold = ARENA_ARRAY(mem, double, n);
    for (size_t i = 0; i < n; i++) {
        column[i] = (uint32_t)w->cuts.real[2 * i];
        threshold[i] = w->cuts.real[2 * i + 1];
    }
    json_object_set_new(object, "cuts", json_integer((json_int_t)n));
    json_object_set_new(object, "cut_columns", numbers(column, n, e->p));
    json_object_set_new(object, "cut_thresholds", json_reals(threshold, n));
    json_object_set_new(object, "fork_cuts", numbers(w->cut, w->forks, n));
}

json_t *ensemble_save(const struct ensemble *e)
{
    struct arena scratch = {0};
    struct ensemble_walk w;
    walk(e, &scratch, &w);
    size_t n = w.answers.n;
    json_t *object = json_object();
    json_object_set_new(object, "trees", json_integer((json_int_t)e->n_trees));
    json_object_set_new(object, "nodes", json_integer((json_int_t)w.nodes));
    json_object_set_new(object, "shape", json_bytes(w.shape, (w.nodes + 7) / 8));
    put_cuts(e, &w, &scratch, object);
    json_object_set_new(object, "answers", json_integer((json_int_t)n));
    json_object_set_new(object, "answer_reals", json_reals(w.answers.real, n * e->width));
    json_object_set_new(object, "leaf_answers", numbers(w.answer, w.leaves, n));
    arena_release(&scratch);
    return object;
}
