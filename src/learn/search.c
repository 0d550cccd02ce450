/* Grid search: checks, folds, pieces on threads, ranks.
 *
 * Two rounds of pieces: one a fold for what all its cells share, then one for each child
 * of the first step with several choices.  A piece writes only the slots of its own cells
 * and fold. */
#include "learn/search.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/thread.h"
#include "data/spread.h"
#include "learn/search_walk.h"
#include "learn/split.h"

MUST_USE static enum status refuse_folds(size_t n, size_t folds, struct error *err)
{
    error_set(err, STATUS_INPUT, "%zu %s cannot be divided into %zu fold%s", n,
              n == 1 ? "row" : "rows", folds, folds == 1 ? "" : "s");
    error_field(err, "train.folds");
    return STATUS_INPUT;
}

static enum status check_target(const struct matrix *y, struct error *err)
{
    for (size_t c = 0; c < y->p; c++) {
        const double *v = y->col[c];
        if (!spread_none(v, y->n))
            continue;
        char number[32];
        number[number_csv(v[0], number)] = '\0';
        return error_set(
            err, STATUS_INPUT,
            "the target is constant (%s in all %zu rows): there is nothing to learn",
            number, y->n);
    }
    return STATUS_OK;
}

/* The score of a perfect prediction is undefined only where every prediction's is. */
static enum status check_folds(const struct matrix *y, size_t folds,
                               const struct metric *metric, struct error *err)
{
    for (size_t f = 0; f < folds; f++) {
        size_t from, to;
        split_fold(y->n, folds, f, &from, &to);
        for (size_t c = 0; c < y->p; c++) {
            const double *v = y->col[c] + from;
            if (!isnan(metric->value(v, v, to - from)))
                continue;
            error_set(err, STATUS_INPUT,
                      "%s is undefined on fold %zu, which holds %zu row%s", metric->name,
                      f + 1, to - from, to - from == 1 ? "" : "s with equal targets");
            error_field(err, "train.folds");
            error_hint(err, "use fewer folds, or another score");
            return STATUS_INPUT;
        }
    }
    return STATUS_OK;
}

/* The columns and the complexity that each cell's estimator sees. */
struct sight {
    size_t width;
    double complexity;
};

static enum status look_at_cells(const struct recipe *recipe, const struct shape *in,
                                 struct arena *mem, struct sight *ret, struct error *err)
{
    struct step_choice *choice = ARENA_ARRAY(mem, struct step_choice, recipe->n);
    for (size_t cell = 0; cell < recipe->n_cells; cell++) {
        struct arena_mark mark = arena_mark(mem);
        recipe_choose(recipe, cell, mem, choice);
        struct shape seen;
        TRY(steps_width(choice, recipe->n, in, &seen, err));
        ret[cell].width = seen.p + seen.texts + seen.sparse;
        const struct step_choice *last = &choice[recipe->n - 1];
        ret[cell].complexity =
            last->step->complexity ? last->step->complexity(last->params) : 0;
        arena_rewind(mem, mark);
    }
    return STATUS_OK;
}

static void plan(struct search_walk *w, const struct recipe *recipe, bool fuse,
                 struct arena *mem)
{
    size_t n_fused = 0;
    struct recipe_grid *grid = ARENA_ARRAY(mem, struct recipe_grid, recipe->n);
    for (size_t s = 0; s < recipe->n; s++)
        recipe_step_grid(recipe, s, mem, &grid[s]);
    w->recipe = recipe;
    w->grid = grid;
    w->fused = fuse ? fused_find(recipe, &n_fused) : NULL;
    w->tail = recipe->n - n_fused;
    size_t last = w->fused ? w->tail : recipe->n - 1;
    while (w->branch < last && grid[w->branch].n == 1)
        w->branch++;
}

/* Everything that the pieces reach. */
struct search_job {
    struct search_walk walk;
    const struct matrix *x;
    const struct target *y;
    struct walk_fold *fold;  // [folds]
    struct arena *of_fold;   // [folds] results of the first round
    struct arena *of_worker; // [threads] scratch
};

/* Takes the rows outside and inside of [from, to); the latter are shared. */
static void divide(const struct matrix *all, size_t from, size_t to, bool views,
                   struct arena *mem, struct matrix *ret_train, struct matrix *ret_test)
{
    *ret_train = matrix_without(all, from, to);
    if (!views)
        *ret_train = matrix_dense(mem, ret_train);
    *ret_test = matrix_part(mem, all, from, to);
    ret_train->name = ret_test->name = NULL; // nobody reads them; products need no names
}

static enum status prepare_fold(void *context, size_t f, size_t worker, struct error *err)
{
    (void)worker;
    struct search_job *job = context;
    struct walk_fold *w = &job->fold[f];
    struct arena *mem = &job->of_fold[f];
    size_t from, to;
    split_fold(job->x->n, job->walk.folds, f, &from, &to);
    *w = (struct walk_fold){.walk = &job->walk, .fold = f};
    bool views = job->walk.views;
    divide(job->x, from, to, views, mem, &w->x_train, &w->x_test);
    struct matrix train, test;
    divide(&job->y->y, from, to, views, mem, &train, &test);
    w->y_train = target_of(job->y, train);
    w->y_test = target_of(job->y, test);
    return walk_prepare(w, mem, err);
}

static enum status score_piece(void *context, size_t index, size_t worker,
                               struct error *err)
{
    struct search_job *job = context;
    struct arena *mem = &job->of_worker[worker];
    size_t pieces = job->fold[0].pieces;
    struct arena_mark mark = arena_mark(mem);
    TRY(walk_piece(&job->fold[index / pieces], index % pieces, mem, err));
    arena_rewind(mem, mark);
    return STATUS_OK;
}

static enum status score_cells(struct search_job *job, const struct fit_context *context,
                               struct error *err)
{
    size_t threads = context->threads ? context->threads : 1, folds = job->walk.folds;
    job->fold = ARENA_ARRAY(context->mem, struct walk_fold, folds);
    job->of_fold = ARENA_ARRAY(context->mem, struct arena, folds);
    job->of_worker = ARENA_ARRAY(context->mem, struct arena, threads);
    enum status status = thread_run(threads, folds, prepare_fold, job, err);
    if (status == STATUS_OK)
        status = thread_run(threads, folds * job->fold[0].pieces, score_piece, job, err);
    for (size_t f = 0; f < folds; f++)
        arena_release(&job->of_fold[f]);
    for (size_t t = 0; t < threads; t++)
        arena_release(&job->of_worker[t]);
    return status;
}

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
    double loss;
    size_t cell;
};

static int best_first(const void *a, const void *b)
{
    const struct standing *u = a, *v = b;
    if (u->loss != v->loss)
        return u->loss < v->loss ? -1 : 1;
    return (u->cell > v->cell) - (u->cell < v->cell);
}

static double loss_of(double mean, bool higher_is_better)
{
    return isnan(mean) ? INFINITY : higher_is_better ? -mean : mean;
}

static void take_ranks(struct search_result *r, bool higher_is_better, struct arena *mem)
{
    struct standing *s = ARENA_ARRAY(mem, struct standing, r->n_cells);
    for (size_t cell = 0; cell < r->n_cells; cell++)
        s[cell] = (struct standing){loss_of(r->mean[cell], higher_is_better), cell};
    qsort(s, r->n_cells, sizeof *s, best_first);
    size_t rank = 1;
    for (size_t i = 0; i < r->n_cells; i++) {
        if (i > 0 && s[i].loss != s[i - 1].loss)
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
    error_hint(err, "the targets or the features are too large or too small to compute "
                    "with: give them in another unit");
    return STATUS_INPUT;
}

static double standard_error(const double *score, size_t folds, double mean)
{
    double squares = 0;
    for (size_t f = 0; f < folds; f++)
        squares += (score[f] - mean) * (score[f] - mean);
    return sqrt(squares / (double)(folds - 1)) / sqrt((double)folds);
}

static void take_simplest(struct search_result *r, bool higher_is_better,
                          const struct sight *sight)
{
    size_t best = r->best, simplest = best;
    double limit = loss_of(r->mean[best], higher_is_better) +
                   standard_error(r->score + best * r->folds, r->folds, r->mean[best]);
    for (size_t cell = 0; cell < r->n_cells; cell++) {
        const struct sight *a = &sight[cell], *b = &sight[simplest];
        if (!(loss_of(r->mean[cell], higher_is_better) <= limit))
            continue;
        bool simpler =
            a->width != b->width ? a->width < b->width : a->complexity < b->complexity;
        bool as_simple = a->width == b->width && a->complexity == b->complexity;
        if (simpler || (as_simple && cell < simplest))
            simplest = cell;
    }
    r->simplest_within_error = simplest;
}

enum status search_run(const struct recipe *recipe, const struct search_options *options,
                       const struct matrix *x, const struct target *y,
                       const struct fit_context *context, struct search_result *ret,
                       struct error *err)
{
    struct arena *mem = context->mem;
    struct shape shape;
    for (size_t s = 0; s < recipe->n; s++)
        TRY(step_check_task(recipe->step[s], y->task, err));
    TRY(steps_check(recipe->step[0], x, y, &shape, err));
    if (options->folds < 2 || x->n < options->folds)
        return refuse_folds(x->n, options->folds, err);
    TRY(check_target(&y->y, err));
    TRY(check_folds(&y->y, options->folds, options->score, err));
    struct sight *sight = ARENA_ARRAY(mem, struct sight, recipe->n_cells);
    TRY(look_at_cells(recipe, &shape, mem, sight, err));

    struct search_result r = {.n_cells = recipe->n_cells, .folds = options->folds};
    r.score = arena_array(mem, r.n_cells, r.folds * sizeof(double));
    r.mean = ARENA_ARRAY(mem, double, r.n_cells);
    r.rank = ARENA_ARRAY(mem, size_t, r.n_cells);
    struct search_job job = {.x = x, .y = y};
    job.walk = (struct search_walk){.metric = options->score,
                                    .seed = context->seed,
                                    .score = r.score,
                                    .folds = r.folds,
                                    .views = steps_view(recipe->step, recipe->n)};
    plan(&job.walk, recipe, !options->plain && y->task == TASK_REGRESSION, mem);
    TRY(score_cells(&job, context, err));
    take_means(&r);
    take_ranks(&r, options->score->higher_is_better, mem);
    TRY(check_best(&r, options->score->name, err));
    take_simplest(&r, options->score->higher_is_better, sight);
    *ret = r;
    return STATUS_OK;
}
