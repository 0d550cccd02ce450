/* The kernels of base/vector.c for one vector width (base/vector_widths.inc.h).
 *
 * VECTOR_EACH(f) is f(0) f(1) … f(32 / VECTOR_WIDTH - 1): the accumulators are separate
 * variables, so that they stay in registers. */

#if VECTOR_WIDTH == 2
#define VECTOR_EACH(f)                                                                   \
    f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8) f(9) f(10) f(11) f(12) f(13) f(14) f(15)
#elif VECTOR_WIDTH == 4
#define VECTOR_EACH(f) f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7)
#else
#define VECTOR_EACH(f) f(0) f(1) f(2) f(3)
#endif

/* clang-format off */
#define VEC_OF(x, i, j) VEC_AT_CONST((x) + (i) + (j) * VECTOR_WIDTH)
#define VEC_ZERO(j) VEC a##j = {0};
#define VEC_STORE(j) VEC_AT(lane + (j) * VECTOR_WIDTH) = a##j;
/* clang-format on */

VECTOR_TARGET static double VECTOR_NAME(dot)(const double *x, const double *y, size_t n)
{
    VECTOR_EACH(VEC_ZERO)
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
#define VEC_STEP(j) a##j += VEC_OF(x, i, j) * VEC_OF(y, i, j);
        VECTOR_EACH(VEC_STEP)
#undef VEC_STEP
    }
    double lane[LANES];
    VECTOR_EACH(VEC_STORE)
    double s = add_lanes(lane);
    for (; i < n; i++)
        s += x[i] * y[i];
    return s;
}

/* Magnitudes are bits without the sign: as whole numbers they are in the order of the
 * numbers, and what is not finite lies above all that is. */
VECTOR_TARGET static double VECTOR_NAME(most)(const double *x, size_t n)
{
    MASK sign = (MASK){0} + INT64_MAX, infinite = (MASK){0} + VECTOR_INFINITE, most = {0};
    size_t i = 0;
    for (; i + VECTOR_WIDTH <= n; i += VECTOR_WIDTH) {
        MASK m = (MASK)VEC_OF(x, i, 0) & sign;
        MASK more = (m > most) & (m < infinite);
        most = (more & m) | (~more & most);
    }
    double lane[VECTOR_WIDTH], ret = 0;
    VEC_AT(lane) = (VEC)most;
    for (size_t j = 0; j < VECTOR_WIDTH; j++)
        ret = lane[j] > ret ? lane[j] : ret;
    for (; i < n; i++)
        ret = isfinite(x[i]) && fabs(x[i]) > ret ? fabs(x[i]) : ret;
    return ret;
}

VECTOR_TARGET static bool VECTOR_NAME(finite)(const double *x, size_t n)
{
    MASK sign = (MASK){0} + INT64_MAX, infinite = (MASK){0} + VECTOR_INFINITE, bad = {0};
    size_t i = 0;
    for (; i + VECTOR_WIDTH <= n; i += VECTOR_WIDTH)
        bad |= ((MASK)VEC_OF(x, i, 0) & sign) >= infinite;
    for (size_t j = 0; j < VECTOR_WIDTH; j++)
        if (bad[j])
            return false;
    for (; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

/* Every element alike: no lanes to add. */
VECTOR_TARGET static void VECTOR_NAME(standardise)(const double *x, size_t n, double m,
                                                   double s, double *ret)
{
    size_t i = 0;
    for (; i + VECTOR_WIDTH <= n; i += VECTOR_WIDTH)
        VEC_AT(ret + i) = (VEC_OF(x, i, 0) - m) / s;
    for (; i < n; i++)
        ret[i] = (x[i] - m) / s;
}

VECTOR_TARGET static void VECTOR_NAME(subtract)(const double *x, const double *y,
                                                size_t n, double *ret)
{
    size_t i = 0;
    for (; i + VECTOR_WIDTH <= n; i += VECTOR_WIDTH)
        VEC_AT(ret + i) = VEC_AT_CONST(x + i) - VEC_AT_CONST(y + i);
    for (; i < n; i++)
        ret[i] = x[i] - y[i];
}

static const struct vector_kernels VECTOR_NAME(kernels) = {
    .width = VECTOR_WIDTH,
    .dot = VECTOR_NAME(dot),
    .most = VECTOR_NAME(most),
    .finite = VECTOR_NAME(finite),
    .standardise = VECTOR_NAME(standardise),
    .subtract = VECTOR_NAME(subtract),
};

#undef VEC_OF
#undef VEC_ZERO
#undef VEC_STORE
#undef VECTOR_EACH
