/* The loop of forecast/theta.c for one vector width. */
#include "forecast/row.inc.h"

/* Values are y[t], A[t-1], B[t-1]. */
VECTOR_TARGET static void VECTOR_NAME(theta_sums)(struct lanes_block *b, size_t lane)
{
    static const double ones[LANES] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    const ROW alpha = ROW_LOAD(b->coefficient[ALPHA] + lane),
              rest = ROW_LOAD(b->coefficient[REST] + lane),
              weight = ROW_LOAD(b->coefficient[WEIGHT] + lane),
              share = ROW_LOAD(b->coefficient[SHARE] + lane), one = ROW_LOAD(ones);
    ROW level = ROW_LOAD(b->coefficient[LEVEL] + lane), power = one,
        sum = ROW_SUB(one, one);
#define STEP(t, kept)                                                                    \
    do {                                                                                 \
        const double *at = b->value + (t)*3 * LANES + lane;                              \
        ROW y = ROW_LOAD(at), next = ROW_MUL(power, rest);                               \
        ROW line = ROW_ADD(                                                              \
            ROW_MUL(power, ROW_LOAD(at + LANES)),                                        \
            ROW_MUL(ROW_MUL(ROW_SUB(one, next), share), ROW_LOAD(at + 2 * LANES)));      \
        ROW e = ROW_SUB(ROW_SUB(y, ROW_MUL(weight, line)), level);                       \
        if (kept)                                                                        \
            e = ROW_KEPT(e, b->from + lane, b->until + lane, (double)(t));               \
        sum = ROW_ADD(sum, ROW_MUL(e, e));                                               \
        level = ROW_ADD(level, ROW_MUL(alpha, ROW_SUB(y, level)));                       \
        power = next;                                                                    \
    } while (0)
    LANES_LOOP(b, STEP);
#undef STEP
    ROW_STORE(b->sum + lane, sum);
}
