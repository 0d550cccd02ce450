/* Folds that are no runs of rows: shuffled, stratified, grouped.
 *
 * The methods are those of sklearn.model_selection (version 1.9), drawn from the same
 * generator in the same order: KFold._iter_test_indices, StratifiedKFold._make_test_folds,
 * GroupKFold._iter_test_indices. */
#include "learn/folds_internal.h"

#include <stdlib.h>

#include "base/rng.h"

/* The k folds over n rows without shuffling, of which the first n mod k are longer. */
static void fill_blocks(size_t n, size_t k, const size_t *row, uint32_t *ret_fold)
{
    size_t at = 0;
    for (size_t f = 0; f < k; f++)
        for (size_t end = at + n / k + (f < n % k); at < end; at++)
            ret_fold[row[at]] = (uint32_t)f;
}

enum status folds_shuffled(const struct fold_rule *rule, const struct fold_data *data,
                           uint32_t seed, struct arena *scratch, uint32_t *ret_fold,
                           struct error *err)
{
    if (data->n < rule->n)
        return folds_too_many(data->n, "row", rule->n, err);
    struct mt19937 generator;
    size_t *row = ARENA_ARRAY(scratch, size_t, data->n);
    mt19937_seed(&generator, seed);
    mt19937_permutation(&generator, data->n, row);
    fill_blocks(data->n, rule->n, row, ret_fold);
    return STATUS_OK;
}

/* Classes in the order in which they first appear. */
struct class_table {
    size_t n;
    uint32_t *code; // [rows]
    size_t *count;  // [n]
    size_t most;    // rows of the largest
};

static struct class_table tabulate(const struct fold_data *data, struct arena *mem)
{
    uint32_t top = 0;
    for (size_t i = 0; i < data->n; i++)
        top = data->label[i] > top ? data->label[i] : top;
    uint32_t *known = ARENA_ARRAY(mem, uint32_t, (size_t)top + 1); // its code and 1
    struct class_table t = {.code = ARENA_ARRAY(mem, uint32_t, data->n)};
    t.count = ARENA_ARRAY(mem, size_t, (size_t)top + 1);
    for (size_t i = 0; i < data->n; i++) {
        uint32_t *code = &known[data->label[i]];
        if (*code == 0)
            *code = (uint32_t)++t.n;
        t.code[i] = *code - 1;
        t.count[*code - 1]++;
    }
    for (size_t c = 0; c < t.n; c++)
        t.most = t.count[c] > t.most ? t.count[c] : t.most;
    return t;
}

/* How many of the numbers [from, to) leave the remainder r when divided by k. */
static size_t remainders(size_t from, size_t to, size_t k, size_t r)
{
    return (to + k - 1 - r) / k - (from + k - 1 - r) / k;
}

/* The rows sorted by class are dealt to the folds one by one; what a fold gets of a class
 * it takes from that class's rows in their order, or as they are drawn. */
enum status folds_stratified(const struct fold_rule *rule, const struct fold_data *data,
                             uint32_t seed, struct arena *scratch, uint32_t *ret_fold,
                             struct error *err)
{
    if (!data->label)
        return folds_refuse(err, "`method: blocks` and `method: shuffled` need none",
                            "stratified folds need a target of classes");
    struct class_table t = tabulate(data, scratch);
    if (t.most < rule->n)
        return folds_refuse(err, "use fewer folds", "no class has as many as %zu rows",
                            rule->n);
    struct mt19937 generator;
    mt19937_seed(&generator, seed);
    size_t **deal = ARENA_ARRAY(scratch, size_t *, t.n); // what the rows of a class get
    for (size_t c = 0, from = 0; c < t.n; from += t.count[c++]) {
        size_t at = 0;
        deal[c] = ARENA_ARRAY(scratch, size_t, t.count[c]);
        for (size_t f = 0; f < rule->n; f++)
            for (size_t m = remainders(from, from + t.count[c], rule->n, f); m > 0; m--)
                deal[c][at++] = f;
        if (rule->shuffle)
            mt19937_shuffle(&generator, t.count[c], deal[c]);
    }
    for (size_t i = 0; i < data->n; i++)
        ret_fold[i] = (uint32_t)*deal[t.code[i]]++;
    return STATUS_OK;
}

struct group_rows {
    size_t rows;
    uint32_t group;
};

static int largest_first(const void *a, const void *b)
{
    const struct group_rows *u = a, *v = b;
    if (u->rows != v->rows)
        return u->rows > v->rows ? -1 : 1;
    return u->group > v->group ? -1 : 1;
}

/* Every group goes to the fold that has the fewest rows, the largest group first. */
enum status folds_grouped(const struct fold_rule *rule, const struct fold_data *data,
                          uint32_t seed, struct arena *scratch, uint32_t *ret_fold,
                          struct error *err)
{
    (void)seed;
    if (!data->group)
        return folds_refuse(err, "name their column: `group: NAME`",
                            "grouped folds need groups, but rows have none");
    size_t top = 0, n = 0;
    for (size_t i = 0; i < data->n; i++)
        top = data->group[i] > top ? data->group[i] : top;
    struct group_rows *group = ARENA_ARRAY(scratch, struct group_rows, top + 1);
    uint32_t *fold = ARENA_ARRAY(scratch, uint32_t, top + 1);
    size_t *load = ARENA_ARRAY(scratch, size_t, rule->n);
    for (size_t i = 0; i < data->n; i++)
        group[data->group[i]].rows++;
    for (size_t g = 0; g <= top; g++)
        if (group[g].rows > 0)
            group[n++] = (struct group_rows){group[g].rows, (uint32_t)g};
    if (n < rule->n)
        return folds_too_many(n, "group", rule->n, err);
    qsort(group, n, sizeof *group, largest_first);
    for (size_t g = 0; g < n; g++) {
        size_t least = 0;
        for (size_t f = 1; f < rule->n; f++)
            least = load[f] < load[least] ? f : least;
        load[least] += group[g].rows;
        fold[group[g].group] = (uint32_t)least;
    }
    for (size_t i = 0; i < data->n; i++)
        ret_fold[i] = fold[data->group[i]];
    return STATUS_OK;
}
