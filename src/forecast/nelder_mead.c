/* The simplex is kept in the order of its values, so that best, second worst and worst are
 * places and a new point is put in by a few moves.
 *
 * All four points of a move lie on one line through the centre of all points but the worst,
 * and are evaluated when it begins. */
#include "forecast/nelder_mead.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* A point and its value. */
struct vertex {
    double value;
    double x[NELDER_MEAD_MOST];
};

/* The points of a move, by how far from the centre they lie: in distances of the worst, the
 * one outside in those of the reflected one. */
enum trial { TRIAL_REFLECTED, TRIAL_EXPANDED, TRIAL_OUTSIDE, TRIAL_INSIDE, TRIALS };
static const double trial_place[TRIALS] = {-1, -2, 0.5, 0.5};

struct simplex {
    const struct nelder_mead *plan;
    size_t calls;
    struct vertex vertex[NELDER_MEAD_MOST + 1]; // [n + 1]
    struct vertex *order[NELDER_MEAD_MOST + 1]; // [n + 1] best first
    double centre[NELDER_MEAD_MOST];            // of all but the worst
    struct vertex trial[TRIALS];
};

/* Evaluates vertices; their calls are counted where they are asked for. */
static void weigh(const struct simplex *s, struct vertex *const *v, size_t n)
{
    const struct nelder_mead *plan = s->plan;
    for (size_t i = 0; i < n; i += NELDER_MEAD_ABREAST) {
        const double *x[NELDER_MEAD_ABREAST];
        double value[NELDER_MEAD_ABREAST];
        for (size_t k = 0; k < NELDER_MEAD_ABREAST; k++)
            x[k] = v[i + k < n ? i + k : i]->x;
        plan->values(x, plan->context, value);
        for (size_t k = 0; k < NELDER_MEAD_ABREAST && i + k < n; k++)
            v[i + k]->value = value[k];
    }
    for (size_t i = 0; i < n; i++)
        if (isnan(v[i]->value))
            v[i]->value = INFINITY;
}

/* Puts the vertex at place i where it belongs among the i before it. */
static void settle(struct simplex *s, size_t i)
{
    struct vertex *v = s->order[i];
    for (; i > 0 && v->value < s->order[i - 1]->value; i--)
        s->order[i] = s->order[i - 1];
    s->order[i] = v;
}

static void begin(struct simplex *s, const double *x)
{
    size_t n = s->plan->n;
    for (size_t i = 0; i <= n; i++) {
        struct vertex *v = s->order[i] = &s->vertex[i];
        memcpy(v->x, x, n * sizeof *x);
        if (i > 0)
            v->x[i - 1] += s->plan->step[i - 1];
    }
    weigh(s, s->order, n + 1);
    s->calls = n + 1;
    for (size_t i = 1; i <= n; i++)
        settle(s, i);
}

static void find_centre(struct simplex *s)
{
    size_t n = s->plan->n;
    for (size_t j = 0; j < n; j++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += s->order[i]->x[j];
        s->centre[j] = sum / (double)n;
    }
}

static void make_trial(struct simplex *s, enum trial which)
{
    const struct vertex *from =
        which == TRIAL_OUTSIDE ? &s->trial[TRIAL_REFLECTED] : s->order[s->plan->n];
    struct vertex *t = &s->trial[which];
    for (size_t j = 0; j < s->plan->n; j++)
        t->x[j] = s->centre[j] + trial_place[which] * (from->x[j] - s->centre[j]);
}

/* The points of the next move. */
static void begin_move(struct simplex *s)
{
    struct vertex *all[TRIALS];
    find_centre(s);
    for (size_t i = 0; i < TRIALS; i++) {
        make_trial(s, (enum trial)i);
        all[i] = &s->trial[i];
    }
    weigh(s, all, TRIALS);
}

static const struct vertex *try(struct simplex *s, enum trial which)
{
    s->calls++;
    return &s->trial[which];
}

static void replace_worst(struct simplex *s, const struct vertex *by)
{
    *s->order[s->plan->n] = *by;
    settle(s, s->plan->n);
}

static void shrink(struct simplex *s)
{
    size_t n = s->plan->n;
    const struct vertex *best = s->order[0];
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 0; j < n; j++)
            s->order[i]->x[j] = best->x[j] + 0.5 * (s->order[i]->x[j] - best->x[j]);
    weigh(s, s->order + 1, n);
    s->calls += n;
    for (size_t i = 1; i <= n; i++)
        settle(s, i);
}

static void move(struct simplex *s)
{
    const struct vertex *best = s->order[0], *worst = s->order[s->plan->n];
    begin_move(s);
    const struct vertex *reflected = try(s, TRIAL_REFLECTED), *other;
    if (reflected->value < best->value) {
        other = try(s, TRIAL_EXPANDED);
        replace_worst(s, other->value < reflected->value ? other : reflected);
    } else if (reflected->value < s->order[s->plan->n - 1]->value) {
        replace_worst(s, reflected);
    } else {
        bool outside = reflected->value < worst->value;
        other = try(s, outside ? TRIAL_OUTSIDE : TRIAL_INSIDE);
        if (other->value < (outside ? reflected : worst)->value)
            replace_worst(s, other);
        else
            shrink(s);
    }
}

/* Moves x to the best point that one simplex finds. */
static double walk(struct simplex *s, double *x, size_t calls)
{
    const struct nelder_mead *plan = s->plan;
    begin(s, x);
    while (s->calls < calls) {
        double best = s->order[0]->value, worst = s->order[plan->n]->value;
        if (worst - best <= plan->spread * fabs(best))
            break;
        move(s);
    }
    memcpy(x, s->order[0]->x, plan->n * sizeof *x);
    return s->order[0]->value;
}

double nelder_mead(const struct nelder_mead *plan, double *x)
{
    struct simplex s;
    s.plan = plan;
    double value = walk(&s, x, plan->calls);
    return plan->calls_again > 0 ? walk(&s, x, plan->calls_again) : value;
}
