/* Searches in lanes. */
#include "forecast/lanes.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/transcend.h"

struct lanes_run {
    const struct lanes_family *family;
    struct lanes_task *task;      // [n]
    size_t n, next;               // tasks, and the first that has no lane yet
    struct lanes_task *in[LANES]; // NULL: the lane is empty
    const void *of[LANES];        // what these are of
    struct simplex_search simplex[LANES];
    struct lanes_block block;
    double *pattern; // [season][LANES]
};

/* A task's values into its lane; zeros behind them keep the lane finite. */
static void fill(struct lanes_run *r, size_t lane, const struct lanes_task *t)
{
    struct lanes_block *b = &r->block;
    size_t width = r->family->width;
    for (size_t i = 0; i < b->n * width; i++)
        b->value[i * LANES + lane] = t && i < t->n * width ? t->value[i] : 0;
    for (size_t i = 0; r->pattern && i < b->season; i++)
        r->pattern[i * LANES + lane] = t && t->pattern ? t->pattern[i] : 0;
    b->from[lane] = t ? (double)t->from : 0;
    b->until[lane] = t ? (double)t->n : 0;
    for (size_t k = 0; !t && k < LANES_COEFFICIENTS; k++)
        b->coefficient[k][lane] = 0;
}

/* The steps that count in every lane that is not empty. */
static void find_common(struct lanes_run *r)
{
    struct lanes_block *b = &r->block;
    b->all_from = 0;
    b->all_until = b->n;
    for (size_t lane = 0; lane < LANES; lane++) {
        const struct lanes_task *t = r->in[lane];
        if (t && t->from > b->all_from)
            b->all_from = t->from;
        if (t && t->n < b->all_until)
            b->all_until = t->n;
    }
    if (b->all_until < b->all_from)
        b->all_until = b->all_from;
}

static void take_next(struct lanes_run *r, size_t lane)
{
    struct lanes_task *t = r->next < r->n ? &r->task[r->next++] : NULL;
    r->in[lane] = t;
    r->of[lane] = t ? t->of : NULL;
    fill(r, lane, t);
    find_common(r);
    if (t)
        simplex_begin(&r->simplex[lane], &t->plan);
}

/* Asks every lane's search for its point; whether there is one. */
static bool ask(struct lanes_run *r)
{
    double x[SIMPLEX_MOST][LANES] = {{0}};
    bool any = false;
    for (size_t lane = 0; lane < LANES; lane++) {
        if (!r->in[lane])
            continue;
        const double *point = simplex_ask(&r->simplex[lane]);
        for (size_t i = 0; i < r->in[lane]->plan.n; i++)
            x[i][lane] = point[i];
        any = true;
    }
    if (any)
        r->family->coefficients(r->of, x, r->block.coefficient);
    return any;
}

/* Tells a lane's search the logarithm of its sum. */
static void tell(struct lanes_run *r, size_t lane, double log_sum)
{
    struct simplex_search *s = &r->simplex[lane];
    struct lanes_task *t = r->in[lane];
    simplex_tell(s, log_sum);
    if (simplex_ask(s))
        return;
    memcpy(t->x, simplex_best(s), t->plan.n * sizeof *t->x);
    t->log_sum = simplex_value(s);
    take_next(r, lane);
}

static void tell_all(struct lanes_run *r)
{
    const double *sum = r->block.sum;
    double value[LANES];
    for (size_t lane = 0; lane < LANES; lane++)
        value[lane] = isfinite(sum[lane]) ? fmax(sum[lane], DBL_MIN) : 1;
    transcend_logs(value, LANES);
    for (size_t lane = 0; lane < LANES; lane++)
        if (r->in[lane])
            tell(r, lane, isfinite(sum[lane]) ? value[lane] : INFINITY);
}

void lanes_minimise(const struct lanes_family *family, size_t season,
                    struct lanes_task *task, size_t n, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    struct lanes_run *r = ARENA_NEW(scratch, struct lanes_run);
    r->family = family;
    r->task = task;
    r->n = n;
    r->block.season = season;
    for (size_t i = 0; i < n; i++)
        r->block.n = task[i].n > r->block.n ? task[i].n : r->block.n;
    r->block.value = ARENA_ARRAY(scratch, double, r->block.n * family->width * LANES);
    r->block.past = ARENA_ARRAY(scratch, double, (season + 1 + r->block.n) * LANES);
    if (family->pattern)
        r->pattern = ARENA_ARRAY(scratch, double, season *LANES);
    r->block.pattern = r->pattern;
    for (size_t lane = 0; lane < LANES; lane++)
        take_next(r, lane);
    while (ask(r)) {
        family->sums(&r->block);
        tell_all(r);
    }
    arena_rewind(scratch, mark);
}
