/* Ensembles as JSON, read and checked.
 *
 * A tree is its shape in the order of a walk; that cannot describe a circle or a child
 * that stands before its fork.  What is left to check is that shapes end where the bits do,
 * and that numbers are in range.  Nothing is taken from the arena but for what stands in the
 * file. */
#include "trees/ensemble_internal.h"

#include <math.h>
#include <string.h>

#include "file/json.h"

MUST_USE static enum status get_numbers(const json_t *saved, const char *key,
                                        const char *path, size_t n, size_t end,
                                        struct arena *scratch, uint32_t **ret,
                                        struct error *err)
{
    size_t bytes = number_bytes(end);
    const unsigned char *from;
    TRY(json_get_bytes(saved, key, path, n * bytes, scratch, &from, err));
    uint32_t *number = ARENA_ARRAY(scratch, uint32_t, n);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = bytes; k > 0; k--)
            number[i] = number[i] << 8 | from[i * bytes + k - 1];
        if (number[i] >= end)
            return error_refuse(err, path, key, "number %zu is %u, of %zu", i + 1,
                                (unsigned)number[i], end);
    }
    *ret = number;
    return STATUS_OK;
}

/* What a file says, in numbers, and where the reading stands. */
struct ensemble_read {
    size_t trees, nodes, forks, cuts, answers;
    const unsigned char *shape;
    const uint32_t *cut, *answer, *column;
    double *threshold, *real;
    size_t bit, fork, leaf; // of the walk
};

static bool is_fork(const struct ensemble_read *r, size_t bit)
{
    return r->shape[bit / 8] >> bit % 8 & 1;
}

static enum status read_shape(const json_t *saved, const char *path, size_t turns,
                              struct arena *scratch, struct ensemble_read *r,
                              struct error *err)
{
    TRY(json_get_size(saved, "trees", path, &r->trees, err));
    if (r->trees < 1 || r->trees > ENSEMBLE_TREES || r->trees % turns != 0)
        return error_refuse(err, path, "trees", "there cannot be %zu trees", r->trees);
    TRY(json_get_size(saved, "nodes", path, &r->nodes, err));
    if (r->nodes < r->trees || r->nodes > ENSEMBLE_NODES)
        return error_refuse(err, path, "nodes", "there cannot be %zu nodes in %zu trees",
                            r->nodes, r->trees);
    size_t bytes = (r->nodes + 7) / 8;
    TRY(json_get_bytes(saved, "shape", path, bytes, scratch, &r->shape, err));
    for (size_t bit = 0; bit < r->nodes; bit++)
        r->forks += is_fork(r, bit);
    for (size_t bit = r->nodes; bit < 8 * bytes; bit++)
        if (is_fork(r, bit))
            return error_refuse(err, path, "shape", "a bit stands behind the last node");
    if (r->nodes - r->forks != r->forks + r->trees)
        return error_refuse(err, path, "shape",
                            "%zu forks make no %zu trees of %zu nodes", r->forks,
                            r->trees, r->nodes);
    return STATUS_OK;
}

static enum status read_cuts(const json_t *saved, const char *path, size_t p,
                             struct arena *scratch, struct ensemble_read *r,
                             struct error *err)
{
    uint32_t *column, *cut;
    TRY(json_get_size(saved, "cuts", path, &r->cuts, err));
    if (r->cuts > r->forks)
        return error_refuse(err, path, "cuts", "there are %zu cuts for %zu forks",
                            r->cuts, r->forks);
    TRY(get_numbers(saved, "fork_cuts", path, r->forks, r->cuts, scratch, &cut, err));
    TRY(get_numbers(saved, "cut_columns", path, r->cuts, p, scratch, &column, err));
    r->threshold = ARENA_ARRAY(scratch, double, r->cuts);
    TRY(json_get_reals(saved, "cut_thresholds", path, r->cuts, r->threshold, err));
    r->cut = cut;
    r->column = column;
    return STATUS_OK;
}

static enum status check_answers(const struct ensemble_read *r, const char *path,
                                 const struct ensemble_bounds *bounds, struct error *err)
{
    for (size_t i = 0; i < r->answers; i++) {
        double sum = 0;
        for (size_t k = 0; k < bounds->width; k++) {
            double real = r->real[i * bounds->width + k];
            if (real < bounds->least || real > bounds->most)
                return error_refuse(err, path, "answer_reals",
                                    "answer %zu is %g, not from %g to %g", i + 1, real,
                                    bounds->least, bounds->most);
            sum += real;
        }
        if (bounds->shares && fabs(sum - 1) > 1e-9)
            return error_refuse(err, path, "answer_reals",
                                "the shares of answer %zu sum to %.17g", i + 1, sum);
    }
    return STATUS_OK;
}

static enum status read_answers(const json_t *saved, const char *path,
                                const struct ensemble_bounds *bounds,
                                struct arena *scratch, struct ensemble_read *r,
                                struct error *err)
{
    uint32_t *answer;
    size_t leaves = r->nodes - r->forks;
    TRY(json_get_size(saved, "answers", path, &r->answers, err));
    if (r->answers > leaves || r->answers > ENSEMBLE_NODES / bounds->width)
        return error_refuse(err, path, "answers", "there are %zu answers for %zu leaves",
                            r->answers, leaves);
    TRY(get_numbers(saved, "leaf_answers", path, leaves, r->answers, scratch, &answer,
                    err));
    size_t reals = r->answers * bounds->width;
    r->real = ARENA_ARRAY(scratch, double, reals);
    TRY(json_get_reals(saved, "answer_reals", path, reals, r->real, err));
    r->answer = answer;
    return check_answers(r, path, bounds, err);
}

/* One tree, into node and leaf.  As many leaves as forks and trees have been counted, so
 * each tree ends before the bits do, and has room among the nodes that are left. */
static struct tree read_tree(struct ensemble_read *r, size_t width, uint32_t *stack,
                             struct tree_node *node, double *leaf)
{
    size_t depth = 0;
    uint32_t nodes = 1, leaves = 0;
    stack[depth++] = 0;
    while (depth > 0) {
        struct tree_node *at = node + stack[--depth];
        if (is_fork(r, r->bit++)) {
            size_t cut = r->cut[r->fork++];
            *at = (struct tree_node){r->threshold[cut], nodes, r->column[cut]};
            stack[depth++] = nodes + 1;
            stack[depth++] = nodes;
            nodes += 2;
            continue;
        }
        const double *answer = r->real + r->answer[r->leaf++] * width;
        *at = (struct tree_node){width == 1 ? *answer : 0, 0, leaves};
        if (width > 1)
            memcpy(leaf + leaves * width, answer, width * sizeof *leaf);
        leaves++;
    }
    return (struct tree){nodes, leaves, node, width > 1 ? leaf : NULL};
}

static enum status read_trees(struct ensemble_read *r, const char *path, size_t width,
                              struct arena *scratch, struct arena *mem, struct tree *ret,
                              struct error *err)
{
    struct tree_node *node = ARENA_ARRAY(mem, struct tree_node, r->nodes);
    size_t leaves = width > 1 ? r->nodes - r->forks : 0;
    double *leaf = ARENA_ARRAY(mem, double, leaves *width);
    uint32_t *stack = ARENA_ARRAY(scratch, uint32_t, r->nodes + 1);
    for (size_t t = 0; t < r->trees; t++)
        ret[t] = read_tree(r, width, stack, node + r->bit,
                           width > 1 ? leaf + r->leaf * width : NULL);
    if (r->bit < r->nodes)
        return error_refuse(err, path, "shape", "nodes stand behind the last tree");
    return STATUS_OK;
}

static enum status load(const json_t *saved, const char *path,
                        const struct ensemble_bounds *bounds, struct arena *scratch,
                        struct arena *mem, struct ensemble *ret, struct error *err)
{
    struct ensemble_read r = {0};
    TRY(read_shape(saved, path, bounds->turns, scratch, &r, err));
    TRY(read_cuts(saved, path, bounds->p, scratch, &r, err));
    TRY(read_answers(saved, path, bounds, scratch, &r, err));
    struct tree *tree = ARENA_ARRAY(mem, struct tree, r.trees);
    TRY(read_trees(&r, path, bounds->width, scratch, mem, tree, err));
    *ret = (struct ensemble){bounds->p, bounds->width, bounds->turns, r.trees, tree};
    return STATUS_OK;
}

enum status ensemble_load(const json_t *saved, const char *path,
                          const struct ensemble_bounds *bounds, struct arena *mem,
                          struct ensemble *ret, struct error *err)
{
    struct arena scratch = {0};
    enum status status = load(saved, path, bounds, &scratch, mem, ret, err);
    arena_release(&scratch);
    return status;
}
