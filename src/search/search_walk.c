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
    if (!w->wanted || w->wanted[cell])
        w->score[cell * w->walk->folds + w->fold] =
            w->walk->metric->value(&w->y_test, prediction);
}

/* Whether some cell below this place of the tree is wanted. */
static bool is_wanted(const struct search_walk *walk, const bool *wanted, size_t step,
                      size_t cell)
{
    if (!wanted || step == walk->recipe->n)
        return !wanted || wanted[cell];
    const struct recipe_grid *grid = &walk->grid[step];
    for (size_t i = 0; i < grid->n; i++)
        if (is_wanted(walk, wanted, step + 1, cell + grid->offset[i]))
            return true;
    return false;
}

bool walk_wants(const struct search_walk *walk, const bool *wanted, size_t piece)
{
    return is_wanted(walk, wanted, walk->branch + 1,
                     walk->grid[walk->branch].offset[piece]);
}

/* The choices of a node's step below which there is something to do. */
struct choices {
    size_t n;
    size_t *at;          // [n] place in the grid
    const void **params; // [n]
};

static struct choices choices_of(const struct node *at, struct arena *mem)
{
    const struct walk_fold *w = at->fold;
    const struct recipe_grid *grid = &w->walk->grid[at->step];
    struct choices c = {0, ARENA_ARRAY(mem, size_t, grid->n),
                        ARENA_ARRAY(mem, const void *, grid->n)};
    for (size_t i = 0; i < grid->n; i++) {
        if (!is_wanted(w->walk, w->wanted, at->step + 1, at->cell + grid->offset[i]))
            continue;
        c.at[c.n] = i;
        c.params[c.n++] = grid->params[i];
    }
    return c;
}

static struct fit_context context_of(const struct walk_fold *w, struct arena *mem)
{
    return (struct fit_context){.mem = mem, .seed = w->walk->seed, .threads = w->threads};
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
    const struct choices *choices;
    struct arena *mem;
    struct arena_mark before; // the states
};

static enum status visit_state(void *context, size_t i, void *state, struct error *err)
{
    const struct visiting *v = context;
    const struct recipe_grid *grid = &v->at->fold->walk->grid[v->at->step];
    TRY(visit_child(v->at, state, grid->offset[v->choices->at[i]], v->mem, err));
    arena_rewind(v->mem, v->before);
    return STATUS_OK;
}

static enum status visit(const struct node *at, struct arena *mem, struct error *err)
{
    const struct search_walk *walk = at->fold->walk;
    if (walk->fused && at->step == walk->tail)
        return run_fused(at, mem, err);
    struct choices choices = choices_of(at, mem);
    struct fit_context context = context_of(at->fold, mem);
    struct visiting visiting = {at, &choices, mem, arena_mark(mem)};
    struct step_sink sink = {visit_state, &visiting};
    return step_fit_path(walk->recipe->step[at->step], choices.params, choices.n,
                         &at->x_train, &at->fold->y_train, &context, &sink, err);
}

/* True when the pieces are those of the fused form. */
static bool is_fused(const struct search_walk *walk)
{
    return walk->fused && walk->branch == walk->tail;
}

static struct node node_of(const struct walk_fold *w)
{
    return (struct node){
        .fold = w, .step = w->step, .x_train = w->x_train, .x_test = w->x_test};
}

enum status walk_forward(struct walk_fold *w, size_t end, struct arena *mem,
                         struct error *err)
{
    const struct search_walk *walk = w->walk;
    struct node at = node_of(w);
    for (; at.step < end; at.step++) {
        struct fit_context context = context_of(w, mem);
        void *state;
        TRY(step_fit(walk->recipe->step[at.step], walk->grid[at.step].params[0],
                     &at.x_train, &w->y_train, &context, &state, err));
        TRY(apply_step(&at, state, mem, &at, err));
    }
    w->step = at.step;
    w->x_train = at.x_train;
    w->x_test = at.x_test;
    return STATUS_OK;
}

/* Puts the states of some choices where those of all are looked for. */
static enum status fit_branch(struct walk_fold *w, struct arena *mem, struct error *err)
{
    const struct search_walk *walk = w->walk;
    struct node at = node_of(w);
    struct choices choices = choices_of(&at, mem);
    struct fit_context context = context_of(w, mem);
    void **state = ARENA_ARRAY(mem, void *, choices.n);
    TRY(step_fit_many(walk->recipe->step[walk->branch], choices.params, choices.n,
                      &w->x_train, &w->y_train, &context, state, err));
    w->state = ARENA_ARRAY(mem, void *, walk->grid[walk->branch].n);
    for (size_t i = 0; i < choices.n; i++)
        w->state[choices.at[i]] = state[i];
    return STATUS_OK;
}

enum status walk_prepare(struct walk_fold *w, struct arena *mem, struct error *err)
{
    const struct search_walk *walk = w->walk;
    TRY(walk_forward(w, walk->branch, mem, err));
    if (is_fused(walk)) {
        struct node at = node_of(w);
        struct walk_sink sink;
        struct fused_job job = fused_job(&at, &sink);
        w->state = ARENA_ARRAY(mem, void *, 1);
        return walk->fused->prepare(&job, mem, &w->state[0], err);
    }
    if (!walk->recipe->step[walk->branch]->fit_path)
        return STATUS_OK; // each piece fits its own choice
    return fit_branch(w, mem, err);
}

enum status walk_piece(const struct walk_fold *w, size_t piece, struct arena *scratch,
                       struct error *err)
{
    const struct search_walk *walk = w->walk;
    const struct recipe_grid *grid = &walk->grid[walk->branch];
    struct node at = node_of(w);
    if (is_fused(walk)) {
        struct walk_sink sink;
        struct fused_job job = fused_job(&at, &sink);
        return walk->fused->run(&job, w->state[0], piece, scratch, err);
    }
    void *state = w->state ? w->state[piece] : NULL;
    if (!w->state) {
        struct fit_context context = context_of(w, scratch);
        TRY(step_fit(walk->recipe->step[walk->branch], grid->params[piece], &at.x_train,
                     &w->y_train, &context, &state, err));
    }
    return visit_child(&at, state, grid->offset[piece], scratch, err);
}
