/* The walk over a recipe's tree: every step is fitted once for all cells that share
 * it.
 *
 * Depth first, with the scratch arena rewound after each child, so that memory is that of
 * one path from the root to a leaf. */
#include "search/search_walk.h"

#include <string.h>

struct node {
    const struct walk_fold *fold;
    size_t step;
    size_t cell; // the sum of the offsets so far
    struct matrix x_train, x_test;
};

static void score_cell(const struct walk_fold *w, size_t cell,
                       const struct prediction *prediction)
{
    w->walk->score[cell * w->walk->folds + w->fold] =
        w->walk->metric->value(&w->y_test, prediction);
}

/* Where a fused form hands its predictions. */
struct walk_sink {
    const struct walk_fold *fold;
    size_t cell;
};

static void score_fused(void *sink, size_t offset, const double *prediction)
{
    const struct walk_sink *s = sink;
    struct prediction column = {.n = s->fold->y_test.y.n, .p = 1, .value = &prediction};
    score_cell(s->fold, s->cell + offset, &column);
}

static struct fused_job fused_job(const struct node *at, struct walk_sink *sink)
{
    const struct search_walk *walk = at->fold->walk;
    *sink = (struct walk_sink){at->fold, at->cell};
    return (struct fused_job){walk->grid + walk->tail,    &at->x_train, &at->x_test,
                              at->fold->y_train.y.col[0], score_fused,  sink};
}

static enum status run_fused(const struct node *at, struct arena *mem, struct error *err)
{
    struct walk_sink sink;
    struct fused_job job = fused_job(at, &sink);
    const struct fused *fused = at->fold->walk->fused;
    void *shared;
    TRY(fused->prepare(&job, mem, &shared, err));
    for (size_t i = 0; i < job.grid[0].n; i++) {
        struct arena_mark mark = arena_mark(mem);
        TRY(fused->run(&job, shared, i, mem, err));
        arena_rewind(mem, mark);
    }
    return STATUS_OK;
}

static enum status fit_step(const struct node *at, struct arena *mem, void **ret_states,
                            struct error *err)
{
    const struct search_walk *walk = at->fold->walk;
    const struct recipe_grid *grid = &walk->grid[at->step];
    struct fit_context context = {.mem = mem, .seed = walk->seed, .threads = 1};
    return step_fit_many(walk->recipe->step[at->step], grid->params, grid->n,
                         &at->x_train, &at->fold->y_train, &context, ret_states, err);
}

static enum status visit(const struct node *at, struct arena *mem, struct error *err);

/* Applies the node's step to its rows, for the step behind it. */
static enum status apply_step(const struct node *at, const void *state, struct arena *mem,
                              struct node *child, struct error *err)
{
    const struct search_walk *walk = at->fold->walk;
    const struct step *step = walk->recipe->step[at->step], *next = NULL;
    if (!walk->fused || at->step + 1 < walk->tail)
        next = walk->recipe->step[at->step + 1];
    TRY(step_apply(step, state, next, &at->x_train, mem, &child->x_train, err));
    return step_apply(step, state, next, &at->x_test, mem, &child->x_test, err);
}

/* Goes on below one choice of the node's step. */
static enum status visit_child(const struct node *at, const void *state, size_t offset,
                               struct arena *mem, struct error *err)
{
    const struct step *step = at->fold->walk->recipe->step[at->step];
    if (step->predict) {
        struct prediction prediction;
        TRY(step->predict(state, &at->x_test, mem, &prediction, err));
        TRY(prediction_check(&prediction, &at->fold->y_test, step->name, err));
        score_cell(at->fold, at->cell + offset, &prediction);
        return STATUS_OK;
    }
    struct node child = {
        .fold = at->fold, .step = at->step + 1, .cell = at->cell + offset};
    TRY(apply_step(at, state, mem, &child, err));
    return visit(&child, mem, err);
}

/* A node whose children are visited one after another. */
struct visiting {
    const struct node *at;
    struct arena *mem;
    struct arena_mark before; // the states
};

static enum status visit_state(void *context, size_t i, void *state, struct error *err)
{
    const struct visiting *v = context;
    size_t offset = v->at->fold->walk->grid[v->at->step].offset[i];
    TRY(visit_child(v->at, state, offset, v->mem, err));
    arena_rewind(v->mem, v->before);
    return STATUS_OK;
}

static enum status visit(const struct node *at, struct arena *mem, struct error *err)
{
    const struct search_walk *walk = at->fold->walk;
    if (walk->fused && at->step == walk->tail)
        return run_fused(at, mem, err);
    const struct recipe_grid *grid = &walk->grid[at->step];
    struct fit_context context = {.mem = mem, .seed = walk->seed, .threads = 1};
    struct visiting visiting = {at, mem, arena_mark(mem)};
    struct step_sink sink = {visit_state, &visiting};
    return step_fit_path(walk->recipe->step[at->step], grid->params, grid->n,
                         &at->x_train, &at->fold->y_train, &context, &sink, err);
}

/* True when the pieces are those of the fused form. */
static bool is_fused(const struct search_walk *walk)
{
    return walk->fused && walk->branch == walk->tail;
}

enum status walk_prepare(struct walk_fold *w, struct arena *mem, struct error *err)
{
    const struct search_walk *walk = w->walk;
    struct node at = {.fold = w, .x_train = w->x_train, .x_test = w->x_test};
    for (; at.step < walk->branch; at.step++) {
        void *state;
        TRY(fit_step(&at, mem, &state, err));
        TRY(apply_step(&at, state, mem, &at, err));
    }
    w->x_train = at.x_train;
    w->x_test = at.x_test;
    if (is_fused(walk)) {
        struct walk_sink sink;
        struct fused_job job = fused_job(&at, &sink);
        w->state = ARENA_ARRAY(mem, void *, 1);
        return walk->fused->prepare(&job, mem, &w->state[0], err);
    }
    if (!walk->recipe->step[walk->branch]->fit_path)
        return STATUS_OK; // each piece fits its own choice
    w->state = ARENA_ARRAY(mem, void *, walk->grid[walk->branch].n);
    return fit_step(&at, mem, w->state, err);
}

enum status walk_piece(const struct walk_fold *w, size_t piece, struct arena *scratch,
                       struct error *err)
{
    const struct search_walk *walk = w->walk;
    const struct recipe_grid *grid = &walk->grid[walk->branch];
    struct node at = {
        .fold = w, .step = walk->branch, .x_train = w->x_train, .x_test = w->x_test};
    if (is_fused(walk)) {
        struct walk_sink sink;
        struct fused_job job = fused_job(&at, &sink);
        return walk->fused->run(&job, w->state[0], piece, scratch, err);
    }
    void *state = w->state ? w->state[piece] : NULL;
    if (!w->state) {
        struct fit_context context = {.mem = scratch, .seed = walk->seed, .threads = 1};
        TRY(step_fit(walk->recipe->step[walk->branch], grid->params[piece], &at.x_train,
                     &w->y_train, &context, &state, err));
    }
    return visit_child(&at, state, grid->offset[piece], scratch, err);
}
