/* The search: round by round and recipe by recipe, in pieces on threads.
 *
 * Before the pieces of a recipe come two rounds of preparation, a piece of work a fold each:
 * its rows with the steps that all recipes begin with, then what all cells of the recipe
 * share.  A piece writes only the slots of its own cells and fold. */
#include "search/search_internal.h"

#include <assert.h>
#include <string.h>

#include "base/stop.h"
#include "base/thread.h"

/* Takes a part's rows; others than views are wanted as columns. */
static struct matrix take(const struct search_plan *plan, const struct fold_part *part,
                          const struct matrix *all, struct arena *mem)
{
    struct matrix rows = folds_take(part, all, mem);
    if (!plan->views)
        rows = matrix_dense(mem, &rows);
    rows.name = NULL; // nobody reads them; products need no names
    return rows;
}

static size_t threads_of(const struct search_plan *plan)
{
    return plan->context.threads > 0 ? plan->context.threads : 1;
}

/* The threads of one of n pieces of work: those that would else have nothing to do. */
static size_t threads_each(const struct search_plan *plan, size_t n)
{
    size_t threads = threads_of(plan);
    return n > 0 && n < threads ? threads / n : 1;
}

/* Applies the steps that learn nothing and all recipes begin with to all rows at once. */
static enum status prepare_rows(struct search_plan *plan, struct arena *mem,
                                struct error *err)
{
    const struct recipe *first = &plan->recipes->of[0];
    struct fit_context context = {
        .mem = mem, .seed = plan->context.seed, .threads = threads_of(plan)};
    plan->before = *plan->x;
    plan->stateless = 0;
    for (size_t s = 0; s < plan->alike && first->step[s]->stateless; s++) {
        void *state;
        TRY(step_fit(first->step[s], first->base[s], &plan->before, plan->y, &context,
                     &state, err));
        TRY(step_apply(first->step[s], state, NULL, &plan->before, mem, &plan->before,
                       err));
        plan->stateless = s + 1;
    }
    return STATUS_OK;
}

/* True when some of the work is the fold's. */
static bool has_work(const struct search_plan *plan, size_t f)
{
    for (size_t i = 0; i < plan->n_work; i++) {
        size_t own = plan->work[i];
        const struct search_part *part = search_part_of(plan, &own);
        if (own / part->per_fold == f)
            return true;
    }
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

/* The fold's rows, behind the steps that all recipes begin with. */
static enum status begin_fold(void *context, size_t f, size_t worker, struct error *err)
{
    (void)worker;
    struct search_plan *plan = context;
    const struct search_round *round = &plan->round[plan->at_round];
    const struct fold *fold = &round->folds.fold[f];
    struct walk_fold *w = &plan->begun[f];
    struct arena *mem = &plan->of_begun[f];
    if (!has_work(plan, f))
        return STATUS_OK;
    *w = (struct walk_fold){.walk = &plan->part[0].walk,
                            .fold = f,
                            .step = plan->stateless,
                            .wanted = round->wanted,
                            .score = round->score,
                            .threads = threads_each(plan, plan->n_folds)};
    w->x_train = take(plan, &fold->train, &plan->before, mem);
    w->x_test = take(plan, &fold->test, &plan->before, mem);
    w->y_train = target_of(plan->y, take(plan, &fold->train, &plan->y->y, mem));
    w->y_test = target_of(plan->y, take(plan, &fold->test, &plan->y->y, mem));
    if (w->y_test.task == TASK_ANOMALY)
        plant(w, mem);
    return walk_forward(w, plan->alike, mem, err);
}

/* The steps before were applied for those of another recipe, which may read views. */
static void make_plain(struct walk_fold *w, struct arena *mem)
{
    const struct search_walk *walk = w->walk;
    bool fused = walk->fused && w->step == walk->tail;
    if (w->step == 0 || (!fused && walk->recipe->step[w->step]->views))
        return;
    w->x_train = matrix_dense(mem, &w->x_train);
    w->x_test = matrix_dense(mem, &w->x_test);
}

static enum status prepare_fold(void *context, size_t f, size_t worker, struct error *err)
{
    (void)worker;
    struct search_plan *plan = context;
    struct walk_fold *w = &plan->fold[f];
    size_t first = plan->recipes->first[plan->at - plan->part];
    if (!has_work(plan, f))
        return STATUS_OK;
    *w = plan->begun[f];
    w->walk = &plan->at->walk;
    w->score += first * plan->n_folds;
    w->wanted = w->wanted ? w->wanted + first : NULL;
    make_plain(w, &plan->of_fold[f]);
    TRY(walk_prepare(w, &plan->of_fold[f], err));
    w->threads = threads_each(plan, plan->n_work);
    return STATUS_OK;
}

static void tell(struct search_plan *plan, size_t piece, size_t worker)
{
    plan->scored[piece] = true;
    if (plan->options.done)
        plan->options.done(plan->options.sink, piece, worker);
}

static enum status score_piece(void *context, size_t index, size_t worker,
                               struct error *err)
{
    struct search_plan *plan = context;
    struct arena *mem = &plan->of_worker[worker];
    size_t piece = plan->work[index], own = piece, pieces = plan->at->per_fold;
    struct arena_mark mark = arena_mark(mem);
    (void)search_part_of(plan, &own);
    TRY(walk_piece(&plan->fold[own / pieces], own % pieces, mem, err));
    arena_rewind(mem, mark);
    pthread_mutex_lock(&plan->telling);
    tell(plan, piece, worker);
    pthread_mutex_unlock(&plan->telling);
    return stop_check(err);
}

/* The pieces [from, to) that are not scored yet; those without a cell that is wanted are
 * from now on. */
static void gather(struct search_plan *plan, size_t from, size_t to)
{
    const bool *wanted = plan->round[plan->at_round].wanted;
    plan->n_work = 0;
    for (size_t piece = from; piece < to; piece++) {
        size_t own = piece;
        const struct search_part *part = search_part_of(plan, &own);
        const bool *of = wanted ? wanted + plan->recipes->first[part - plan->part] : NULL;
        if (plan->scored[piece])
            continue;
        if (walk_wants(&part->walk, of, own % part->per_fold))
            plan->work[plan->n_work++] = piece;
        else
            tell(plan, piece, 0);
    }
}

/* Scores the pieces [from, to) of some folds of one recipe. */
static enum status score_folds(struct search_plan *plan, size_t from, size_t to,
                               struct error *err)
{
    size_t threads = threads_of(plan);
    if (from >= to)
        return STATUS_OK;
    gather(plan, from, to);
    if (plan->n_work == 0)
        return STATUS_OK;
    enum status status = thread_run(threads, plan->n_folds, prepare_fold, plan, err);
    if (status == STATUS_OK)
        status = thread_run(threads, plan->n_work, score_piece, plan, err);
    for (size_t f = 0; f < plan->n_folds; f++)
        arena_release(&plan->of_fold[f]);
    return status;
}

/* Scores those pieces [from, to) that are of one recipe.  As many folds at a time as there
 * are threads: what is fitted before their pieces is held for these alone, and a search that
 * is killed loses no more. */
static enum status score_part(struct search_plan *plan, size_t from, size_t to,
                              struct error *err)
{
    const struct search_part *part = plan->at;
    size_t start = plan->at_round * plan->per_round + part->first,
           step = threads_of(plan) * part->per_fold,
           end = start + part->per_fold * plan->n_folds;
    for (size_t first = start; first < end; first += step) {
        size_t last = first + step < end ? first + step : end;
        TRY(score_folds(plan, first > from ? first : from, last < to ? last : to, err));
    }
    return STATUS_OK;
}

/* Scores the pieces [from, to) of one round. */
static enum status score_round(struct search_plan *plan, size_t from, size_t to,
                               struct error *err)
{
    gather(plan, from, to);
    if (plan->n_work == 0)
        return STATUS_OK;
    enum status status =
        thread_run(threads_of(plan), plan->n_folds, begin_fold, plan, err);
    if (status == STATUS_OK && plan->options.begin)
        plan->options.begin(plan->options.sink);
    plan->options.begin = NULL;
    for (size_t i = 0; status == STATUS_OK && i < plan->recipes->n; i++) {
        plan->at = &plan->part[i];
        status = score_part(plan, from, to, err);
    }
    for (size_t f = 0; f < plan->n_folds; f++)
        arena_release(&plan->of_begun[f]);
    return status;
}

static enum status score_rounds(struct search_plan *plan, size_t from, size_t to,
                                struct error *err)
{
    for (size_t r = 0; r < plan->n_rounds; r++) {
        size_t first = r * plan->per_round, end = first + plan->per_round;
        if (end <= from || first >= to)
            continue;
        plan->at_round = r;
        if (r > 0)
            search_rounds_choose(plan, r);
        TRY(score_round(plan, first > from ? first : from, end < to ? end : to, err));
    }
    return STATUS_OK;
}

enum status search_score(struct search_plan *plan, size_t from, size_t to,
                         struct error *err)
{
    struct arena mem = {0};
    size_t threads = threads_of(plan), folds = plan->n_folds;
    plan->begun = ARENA_ARRAY(&mem, struct walk_fold, folds);
    plan->fold = ARENA_ARRAY(&mem, struct walk_fold, folds);
    plan->of_begun = ARENA_ARRAY(&mem, struct arena, folds);
    plan->of_fold = ARENA_ARRAY(&mem, struct arena, folds);
    plan->of_worker = ARENA_ARRAY(&mem, struct arena, threads);
    pthread_mutex_init(&plan->telling, NULL);
    enum status status = prepare_rows(plan, &mem, err);
    if (status == STATUS_OK)
        status = score_rounds(plan, from, to, err);
    pthread_mutex_destroy(&plan->telling);
    for (size_t t = 0; t < threads; t++)
        arena_release(&plan->of_worker[t]);
    arena_release(&mem);
    return status;
}

/* The rows of the result: what each round has scored, in the order of the cells. */
static struct search_result result_of(const struct search_plan *plan)
{
    struct arena *mem = plan->context.mem;
    size_t n = 0, folds = plan->n_folds;
    for (size_t r = 0; r < plan->n_rounds; r++)
        n += plan->round[r].candidates;
    size_t *cell = ARENA_ARRAY(mem, size_t, n), *iter = ARENA_ARRAY(mem, size_t, n);
    size_t *resources = ARENA_ARRAY(mem, size_t, n);
    struct search_result ret = {.folds = folds, .cell = cell};
    ret.score = arena_array(mem, n, folds * sizeof(double));
    ret.mean = ARENA_ARRAY(mem, double, n);
    ret.rank = ARENA_ARRAY(mem, size_t, n);
    for (size_t r = 0; r < plan->n_rounds; r++)
        for (size_t c = 0; c < plan->n_cells; c++) {
            const struct search_round *round = &plan->round[r];
            if (round->wanted && !round->wanted[c])
                continue;
            memcpy(ret.score + ret.n_cells * folds, round->score + c * folds,
                   folds * sizeof(double));
            iter[ret.n_cells] = r;
            resources[ret.n_cells] = round->resources;
            cell[ret.n_cells++] = c;
        }
    if (plan->options.halving) {
        ret.iter = iter;
        ret.resources = resources;
    }
    return ret;
}

enum status search_end(const struct search_plan *plan, struct search_result *ret,
                       struct error *err)
{
    struct arena *mem = plan->context.mem;
    for (size_t piece = 0; piece < search_pieces(plan); piece++)
        assert(plan->scored[piece]);
    struct search_result r = result_of(plan);
    struct cell_size *size = ARENA_ARRAY(mem, struct cell_size, r.n_cells);
    for (size_t i = 0; i < r.n_cells; i++)
        size[i] = plan->size[r.cell[i]];
    TRY(search_rank(&r, plan->options.score, size, plan->recipes->use, mem, err));
    *ret = r;
    return STATUS_OK;
}
