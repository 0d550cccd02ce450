/* The moves of network/optimiser.c for one vector width (base/vector_widths.inc.h), over
 * multiples of eight elements. */

/* sqrt is exact by definition, so all widths have its bits. */
static VECTOR_INLINE VEC VECTOR_NAME(root)(VEC v)
{
#if VECTOR_WIDTH == 8
    return (VEC)_mm512_sqrt_pd((__m512d)v);
#elif VECTOR_WIDTH == 4
    return (VEC)_mm256_sqrt_pd((__m256d)v);
#else
    return (VEC)vector_pair_sqrt((vector_pair)v);
#endif
}

VECTOR_TARGET static void VECTOR_NAME(adam)(const struct optimiser_move *o,
                                            const double *g, double *w, double *first,
                                            double *second)
{
    for (size_t i = 0; i < o->n; i += VECTOR_WIDTH) {
        VEC at = VEC_AT(w + i);
        VEC slope = o->share * (VEC_AT_CONST(g + i) + o->penalty * at);
        VEC m = o->beta_1 * VEC_AT(first + i) + (1 - o->beta_1) * slope;
        VEC v = o->beta_2 * VEC_AT(second + i) + (1 - o->beta_2) * (slope * slope);
        VEC_AT(first + i) = m;
        VEC_AT(second + i) = v;
        VEC_AT(w + i) = at - o->rate * m / (VECTOR_NAME(root)(v) + o->epsilon);
    }
}

VECTOR_TARGET static void VECTOR_NAME(sgd)(const struct optimiser_move *o,
                                           const double *g, double *w, double *first,
                                           double *second)
{
    (void)second;
    for (size_t i = 0; i < o->n; i += VECTOR_WIDTH) {
        VEC at = VEC_AT(w + i);
        VEC down = (o->rate * o->share) * (VEC_AT_CONST(g + i) + o->penalty * at);
        VEC v = o->momentum * VEC_AT(first + i) - down;
        VEC_AT(first + i) = v;
        VEC_AT(w + i) = at + (o->nesterov ? o->momentum * v - down : v);
    }
}
