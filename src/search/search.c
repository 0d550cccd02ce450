/* Grid search: checks, folds, pieces on threads.
 *
 * Two rounds: one piece of work a fold for what all its cells share, then the pieces of
 * the search.  A piece writes only the slots of its own cells and fold. */
#include "search/search_internal.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/stop.h"
#include "base/thread.h"
#include "data/spread.h"
#include "learn/search_rank.h"

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
            "the target%s%s is constant (%s in all %zu rows): there is nothing to learn",
            y->p > 1 ? " " : "", y->p > 1 ? QUOTE(y->name[c]) : "", number, y->n);
    }
    return STATUS_OK;
}

/* The score of a perfect prediction is undefined only where every prediction's is. */
static enum status check_fold(const struct fold *fold, size_t f, const struct target *all,
                              const struct metric *metric, struct arena *scratch,
                              struct error *err)
{
    struct target y = target_of(all, folds_take(&fold->test, &all->y, scratch));
    if (!isnan(metric_perfect(metric, &y)))
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "%s is undefined on fold %zu, which holds %zu row%s",
              metric->name, f + 1, y.y.n, y.y.n == 1 ? "" : "s with equal targets");
    error_field(err, "train.folds");
    error_hint(err, "use fewer folds, or another score");
    return STATUS_INPUT;
}

static enum status check_folds(const struct search_options *options,
                               const struct target *y, struct error *err)
{
    struct arena scratch = {0};
    enum status status = STATUS_OK;
    for (size_t f = 0; status == STATUS_OK && f < options->folds->n; f++) {
        struct arena_mark mark = arena_mark(&scratch);
        status =
            check_fold(&options->folds->fold[f], f, y, options->score, &scratch, err);
        arena_rewind(&scratch, mark);
    }
    arena_release(&scratch);
    return status;
}

static enum status look_at_cells(const struct recipe *recipe, const struct shape *in,
                                 struct arena *mem, struct cell_size *ret,
                                 struct error *err)
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

/* Cuts the recipe's tree at the first step with several choices. */
static void find_branch(struct search_walk *w, const struct recipe *recipe, bool fuse,
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

/* Every sum of offsets that the steps behind the branch can give. */
static void find_below(struct search_plan *plan, struct arena *mem)
{
    const struct search_walk *w = &plan->walk;
    plan->n_below = w->recipe->n_cells / w->grid[w->branch].n;
    plan->below = ARENA_ARRAY(mem, size_t, plan->n_below);
    size_t n = 1;
    for (size_t s = w->branch + 1; s < w->recipe->n; s++) {
        const struct recipe_grid *grid = &w->grid[s];
        for (size_t i = n * grid->n;
             i-- > 0;) // from the end: none is overwritten too soon
            plan->below[i] = plan->below[i / grid->n] + grid->offset[i % grid->n];
        n *= grid->n;
    }
}

static void lay_out(struct search_plan *plan, const struct recipe *recipe)
{
    struct arena *mem = plan->context.mem;
    size_t folds = plan->options.folds->n;
    bool views = folds_view(plan->options.folds) && steps_view(recipe->step, recipe->n);
    plan->walk = (struct search_walk){.metric = plan->options.score,
                                      .seed = plan->context.seed,
                                      .folds = folds,
                                      .views = views};
    plan->walk.score = arena_array(mem, recipe->n_cells, folds * sizeof(double));
    find_branch(&plan->walk, recipe,
                !plan->options.plain && plan->y->task == TASK_REGRESSION, mem);
    find_below(plan, mem);
    plan->per_fold = plan->walk.grid[plan->walk.branch].n;
    plan->scored = ARENA_ARRAY(mem, bool, search_pieces(plan));
    plan->work = ARENA_ARRAY(mem, size_t, search_pieces(plan));
}

enum status search_begin(const struct recipe *recipe,
                         const struct search_options *options, const struct matrix *x,
                         const struct target *y, const struct fit_context *context,
                         struct search_plan **ret, struct error *err)
{
    struct search_plan *plan = ARENA_NEW(context->mem, struct search_plan);
    *plan =
        (struct search_plan){.options = *options, .context = *context, .x = x, .y = y};
    struct shape shape;
    for (size_t s = 0; s < recipe->n; s++)
        TRY(step_check_task(recipe->step[s], y->task, err));
    TRY(steps_check(recipe->step[0], x, y, &shape, err));
    TRY(check_target(&y->y, err));
    TRY(check_folds(options, y, err));
    plan->size = ARENA_ARRAY(context->mem, struct cell_size, recipe->n_cells);
    TRY(look_at_cells(recipe, &shape, context->mem, plan->size, err));
    lay_out(plan, recipe);
    *ret = plan;
    return STATUS_OK;
}

size_t search_pieces(const struct search_plan *plan)
{
    return plan->walk.folds * plan->per_fold;
}

size_t search_piece_scores(const struct search_plan *plan)
{
    return plan->n_below;
}

/* Where the k-th score of a piece stands. */
static double *slot(const struct search_plan *plan, size_t piece, size_t k)
{
    const struct search_walk *w = &plan->walk;
    size_t fold = piece / plan->per_fold, choice = piece % plan->per_fold;
    size_t cell = w->grid[w->branch].offset[choice] + plan->below[k];
    return &w->score[cell * w->folds + fold];
}

bool search_has(const struct search_plan *plan, size_t piece)
{
    return plan->scored[piece];
}

void search_take(const struct search_plan *plan, size_t piece, double *ret_score)
{
    for (size_t k = 0; k < plan->n_below; k++)
        ret_score[k] = *slot(plan, piece, k);
}

void search_put(struct search_plan *plan, size_t piece, const double *score)
{
    for (size_t k = 0; k < plan->n_below; k++)
        *slot(plan, piece, k) = score[k];
    plan->scored[piece] = true;
}

/* Takes a part's rows; others than views are wanted as columns. */
static struct matrix take(const struct search_plan *plan, const struct fold_part *part,
                          const struct matrix *all, struct arena *mem)
{
    struct matrix rows = folds_take(part, all, mem);
    if (!plan->walk.views)
        rows = matrix_dense(mem, &rows);
    rows.name = NULL; // nobody reads them; products need no names
    return rows;
}

/* True when some of the work is the fold's. */
static bool has_work(const struct search_plan *plan, size_t f)
{
    for (size_t i = 0; i < plan->n_work; i++)
        if (plan->work[i] / plan->per_fold == f)
            return true;
    return false;
}

/* Bands are judged by anomalies that are known: what is held out of a fold has some. */
static void plant(struct walk_fold *w, struct arena *mem)
{
    static const struct planting_rule rule = PLANTING_DEFAULTS;
    struct matrix x = matrix_dense(mem, &w->x_test);
    w->y_test.y = matrix_dense(mem, &w->y_test.y);
    w->y_test = target_planted(&w->y_test, &x, &rule, w->walk->seed + w->fold,
                               "planted in a fold", mem, NULL);
}

static enum status prepare_fold(void *context, size_t f, size_t worker, struct error *err)
{
    (void)worker;
    struct search_plan *plan = context;
    struct walk_fold *w = &plan->fold[f];
    struct arena *mem = &plan->of_fold[f];
    const struct fold *fold = &plan->options.folds->fold[f];
    if (!has_work(plan, f))
        return STATUS_OK;
    *w = (struct walk_fold){.walk = &plan->walk, .fold = f};
    w->x_train = take(plan, &fold->train, plan->x, mem);
    w->x_test = take(plan, &fold->test, plan->x, mem);
    w->y_train = target_of(plan->y, take(plan, &fold->train, &plan->y->y, mem));
    w->y_test = target_of(plan->y, take(plan, &fold->test, &plan->y->y, mem));
    if (w->y_test.task == TASK_ANOMALY)
        plant(w, mem);
    return walk_prepare(w, mem, err);
}

static enum status score_piece(void *context, size_t index, size_t worker,
                               struct error *err)
{
    struct search_plan *plan = context;
    struct arena *mem = &plan->of_worker[worker];
    size_t piece = plan->work[index], pieces = plan->per_fold;
    struct arena_mark mark = arena_mark(mem);
    TRY(walk_piece(&plan->fold[piece / pieces], piece % pieces, mem, err));
    arena_rewind(mem, mark);
    pthread_mutex_lock(&plan->telling);
    plan->scored[piece] = true;
    if (plan->options.done)
        plan->options.done(plan->options.sink, piece, worker);
    pthread_mutex_unlock(&plan->telling);
    return stop_check(err);
}

enum status search_score(struct search_plan *plan, size_t from, size_t to,
                         struct error *err)
{
    struct arena mem = {0};
    size_t threads = plan->context.threads ? plan->context.threads : 1;
    size_t folds = plan->walk.folds;
    plan->n_work = 0;
    for (size_t piece = from; piece < to; piece++)
        if (!plan->scored[piece])
            plan->work[plan->n_work++] = piece;
    plan->fold = ARENA_ARRAY(&mem, struct walk_fold, folds);
    plan->of_fold = ARENA_ARRAY(&mem, struct arena, folds);
    plan->of_worker = ARENA_ARRAY(&mem, struct arena, threads);
    pthread_mutex_init(&plan->telling, NULL);
    enum status status = thread_run(threads, folds, prepare_fold, plan, err);
    if (status == STATUS_OK && plan->options.begin)
        plan->options.begin(plan->options.sink);
    if (status == STATUS_OK)
        status = thread_run(threads, plan->n_work, score_piece, plan, err);
    pthread_mutex_destroy(&plan->telling);
    for (size_t f = 0; f < folds; f++)
        arena_release(&plan->of_fold[f]);
    for (size_t t = 0; t < threads; t++)
        arena_release(&plan->of_worker[t]);
    arena_release(&mem);
    return status;
}

enum status search_end(const struct search_plan *plan, struct search_result *ret,
                       struct error *err)
{
    struct arena *mem = plan->context.mem;
    struct search_result r = {.n_cells = plan->walk.recipe->n_cells,
                              .folds = plan->walk.folds,
                              .score = plan->walk.score};
    for (size_t piece = 0; piece < search_pieces(plan); piece++)
        assert(plan->scored[piece]);
    r.mean = ARENA_ARRAY(mem, double, r.n_cells);
    r.rank = ARENA_ARRAY(mem, size_t, r.n_cells);
    TRY(search_rank(&r, plan->options.score, plan->size, mem, err));
    *ret = r;
    return STATUS_OK;
}
