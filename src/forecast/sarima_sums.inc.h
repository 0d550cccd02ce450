/* The loop of forecast/sarima.c for one vector width. */
#include "forecast/row.inc.h"

/* e = w - phi1 w1 - phi2 w2 + theta e1 + Theta em - theta Theta em1; past begins with a
 * season and a step of no errors. */
VECTOR_TARGET static void VECTOR_NAME(sarima_sums)(struct lanes_block *b, size_t lane)
{
    static const double zeros[LANES];
    const ROW phi1 = ROW_LOAD(b->coefficient[PHI1] + lane),
              phi2 = ROW_LOAD(b->coefficient[PHI2] + lane),
              theta = ROW_LOAD(b->coefficient[THETA] + lane),
              seasonal = ROW_LOAD(b->coefficient[SEASONAL] + lane),
              both = ROW_LOAD(b->coefficient[BOTH] + lane);
    ROW w1 = ROW_LOAD(zeros), w2 = w1, e1 = w1, sum = w1;
#define STEP(t, kept)                                                                    \
    do {                                                                                 \
        double *past = b->past + (t)*LANES + lane;                                       \
        ROW w = ROW_LOAD(b->value + (t)*LANES + lane);                                   \
        ROW e = ROW_SUB(ROW_SUB(w, ROW_MUL(phi1, w1)), ROW_MUL(phi2, w2));               \
        e = ROW_ADD(e, ROW_MUL(seasonal, ROW_LOAD(past + LANES)));                       \
        e = ROW_SUB(e, ROW_MUL(both, ROW_LOAD(past)));                                   \
        e = ROW_ADD(e, ROW_MUL(theta, e1));                                              \
        if (kept)                                                                        \
            e = ROW_KEPT(e, b->from + lane, b->until + lane, (double)(t));               \
        ROW_STORE(past + (b->season + 1) * LANES, e);                                    \
        sum = ROW_ADD(sum, ROW_MUL(e, e));                                               \
        e1 = e;                                                                          \
        w2 = w1;                                                                         \
        w1 = w;                                                                          \
    } while (0)
    LANES_LOOP(b, STEP);
#undef STEP
    ROW_STORE(b->sum + lane, sum);
}
