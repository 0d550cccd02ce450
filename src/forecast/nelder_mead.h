/* The least value of a function of few variables, without its derivatives.
 *
 * Nelder & Mead 1965, The Computer Journal 7: a simplex of n + 1 points is reflected (1),
 * expanded (2), contracted towards the better of the worst point and its reflection (1/2),
 * or shrunk towards the best (1/2).  Where it has come to rest it is begun anew around the
 * best point with the first steps, once, since a simplex may collapse before a minimum.
 *
 * Deterministic: of equal values the earlier point is the better one.  A value that is
 * NaN counts as infinite.  Nothing is allocated.
 *
 * Where each step of a function waits for the one before, as in a recurrence, four of them
 * side by side cost little more than one.  The four points that a move may ask for are known
 * when it begins, and the function is asked for all of them at once; as a call counts what
 * the move needs, one or two. */
#ifndef FORECAST_NELDER_MEAD_H
#define FORECAST_NELDER_MEAD_H

#include <stddef.h>

#define NELDER_MEAD_MOST 32 // variables
#define NELDER_MEAD_ABREAST 4

struct nelder_mead {
    /* The values of several points, which may be the same one, into ret. */
    void (*values)(const double *const x[NELDER_MEAD_ABREAST], void *context,
                   double ret[NELDER_MEAD_ABREAST]);
    void *context;
    size_t n;           // variables, 1 to NELDER_MEAD_MOST
    const double *step; // [n] from the start to the other points of the first simplex
    double spread;      // it rests where worst - best <= spread * |best|
    size_t calls;       // about: the last move is finished
    size_t calls_again; // the same for the second simplex; 0: there is none
};

/* Moves x[n] from a start to the least value found, which is returned. */
double nelder_mead(const struct nelder_mead *plan, double *x);

#endif
