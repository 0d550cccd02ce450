/* The best cut of a column.
 *
 * With S the sum of steps and W the draws of a child, S^2 / W summed over both children is
 * greatest where the squared error within them is least; with C the draws of each class the
 * same holds for sum C^2 / W and Gini's impurity, and for sum C log C - W log W and entropy
 * (Breiman, Friedman, Olshen & Stone 1984, "Classification and regression trees", chapters
 * 4 and 8).  All sums are whole numbers, so they are the same in whatever order the rows of
 * one code come; products with 1 / W, of which there is a table, take the place of
 * quotients. */
#include "trees/forest_internal.h"

#include <string.h>

#include "base/compiler.h"

static inline void offer(struct forest_split *best, double score, size_t column,
                         size_t low, size_t high)
{
    if (best->found && score <= best->score)
        return;
    *best = (struct forest_split){true, score, column, low, high};
}

/* Reals. */

/* What parts with these steps and draws are worth.  A copy of what is looked at in every
 * round stays in registers, where the compiler cannot know that nobody changes it. */
struct step_parts {
    const double *inverse;
    int64_t mask, all, left;
    unsigned bits;
};

static struct step_parts step_parts_of(const struct forest_measure *m,
                                       const struct forest_sums *sums)
{
    return (struct step_parts){m->inverse, m->mask, sums->packed, 0, m->bits};
}

static inline double worth_of_steps(const struct step_parts *p, int64_t packed)
{
    double sum = (double)(packed >> p->bits);
    return sum * sum * p->inverse[packed & p->mask];
}

static inline double score_of_steps(const struct step_parts *p)
{
    return worth_of_steps(p, p->left) + worth_of_steps(p, p->all - p->left);
}

static void scan_steps(const struct forest_measure *m, const struct forest_sums *sums,
                       const struct forest_keys *k, size_t column,
                       struct forest_split *ret)
{
    struct step_parts parts = step_parts_of(m, sums);
    struct forest_split best = *ret;
    const int64_t *packed = k->packed;
    const uint32_t *key = k->key, *last = key + sums->rows - m->min_leaf;
    for (const uint32_t *first = key + m->min_leaf - 1; key < first; key++)
        parts.left += packed[*key & 0xffff];
    for (; key < last; key++) {
        size_t low = key[0] >> 16, high = key[1] >> 16;
        parts.left += packed[*key & 0xffff];
        if (low != high)
            offer(&best, score_of_steps(&parts), column, low, high);
    }
    *ret = best;
}

bool forest_scan_steps(const struct forest_measure *m, const struct forest_sums *sums,
                       const int64_t *bin, const uint32_t *rows, size_t codes,
                       size_t column, struct forest_split *ret)
{
    struct step_parts parts = step_parts_of(m, sums);
    struct forest_split best = *ret;
    size_t last = SIZE_MAX, before = 0;
    bool varied = false;
    for (size_t c = 0; c < codes; c++) {
        if ((bin[c] & parts.mask) == 0)
            continue;
        if (last != SIZE_MAX) {
            varied = true;
            if (!rows || (before >= m->min_leaf && sums->rows - before >= m->min_leaf))
                offer(&best, score_of_steps(&parts), column, last, c);
        }
        parts.left += bin[c];
        before += rows ? rows[c] : 0;
        last = c;
    }
    *ret = best;
    return varied;
}

/* Classes. */

/* Both children of a node whose draws move from the right to the left. */
struct class_parts {
    const struct forest_measure *m;
    const uint32_t *all; // [n_classes]
    uint32_t *left;
    uint64_t left_weight, right_weight, left_squares, right_squares;
};

static struct class_parts parts_of(const struct forest_measure *m,
                                   const struct forest_sums *sums, uint32_t *left)
{
    struct class_parts p = {m, sums->count, left, 0, sums->weight, 0, 0};
    for (size_t k = 0; k < m->n_classes; k++) {
        left[k] = 0;
        p.right_squares += (uint64_t)sums->count[k] * sums->count[k];
    }
    return p;
}

static inline void move_left(struct class_parts *p, size_t class, uint64_t w)
{
    uint64_t left = p->left[class], right = p->all[class] - left;
    p->left_squares += w * (2 * left + w);
    p->right_squares -= w * (2 * right - w);
    p->left_weight += w;
    p->right_weight -= w;
    p->left[class] = (uint32_t)(left + w);
}

static double score_of_entropy(const struct class_parts *p)
{
    const double *n_log_n = p->m->n_log_n;
    double left = 0, right = 0;
    for (size_t k = 0; k < p->m->n_classes; k++) {
        left += n_log_n[p->left[k]];
        right += n_log_n[p->all[k] - p->left[k]];
    }
    return left - n_log_n[p->left_weight] + (right - n_log_n[p->right_weight]);
}

static inline double score_of_parts(const struct class_parts *p)
{
    if (p->m->criterion == FOREST_ENTROPY)
        return score_of_entropy(p);
    return (double)p->left_squares * p->m->inverse[p->left_weight] +
           (double)p->right_squares * p->m->inverse[p->right_weight];
}

static void scan_classes(const struct forest_measure *m, const struct forest_sums *sums,
                         const struct forest_keys *k, uint32_t *left, size_t column,
                         struct forest_split *best)
{
    struct class_parts parts = parts_of(m, sums, left);
    size_t n = sums->rows;
    for (size_t i = 0; i + m->min_leaf < n; i++) {
        size_t low = k->key[i] >> 16, high = k->key[i + 1] >> 16;
        size_t row = k->key[i] & 0xffff;
        move_left(&parts, k->class[row], k -> weight[row]);
        if (low != high && i + 1 >= m->min_leaf)
            offer(best, score_of_parts(&parts), column, low, high);
    }
}

static inline uint32_t bin_weight(const uint32_t *bin, size_t n_classes)
{
    uint32_t weight = 0;
    for (size_t k = 0; k < n_classes; k++)
        weight += bin[k];
    return weight;
}

bool forest_scan_counts(const struct forest_measure *m, const struct forest_sums *sums,
                        const uint32_t *bin, const uint32_t *rows, size_t codes,
                        uint32_t *left, size_t column, struct forest_split *best)
{
    struct class_parts parts = parts_of(m, sums, left);
    size_t last = SIZE_MAX, before = 0;
    bool varied = false;
    for (size_t c = 0; c < codes; c++, bin += m->n_classes) {
        if (bin_weight(bin, m->n_classes) == 0)
            continue;
        if (last != SIZE_MAX) {
            varied = true;
            if (!rows || (before >= m->min_leaf && sums->rows - before >= m->min_leaf))
                offer(best, score_of_parts(&parts), column, last, c);
        }
        for (size_t k = 0; k < m->n_classes; k++)
            if (bin[k] > 0)
                move_left(&parts, k, bin[k]);
        before += rows ? rows[c] : 0;
        last = c;
    }
    return varied;
}

bool forest_scan_keys(const struct forest_measure *m, const struct forest_sums *sums,
                      const struct forest_keys *keys, uint32_t *left, size_t column,
                      struct forest_split *best)
{
    if (keys->key[0] >> 16 == keys->key[sums->rows - 1] >> 16)
        return false;
    if (m->n_classes > 0)
        scan_classes(m, sums, keys, left, column, best);
    else
        scan_steps(m, sums, keys, column, best);
    return true;
}

double forest_score(const struct forest_measure *m, const struct forest_sums *sums)
{
    struct step_parts parts = step_parts_of(m, sums);
    if (m->n_classes == 0)
        return worth_of_steps(&parts, sums->packed);
    double score = 0;
    for (size_t k = 0; k < m->n_classes; k++)
        score += m->criterion == FOREST_ENTROPY
                     ? m->n_log_n[sums->count[k]]
                     : (double)sums->count[k] * (double)sums->count[k];
    return m->criterion == FOREST_ENTROPY ? score - m->n_log_n[sums->weight]
                                          : score * m->inverse[sums->weight];
}
