/* The loops of forecast/smoothing.c for one vector width. */
#include "forecast/row.inc.h"

#define LOOP struct VECTOR_NAME(smoothing_loop)
#define LOOP_BEGIN VECTOR_NAME(smoothing_begin)
#define LOOP_STEP VECTOR_NAME(smoothing_step)

LOOP
{
    ROW gain, turn, phi, gamma; // in
    const double *from, *until; // steps
    ROW next, drift, sum;       // and out
};

static VECTOR_INLINE LOOP LOOP_BEGIN(const struct lanes_block *b, size_t lane)
{
    return (LOOP){
        .gain = ROW_LOAD(b->coefficient[GAIN] + lane),
        .turn = ROW_LOAD(b->coefficient[TURN] + lane),
        .phi = ROW_LOAD(b->coefficient[PHI] + lane),
        .gamma = ROW_LOAD(b->coefficient[GAMMA] + lane),
        .from = b->from + lane,
        .until = b->until + lane,
        .next = ROW_LOAD(b->coefficient[NEXT] + lane),
        .drift = ROW_LOAD(b->coefficient[DRIFT] + lane),
    };
}

/* Takes in y, and returns its error. */
static VECTOR_INLINE ROW LOOP_STEP(LOOP *l, ROW y, size_t t, bool kept)
{
    ROW e = ROW_SUB(y, l->next);
    if (kept)
        e = ROW_KEPT(e, l->from, l->until, (double)t);
    l->drift = ROW_MUL(l->drift, l->phi);
    l->next = ROW_ADD(ROW_ADD(l->next, l->drift), ROW_MUL(l->gain, e));
    l->drift = ROW_ADD(l->drift, ROW_MUL(l->turn, e));
    l->sum = ROW_ADD(l->sum, ROW_MUL(e, e));
    return e;
}

VECTOR_TARGET static void VECTOR_NAME(plain_sums)(struct lanes_block *b, size_t lane)
{
    LOOP l = LOOP_BEGIN(b, lane);
#define STEP(t, kept) (void)LOOP_STEP(&l, ROW_LOAD(b->value + (t)*LANES + lane), t, kept)
    LANES_LOOP(b, STEP);
#undef STEP
    ROW_STORE(b->sum + lane, l.sum);
}

/* past holds the season's value of every step. */
VECTOR_TARGET static void VECTOR_NAME(seasonal_sums)(struct lanes_block *b, size_t lane)
{
    LOOP l = LOOP_BEGIN(b, lane);
    double *past = b->past + lane;
    const double *value = b->value + lane;
#define STEP(t, kept)                                                                    \
    do {                                                                                 \
        ROW same = ROW_LOAD(past + (t)*LANES);                                           \
        ROW e = LOOP_STEP(&l, ROW_SUB(ROW_LOAD(value + (t)*LANES), same), t, kept);      \
        ROW_STORE(past + ((t) + b->season) * LANES, ROW_ADD(same, ROW_MUL(l.gamma, e))); \
    } while (0)
    LANES_LOOP(b, STEP);
#undef STEP
    ROW_STORE(b->sum + lane, l.sum);
}

#undef LOOP
#undef LOOP_BEGIN
#undef LOOP_STEP
