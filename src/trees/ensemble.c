/* The sum of an ensemble over rows.
 *
 * Rows are taken in blocks whose values are put side by side first, so that the walk of a
 * row down a tree stays within a few lines of memory; and a tree is used for all rows of a
 * block while it is near: a large forest does not fit into any cache.  Trees are added in their order, whatever the blocks are: a row
 * has the same bits alone as among others. */
#include "trees/ensemble.h"

#include <string.h>

enum { BLOCK_BYTES = 262144, BLOCK_ROWS = 4096 };

static size_t block_rows(size_t p)
{
    size_t rows = BLOCK_BYTES / sizeof(double) / (p > 0 ? p : 1);
    return rows < 8 ? 8 : rows > BLOCK_ROWS ? BLOCK_ROWS : rows;
}

/* Rows [from, from + n) side by side: ret[n][p]. */
static void gather(const double *const *col, size_t p, size_t from, size_t n, double *ret)
{
    for (size_t c = 0; c < p; c++)
        for (size_t i = 0; i < n; i++)
            ret[i * p + c] = col[c][from + i];
}

static void add_tree(const struct ensemble *e, const struct tree *t, size_t turn,
                     const double *rows, size_t n, size_t at, double *const *ret)
{
    for (size_t i = 0; i < n; i++) {
        const struct tree_node *leaf = tree_walk(t->node, rows + i * e->p);
        if (e->width == 1) {
            ret[turn][at + i] += leaf->real;
            continue;
        }
        for (size_t k = 0; k < e->width; k++)
            ret[k][at + i] += t->leaf[leaf->place * e->width + k];
    }
}

void ensemble_add(const struct ensemble *e, size_t from, size_t to,
                  const double *const *col, size_t n, double *const *ret)
{
    struct arena scratch = {0};
    size_t most = block_rows(e->p);
    double *rows = ARENA_ARRAY(&scratch, double, most * e->p);
    for (size_t i = 0, m; i < n; i += m) {
        m = n - i < most ? n - i : most;
        gather(col, e->p, i, m, rows);
        for (size_t t = from; t < to; t++)
            add_tree(e, &e->tree[t], t % e->turns, rows, m, i, ret);
    }
    arena_release(&scratch);
}
