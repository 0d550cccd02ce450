/* The plan of a search: what is checked before any work, and which score stands where. */
#include "search/search_internal.h"

#include <math.h>

#include "base/number.h"
#include "data/spread.h"

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

static enum status look_at_cells(const struct recipe *recipe, size_t which,
                                 const struct shape *in, struct arena *mem,
                                 struct cell_size *ret, struct error *err)
{
    struct step_choice *choice = ARENA_ARRAY(mem, struct step_choice, recipe->n);
    for (size_t cell = 0; cell < recipe->n_cells; cell++) {
        struct arena_mark mark = arena_mark(mem);
        recipe_choose(recipe, cell, mem, choice);
        struct shape seen;
        TRY(steps_width(choice, recipe->n, in, &seen, err));
        ret[cell].recipe = which;
        ret[cell].width = seen.p + seen.texts + seen.sparse;
        const struct step_choice *last = &choice[recipe->n - 1];
        ret[cell].complexity =
            last->step->complexity ? last->step->complexity(last->params) : 0;
        arena_rewind(mem, mark);
    }
    return STATUS_OK;
}

/* Every recipe must be able to learn from the rows. */
static enum status check_recipes(struct search_plan *plan, struct error *err)
{
    const struct recipes *r = plan->recipes;
    struct arena *mem = plan->context.mem;
    for (size_t i = 0; i < r->n; i++) {
        struct shape shape;
        for (size_t s = 0; s < r->of[i].n; s++)
            TRY(step_check_task(r->of[i].step[s], plan->y->task, err));
        TRY(steps_check(r->of[i].step[0], plan->x, plan->y, &shape, err));
        TRY(look_at_cells(&r->of[i], i, &shape, mem, plan->size + r->first[i], err));
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
static void find_below(struct search_part *part, struct arena *mem)
{
    const struct search_walk *w = &part->walk;
    part->n_below = w->recipe->n_cells / w->grid[w->branch].n;
    part->below = ARENA_ARRAY(mem, size_t, part->n_below);
    size_t n = 1;
    for (size_t s = w->branch + 1; s < w->recipe->n; s++) {
        const struct recipe_grid *grid = &w->grid[s];
        for (size_t i = n * grid->n;
             i-- > 0;) // from the end: none is overwritten too soon
            part->below[i] = part->below[i / grid->n] + grid->offset[i % grid->n];
        n *= grid->n;
    }
}

static void lay_out_part(struct search_plan *plan, size_t i)
{
    const struct recipe *recipe = &plan->recipes->of[i];
    struct arena *mem = plan->context.mem;
    struct search_part *part = &plan->part[i];
    part->walk = (struct search_walk){.metric = plan->options.score,
                                      .seed = plan->context.seed,
                                      .folds = plan->n_folds};
    find_branch(&part->walk, recipe,
                !plan->options.plain && plan->y->task == TASK_REGRESSION, mem);
    find_below(part, mem);
    part->first = plan->per_round;
    part->per_fold = part->walk.grid[part->walk.branch].n;
    plan->per_round += part->per_fold * plan->n_folds;
    plan->views = plan->views && steps_view(recipe->step, recipe->n);
    plan->alike = part->walk.branch < plan->alike ? part->walk.branch : plan->alike;
}

static enum status lay_out(struct search_plan *plan, struct error *err)
{
    struct arena *mem = plan->context.mem;
    size_t n = plan->recipes->n;
    plan->part = ARENA_ARRAY(mem, struct search_part, n);
    plan->alike = recipes_alike(plan->recipes);
    plan->views = folds_view(plan->options.folds) && !plan->options.halving;
    for (size_t i = 0; i < n; i++)
        lay_out_part(plan, i);
    TRY(search_rounds_make(plan, err));
    plan->scored = ARENA_ARRAY(mem, bool, search_pieces(plan));
    plan->work = ARENA_ARRAY(mem, size_t, plan->per_round);
    return STATUS_OK;
}

enum status search_begin(const struct recipes *recipes,
                         const struct search_options *options, const struct matrix *x,
                         const struct target *y, const struct fit_context *context,
                         struct search_plan **ret, struct error *err)
{
    struct search_plan *plan = ARENA_NEW(context->mem, struct search_plan);
    *plan = (struct search_plan){.options = *options,
                                 .recipes = recipes,
                                 .context = *context,
                                 .x = x,
                                 .y = y,
                                 .n_folds = options->folds->n,
                                 .n_cells = recipes_cells(recipes)};
    plan->size = ARENA_ARRAY(context->mem, struct cell_size, plan->n_cells);
    TRY(check_recipes(plan, err));
    TRY(check_target(&y->y, err));
    TRY(check_folds(options, y, err));
    TRY(lay_out(plan, err));
    *ret = plan;
    return STATUS_OK;
}

size_t search_pieces(const struct search_plan *plan)
{
    return plan->n_rounds * plan->per_round;
}

size_t search_piece_scores(const struct search_plan *plan)
{
    size_t most = 0;
    for (size_t i = 0; i < plan->recipes->n; i++)
        most = plan->part[i].n_below > most ? plan->part[i].n_below : most;
    return most;
}

struct search_part *search_part_of(const struct search_plan *plan, size_t *piece)
{
    size_t i = plan->recipes->n - 1, in_round = *piece % plan->per_round;
    while (plan->part[i].first > in_round)
        i--;
    *piece = in_round - plan->part[i].first;
    return &plan->part[i];
}

size_t search_cell_of(const struct search_plan *plan, size_t piece, size_t k)
{
    const struct search_part *part = search_part_of(plan, &piece);
    const struct search_walk *w = &part->walk;
    return plan->recipes->first[part - plan->part] +
           w->grid[w->branch].offset[piece % part->per_fold] + part->below[k];
}

/* Where the k-th score of a piece stands; NULL: it has no such score. */
static double *slot(const struct search_plan *plan, size_t piece, size_t k)
{
    size_t own = piece;
    const struct search_part *part = search_part_of(plan, &own);
    const struct search_round *round = &plan->round[piece / plan->per_round];
    if (k >= part->n_below)
        return NULL;
    size_t cell = search_cell_of(plan, piece, k), fold = own / part->per_fold;
    return &round->score[cell * plan->n_folds + fold];
}

bool search_has(const struct search_plan *plan, size_t piece)
{
    return plan->scored[piece];
}

void search_take(const struct search_plan *plan, size_t piece, double *ret_score)
{
    size_t n = search_piece_scores(plan);
    for (size_t k = 0; k < n; k++) {
        const double *score = slot(plan, piece, k);
        ret_score[k] = score ? *score : 0;
    }
}

void search_put(struct search_plan *plan, size_t piece, const double *score)
{
    size_t n = search_piece_scores(plan);
    for (size_t k = 0; k < n; k++) {
        double *at = slot(plan, piece, k);
        if (at)
            *at = score[k];
    }
    plan->scored[piece] = true;
}
