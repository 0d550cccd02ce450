/* A simplex that is asked for points and told their values (Nelder & Mead 1965, The
 * Computer Journal 7: a simplex method for function minimization).
 *
 * Who asks decides when to evaluate, so that several searches go side by side, each in a
 * lane of one loop (forecast/lanes.h).  The moves are those of Nelder and Mead: reflection
 * 1, expansion 2, contraction 1/2 towards the better of the worst and the reflected
 * point, shrinking by 1/2.
 *
 *     simplex_begin(&s, &plan);
 *     while ((x = simplex_ask(&s)))
 *         simplex_tell(&s, f(x));
 *     simplex_best(&s); // [n]
 */
#ifndef FORECAST_SIMPLEX_H
#define FORECAST_SIMPLEX_H

#include <stdbool.h>
#include <stddef.h>

enum { SIMPLEX_MOST = 6 }; // dimensions

struct simplex_plan {
    size_t n;                   // dimensions, 1 .. SIMPLEX_MOST
    double start[SIMPLEX_MOST]; // [n]
    double step[SIMPLEX_MOST];  // [n] from the start to the other corners
    size_t first;               // evaluations of the search, at most
    size_t again;               // of a second one with the same steps from where it ended
};

/* What is to be told next. */
enum simplex_move {
    SIMPLEX_CORNER,
    SIMPLEX_REFLECT,
    SIMPLEX_EXPAND,
    SIMPLEX_CONTRACT,
    SIMPLEX_SHRINK,
    SIMPLEX_DONE
};

struct simplex_search {
    struct simplex_plan plan;
    double corner[SIMPLEX_MOST + 1][SIMPLEX_MOST]; // best first
    double value[SIMPLEX_MOST + 1];
    double centre[SIMPLEX_MOST], trial[SIMPLEX_MOST], reflected[SIMPLEX_MOST];
    double reflected_value;
    enum simplex_move move;
    size_t at;    // the corner that is asked for
    size_t spent; // evaluations of this search
    bool second;  // search
};

void simplex_begin(struct simplex_search *s, const struct simplex_plan *plan);

/* The point to evaluate, [n], or NULL when the search is over: the values at the corners
 * differ by less than 1e-8 of their size, or the evaluations are used up. */
const double *simplex_ask(const struct simplex_search *s);

/* Takes its value; NaN counts as infinite. */
void simplex_tell(struct simplex_search *s, double value);

/* The best point so far, [n], and its value. */
const double *simplex_best(const struct simplex_search *s);
double simplex_value(const struct simplex_search *s);

#endif
