/* Rounds of a search that halves: scikit-learn's HalvingGridSearchCV (version 1.9) without
 * aggressive elimination, the resource being rows.
 *
 * A round has `factor` times the rows of the one before and the best of its candidates, one in
 * `factor`, rounded up.  Its rows are drawn from each part of each fold by the seed,
 * as _SubsampleMetaSplitter draws them, and stand in their order.  The numbers of rounds are
 * exact where scikit-learn takes the floor of a rounded logarithm: of 243 candidates with the
 * factor 3 it makes five rounds instead of six. */
#include "search/search_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

/* How often n can be divided by the factor: floor(log(n) / log(factor)). */
static size_t divisions(size_t n, size_t factor)
{
    size_t times = 0;
    for (; n >= factor; n /= factor)
        times++;
    return times;
}

static size_t power(size_t factor, size_t times)
{
    size_t x = 1;
    while (times-- > 0)
        x *= factor;
    return x;
}

/* Rows of the first round where the file gives none: the last one then has as many as it
 * can. */
static size_t fewest_rows(const struct search_plan *plan, size_t rounds)
{
    size_t rows = plan->x->n, factor = plan->options.halving->factor;
    size_t classes = plan->y->task == TASK_CLASSES ? plan->y->n_classes : 1;
    size_t least = 2 * plan->n_folds * classes, most = rows / power(factor, rounds - 1);
    return most > least ? most : least;
}

static int ascending(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Draws a share of the rows of a part. */
static enum status draw_part(const struct fold_part *all, double share, uint32_t seed,
                             struct arena *mem, struct fold_part *ret, struct error *err)
{
    struct arena scratch = {0};
    struct mt19937 generator;
    size_t n = (size_t)(share * (double)all->n), *order;
    uint32_t *row = ARENA_ARRAY(mem, uint32_t, n);
    order = ARENA_ARRAY(&scratch, size_t, all->n);
    for (size_t i = 0; i < all->n; i++)
        order[i] = i;
    mt19937_seed(&generator, seed);
    mt19937_shuffle(&generator, all->n, order);
    for (size_t i = 0; i < n; i++)
        row[i] = (uint32_t)fold_row(all, order[i]);
    arena_release(&scratch);
    if (n > 1)
        qsort(row, n, sizeof *row, ascending);
    *ret = (struct fold_part){.n = n, .row = row};
    if (n > 0)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "a fold's %zu rows are too few to take %g of them",
              all->n, share);
    error_field(err, "train.search");
    error_hint(err, "`min_resources` lets the first round have more rows");
    return STATUS_INPUT;
}

static enum status draw_folds(const struct search_plan *plan, size_t resources,
                              struct folds *ret, struct error *err)
{
    const struct folds *all = plan->options.folds;
    struct arena *mem = plan->context.mem;
    double share = (double)resources / (double)plan->x->n;
    uint32_t seed = (uint32_t)plan->context.seed;
    *ret = (struct folds){all->n, ARENA_ARRAY(mem, struct fold, all->n)};
    for (size_t f = 0; f < all->n; f++) {
        TRY(draw_part(&all->fold[f].train, share, seed, mem, &ret->fold[f].train, err));
        TRY(draw_part(&all->fold[f].test, share, seed, mem, &ret->fold[f].test, err));
    }
    return STATUS_OK;
}

static void add_round(struct search_plan *plan, struct folds folds, size_t resources,
                      size_t candidates)
{
    plan->round[plan->n_rounds++] = (struct search_round){
        folds, resources, candidates, NULL,
        arena_array(plan->context.mem, plan->n_cells, plan->n_folds * sizeof(double))};
}

static enum status refuse(const struct search_plan *plan, size_t least, struct error *err)
{
    error_set(err, STATUS_INPUT,
              "a first round of %zu rows is more than the %zu there are", least,
              plan->x->n);
    error_field(err, "train.search");
    error_hint(err, "`method: grid` needs no rounds");
    return STATUS_INPUT;
}

enum status search_rounds_make(struct search_plan *plan, struct error *err)
{
    const struct search_halving *halving = plan->options.halving;
    struct arena *mem = plan->context.mem;
    size_t candidates = plan->n_cells, rows = plan->x->n;
    if (!halving) {
        plan->round = ARENA_ARRAY(mem, struct search_round, 1);
        add_round(plan, *plan->options.folds, rows, candidates);
        return STATUS_OK;
    }
    size_t factor = halving->factor, rounds = 1 + divisions(candidates, factor);
    size_t least =
        halving->min_resources ? halving->min_resources : fewest_rows(plan, rounds);
    if (least > rows)
        return refuse(plan, least, err);
    size_t possible = 1 + divisions(rows / least, factor);
    rounds = possible < rounds ? possible : rounds;
    plan->round = ARENA_ARRAY(mem, struct search_round, rounds);
    for (size_t r = 0; r < rounds; r++) {
        size_t resources = least * power(factor, r);
        struct folds folds;
        TRY(draw_folds(plan, resources, &folds, err));
        add_round(plan, folds, resources, candidates);
        candidates = (candidates + factor - 1) / factor;
    }
    return STATUS_OK;
}

/* A candidate of the round before, with its mean as a loss. */
struct round_standing {
    double loss;
    size_t cell;
};

static int best_first(const void *a, const void *b)
{
    const struct round_standing *u = a, *v = b;
    if (u->loss != v->loss)
        return u->loss < v->loss ? -1 : 1;
    return (u->cell > v->cell) - (u->cell < v->cell);
}

static double loss_of(const struct search_plan *plan, const struct search_round *round,
                      size_t cell)
{
    double sum = 0;
    for (size_t f = 0; f < plan->n_folds; f++)
        sum += round->score[cell * plan->n_folds + f];
    bool high = plan->options.score->better == BETTER_HIGH;
    return isnan(sum) ? INFINITY : high ? -sum : sum;
}

void search_rounds_choose(struct search_plan *plan, size_t r)
{
    const struct search_round *before = &plan->round[r - 1];
    struct search_round *round = &plan->round[r];
    struct arena scratch = {0};
    struct round_standing *all =
        ARENA_ARRAY(&scratch, struct round_standing, before->candidates);
    size_t n = 0;
    for (size_t c = 0; c < plan->n_cells; c++)
        if (!before->wanted || before->wanted[c])
            all[n++] = (struct round_standing){loss_of(plan, before, c), c};
    qsort(all, n, sizeof *all, best_first);
    round->wanted = ARENA_ARRAY(plan->context.mem, bool, plan->n_cells);
    for (size_t i = 0; i < round->candidates; i++)
        round->wanted[all[i].cell] = true;
    arena_release(&scratch);
}
