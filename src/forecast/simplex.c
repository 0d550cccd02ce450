/* The moves of a simplex, one told value at a time.
 *
 * Corners are kept in order of their values; of equal ones the older stands first, so
 * that the path does not depend on how a sort breaks ties. */
#include "forecast/simplex.h"

#include <math.h>
#include <string.h>

#define SPREAD 1e-8

/* All that a point has room for: a copy of constant size is no call. */
static void copy(double to[SIMPLEX_MOST], const double from[SIMPLEX_MOST])
{
    memcpy(to, from, SIMPLEX_MOST * sizeof *to);
}

/* to = centre + by * (from - centre) */
static void along(const struct simplex_search *s, double by, const double *from,
                  double *to)
{
    for (size_t i = 0; i < s->plan.n; i++)
        to[i] = s->centre[i] + by * (from[i] - s->centre[i]);
}

/* The next corner of the first simplex around corner 0. */
static void ask_corner(struct simplex_search *s, size_t at)
{
    s->move = SIMPLEX_CORNER;
    s->at = at;
    copy(s->trial, at == 0 ? s->plan.start : s->corner[0]);
    if (at > 0)
        s->trial[at - 1] += s->plan.step[at - 1];
}

void simplex_begin(struct simplex_search *s, const struct simplex_plan *plan)
{
    *s = (struct simplex_search){.plan = *plan};
    ask_corner(s, 0);
}

const double *simplex_ask(const struct simplex_search *s)
{
    return s->move == SIMPLEX_DONE ? NULL : s->trial;
}

const double *simplex_best(const struct simplex_search *s)
{
    return s->corner[0];
}

double simplex_value(const struct simplex_search *s)
{
    return s->value[0];
}

/* Moves corner `at` to its place among those before it. */
static void settle(struct simplex_search *s, size_t at)
{
    double value = s->value[at], point[SIMPLEX_MOST];
    size_t to = at;
    copy(point, s->corner[at]);
    while (to > 0 && value < s->value[to - 1])
        to--;
    for (size_t i = at; i > to; i--) {
        s->value[i] = s->value[i - 1];
        copy(s->corner[i], s->corner[i - 1]);
    }
    s->value[to] = value;
    copy(s->corner[to], point);
}

static bool is_over(const struct simplex_search *s)
{
    double best = s->value[0], worst = s->value[s->plan.n];
    size_t most = s->second ? s->plan.again : s->plan.first;
    return s->spent >= most || !isfinite(best) ||
           (isfinite(worst) && worst - best <= SPREAD * fabs(best));
}

/* Reflects the worst corner, once all are in order; or ends the search. */
static void reflect(struct simplex_search *s)
{
    size_t n = s->plan.n;
    if (is_over(s)) {
        bool again = !s->second && s->plan.again > 0 && isfinite(s->value[0]);
        s->second = true;
        s->spent = 1; // the best corner is known
        if (again)
            ask_corner(s, 1);
        else
            s->move = SIMPLEX_DONE;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t k = 0; k < n; k++)
            sum += s->corner[k][i];
        s->centre[i] = sum / (double)n;
    }
    along(s, -1, s->corner[n], s->trial);
    s->move = SIMPLEX_REFLECT;
}

/* Puts a point in the place of the worst. */
static void replace(struct simplex_search *s, const double *point, double value)
{
    size_t n = s->plan.n;
    copy(s->corner[n], point);
    s->value[n] = value;
    settle(s, n);
    reflect(s);
}

static void told_reflected(struct simplex_search *s, double value)
{
    size_t n = s->plan.n;
    copy(s->reflected, s->trial);
    s->reflected_value = value;
    if (value < s->value[0]) {
        along(s, -2, s->corner[n], s->trial);
        s->move = SIMPLEX_EXPAND;
    } else if (value < s->value[n - 1]) {
        replace(s, s->reflected, value);
    } else {
        along(s, .5, value < s->value[n] ? s->reflected : s->corner[n], s->trial);
        s->move = SIMPLEX_CONTRACT;
    }
}

static void ask_shrunk(struct simplex_search *s, size_t at)
{
    s->move = SIMPLEX_SHRINK;
    s->at = at;
    for (size_t i = 0; i < s->plan.n; i++)
        s->trial[i] = s->corner[0][i] + .5 * (s->corner[at][i] - s->corner[0][i]);
}

static void told_contracted(struct simplex_search *s, double value)
{
    if (value < s->value[s->plan.n] && value < s->reflected_value)
        replace(s, s->trial, value);
    else
        ask_shrunk(s, 1);
}

/* A corner of the first simplex, or of the one that shrinks: all are placed before they
 * are put in order, since corner 0 is what they are measured from. */
static void told_corner(struct simplex_search *s, double value)
{
    copy(s->corner[s->at], s->trial);
    s->value[s->at] = value;
    if (s->at < s->plan.n) {
        if (s->move == SIMPLEX_SHRINK)
            ask_shrunk(s, s->at + 1);
        else
            ask_corner(s, s->at + 1);
        return;
    }
    for (size_t i = 1; i <= s->plan.n; i++)
        settle(s, i);
    reflect(s);
}

void simplex_tell(struct simplex_search *s, double value)
{
    if (isnan(value))
        value = INFINITY;
    s->spent++;
    switch (s->move) {
    case SIMPLEX_CORNER:
    case SIMPLEX_SHRINK: told_corner(s, value); break;
    case SIMPLEX_REFLECT: told_reflected(s, value); break;
    case SIMPLEX_EXPAND:
        if (value < s->reflected_value)
            replace(s, s->trial, value);
        else
            replace(s, s->reflected, s->reflected_value);
        break;
    case SIMPLEX_CONTRACT: told_contracted(s, value); break;
    case SIMPLEX_DONE: break;
    }
}
