/* Means, ranks, the best cell and the simplest within one standard error of it. */
#include "learn/search_rank.h"

#include <math.h>
#include <stdlib.h>

static void take_means(struct search_result *r)
{
    for (size_t cell = 0; cell < r->n_cells; cell++) {
        double sum = 0;
        for (size_t f = 0; f < r->folds; f++)
            sum += r->score[cell * r->folds + f];
        r->mean[cell] = sum / (double)r->folds;
    }
}

/* A cell with its mean as a loss: less is better, NaN is worst. */
struct standing {
    size_t iter;
    double loss;
    size_t cell;
};

static int best_first(const void *a, const void *b)
{
    const struct standing *u = a, *v = b;
    if (u->iter != v->iter)
        return u->iter > v->iter ? -1 : 1;
    if (u->loss != v->loss)
        return u->loss < v->loss ? -1 : 1;
    return (u->cell > v->cell) - (u->cell < v->cell);
}

static double loss_of(double mean, bool higher_is_better)
{
    return isnan(mean) ? INFINITY : higher_is_better ? -mean : mean;
}

double search_shortfall(double mean, double best, const struct metric *metric)
{
    return metric->better == BETTER_HIGH ? best - mean : mean - best;
}

bool search_is_close(double mean, double best, double error, const struct metric *metric)
{
    return loss_of(mean, metric->better == BETTER_HIGH) <=
           loss_of(best, metric->better == BETTER_HIGH) + error;
}

static void take_ranks(struct search_result *r, bool higher_is_better, struct arena *mem)
{
    struct standing *s = ARENA_ARRAY(mem, struct standing, r->n_cells);
    for (size_t cell = 0; cell < r->n_cells; cell++)
        s[cell] = (struct standing){r->iter ? r->iter[cell] : 0,
                                    loss_of(r->mean[cell], higher_is_better), cell};
    qsort(s, r->n_cells, sizeof *s, best_first);
    size_t rank = 1;
    for (size_t i = 0; i < r->n_cells; i++) {
        if (i > 0 && (s[i].loss != s[i - 1].loss || s[i].iter != s[i - 1].iter))
            rank = i + 1;
        r->rank[s[i].cell] = rank;
    }
    r->best = s[0].cell;
}

/* A search without a defined score has found nothing. */
static enum status check_best(const struct search_result *r, const char *score,
                              struct error *err)
{
    if (isfinite(r->mean[r->best]))
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "%s is undefined for all %zu cells of the grid", score,
              r->n_cells);
    error_field(err, "train.score");
    error_hint(err, "%s",
               r->why ? r->why
                      : "the targets or the features are too large or too small to "
                        "compute with: give them in another unit");
    return STATUS_INPUT;
}

double search_standard_error(const double *score, size_t folds, double mean)
{
    double squares = 0;
    if (folds < 2)
        return NAN;
    for (size_t f = 0; f < folds; f++)
        squares += (score[f] - mean) * (score[f] - mean);
    return sqrt(squares / (double)(folds - 1)) / sqrt((double)folds);
}

static void take_simplest(struct search_result *r, const struct metric *metric,
                          const struct cell_size *size)
{
    size_t best = r->chosen, simplest = best;
    double mean = r->mean[best],
           error = search_standard_error(r->score + best * r->folds, r->folds, mean);
    for (size_t cell = 0; cell < r->n_cells; cell++) {
        const struct cell_size *a = &size[cell], *b = &size[simplest];
        if (a->recipe != b->recipe || (r->iter && r->iter[cell] != r->iter[best]) ||
            !search_is_close(r->mean[cell], mean, error, metric))
            continue;
        bool simpler =
            a->width != b->width ? a->width < b->width : a->complexity < b->complexity;
        bool as_simple = a->width == b->width && a->complexity == b->complexity;
        if (simpler || (as_simple && cell < simplest))
            simplest = cell;
    }
    r->simplest_within_error = simplest;
}

/* The row of the least rank among those of a recipe; the best of all where it has none. */
static void take_chosen(struct search_result *r, const struct cell_size *size, size_t use)
{
    size_t chosen = SIZE_MAX;
    for (size_t row = 0; row < r->n_cells; row++)
        if (size[row].recipe == use &&
            (chosen == SIZE_MAX || r->rank[row] < r->rank[chosen]))
            chosen = row;
    r->chosen = chosen == SIZE_MAX ? r->best : chosen;
}

/* The chosen recipe has a score. */
static enum status check_chosen(const struct search_result *r, const char *score,
                                struct error *err)
{
    if (isfinite(r->mean[r->chosen]))
        return STATUS_OK;
    error_set(err, STATUS_INPUT,
              "%s is undefined for all cells of the recipe that is used", score);
    error_field(err, "train.use");
    return STATUS_INPUT;
}

enum status search_rank(struct search_result *r, const struct metric *metric,
                        const struct cell_size *size, size_t use, struct arena *mem,
                        struct error *err)
{
    take_means(r);
    take_ranks(r, metric->better == BETTER_HIGH, mem);
    TRY(check_best(r, metric->name, err));
    take_chosen(r, size, use);
    TRY(check_chosen(r, metric->name, err));
    take_simplest(r, metric, size);
    return STATUS_OK;
}
