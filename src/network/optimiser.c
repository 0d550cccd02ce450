/* Moves of all elements alike, a vector at a time (network/optimiser_kernel.inc.h). */
#include "network/optimiser.h"

#include <math.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/vector.h"

/* A step's numbers for all elements. */
struct optimiser_move {
    size_t n;
    double rate, share, penalty; // share: 1 / rows
    double momentum, beta_1, beta_2, epsilon;
    bool nesterov;
};

#define VECTOR_KERNELS "network/optimiser_kernel.inc.h"
#include "base/vector_widths.inc.h"

void optimiser_next(struct optimiser *o)
{
    o->power_1 = o->beta_1 * (o->step == 0 ? 1 : o->power_1);
    o->power_2 = o->beta_2 * (o->step == 0 ? 1 : o->power_2);
    o->step++;
}

void optimiser_move(const struct optimiser *o, const double *g, size_t rows,
                    double penalty, size_t n, double *w, double *first, double *second)
{
    bool adam = o->solver == SOLVER_ADAM;
    double correction = adam ? sqrt(1 - o->power_2) / (1 - o->power_1) : 1;
    struct optimiser_move move = {n,         o->rate * correction, 1.0 / (double)rows,
                                  penalty,   o->momentum,          o->beta_1,
                                  o->beta_2, o->epsilon,           o->nesterov};
    if (adam)
        VECTOR_PICK(adam)(&move, g, w, first, second);
    else
        VECTOR_PICK(sgd)(&move, g, w, first, second);
}
