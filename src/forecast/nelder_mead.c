/* The simplex is kept in the order of its values, so that best, second worst and worst are
 * places and a new point is put in by a few moves.  The sum of all points is kept up beside
 * it: the centre of all but the worst costs one pass over the variables. */
#include "forecast/nelder_mead.h"

#include <math.h>
#include <string.h>

/* A point and its value. */
struct vertex {
    double value;
    double x[NELDER_MEAD_MOST];
};

struct simplex {
    const struct nelder_mead *plan;
    size_t calls;
    struct vertex vertex[NELDER_MEAD_MOST + 1]; // [n + 1]
    struct vertex *order[NELDER_MEAD_MOST + 1]; // [n + 1] best first
    double centre[NELDER_MEAD_MOST];            // of all but the worst
    struct vertex spare[2];
};

static void weigh(struct simplex *s, struct vertex *v)
{
    double value = s->plan->value(v->x, s->plan->context);
    v->value = isnan(value) ? INFINITY : value;
    s->calls++;
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
        weigh(s, v);
        settle(s, i);
    }
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

/* The vertex that lies `by` times as far from the centre as `from` does. */
static void place(struct simplex *s, const struct vertex *from, double by,
                  struct vertex *ret)
{
    for (size_t j = 0; j < s->plan->n; j++)
        ret->x[j] = s->centre[j] + by * (from->x[j] - s->centre[j]);
    weigh(s, ret);
}

static void replace_worst(struct simplex *s, const struct vertex *by)
{
    *s->order[s->plan->n] = *by;
    settle(s, s->plan->n);
}

static void shrink(struct simplex *s)
{
    const struct vertex *best = s->order[0];
    for (size_t i = 1; i <= s->plan->n; i++) {
        struct vertex *v = s->order[i];
        for (size_t j = 0; j < s->plan->n; j++)
            v->x[j] = best->x[j] + 0.5 * (v->x[j] - best->x[j]);
        weigh(s, v);
    }
    for (size_t i = 1; i <= s->plan->n; i++)
        settle(s, i);
}

static void move(struct simplex *s)
{
    struct vertex *reflected = &s->spare[0], *other = &s->spare[1];
    const struct vertex *worst = s->order[s->plan->n];
    find_centre(s);
    place(s, worst, -1, reflected);
    if (reflected->value < s->order[0]->value) {
        place(s, worst, -2, other);
        replace_worst(s, other->value < reflected->value ? other : reflected);
    } else if (reflected->value < s->order[s->plan->n - 1]->value) {
        replace_worst(s, reflected);
    } else {
        const struct vertex *better = reflected->value < worst->value ? reflected : worst;
        place(s, better, 0.5, other);
        if (other->value < better->value)
            replace_worst(s, other);
        else
            shrink(s);
    }
}

static void walk(struct simplex *s, const double *x, size_t calls)
{
    const struct nelder_mead *plan = s->plan;
    s->calls = 0;
    begin(s, x);
    while (s->calls < calls) {
        double best = s->order[0]->value, worst = s->order[plan->n]->value;
        if (worst - best <= plan->spread * fabs(best))
            break;
        move(s);
    }
}

double nelder_mead(const struct nelder_mead *plan, double *x)
{
    struct simplex s = {.plan = plan};
    walk(&s, x, plan->calls);
    memcpy(x, s.order[0]->x, plan->n * sizeof *x);
    if (plan->calls_again > 0) {
        walk(&s, x, plan->calls_again);
        memcpy(x, s.order[0]->x, plan->n * sizeof *x);
    }
    return s.order[0]->value;
}
